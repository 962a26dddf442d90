import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type KviFacts, scoreKeyValueItems } from "../../../domain/market/key-value-items.ts";

function facts(sku: string, size: number, more: Partial<KviFacts> = {}): KviFacts {
  return {
    sku,
    revenue: size * 100,
    units: size,
    views: size * 20,
    elasticity: null,
    competitors: 1,
    ...more,
  };
}

describe("key value items", () => {
  test("of a hundred products the best five are A, the next fifteen B", () => {
    const scores = scoreKeyValueItems(Array.from({ length: 100 }, (_, i) => facts(`p${100 + i}`, i + 1)));
    expect(scores.filter(({ tier }) => tier === "A").map(({ sku }) => sku)).toEqual([
      "p195",
      "p196",
      "p197",
      "p198",
      "p199",
    ]);
    expect(scores.filter(({ tier }) => tier === "B")).toHaveLength(15);
    expect(scores[0]).toMatchObject({ sku: "p100", score: 0.5, parts: { revenue: 0.005 } });
  });

  test("what is not known leaves its weight to the rest, and what never sold has no score", () => {
    const known = scoreKeyValueItems([facts("a", 1), facts("b", 2, { views: null }), facts("c", 0)]);
    expect(known.map(({ sku, score }) => [sku, score])).toEqual([
      ["a", 25],
      ["b", 75],
    ]);
    expect(known[1]?.parts.views).toBeUndefined();
  });

  test("an elasticity counts as far as it is certain", () => {
    const [vague, certain] = scoreKeyValueItems([
      facts("a", 1, { elasticity: { mean: -2, sd: 4 } }),
      facts("b", 1, { elasticity: { mean: -2, sd: 0.2 } }),
    ]);
    expect(vague!.score).toBeLessThan(certain!.score);
  });

  test("the order of the products changes nothing", () => {
    const products = fc.uniqueArray(
      fc.record({ sku: fc.string({ minLength: 1 }), size: fc.integer({ min: 0, max: 50 }) }),
      { selector: ({ sku }) => sku, maxLength: 40 },
    );
    fc.assert(
      fc.property(products, (some) => {
        const all = some.map(({ sku, size }) => facts(sku, size));
        expect(scoreKeyValueItems([...all].reverse())).toEqual(scoreKeyValueItems(all));
      }),
    );
  });
});
