import { describe, expect, it } from "vitest";
import { countGap, emptyGapCount, gapClasses, gapSpread } from "../../../domain/market/competitor-gaps.ts";

describe("a competitor's prices", () => {
  it("spread around ours, the deepest cuts named", () => {
    const count = emptyGapCount();
    const gaps = [-0.6, -0.1, -0.02, 0, 0.04, 0.7];
    for (const [i, gap] of gaps.entries())
      countGap(
        count,
        { sku: `S${i}`, category: i < 3 ? "lamps" : "desks", gap },
        i === 0 || i > 2 ? null : { ours: 1_000, theirs: 1_000 + i * 100 },
      );
    const spread = gapSpread(count);
    expect(spread).toMatchObject({ min: -0.6, max: 0.7, median: -0.01, mean: expect.closeTo(0.02 / 6, 12) });
    expect(spread.cuts.map(({ sku }) => sku)).toEqual(["S0", "S1", "S2"]);
    expect(spread.categories).toEqual([
      {
        ...{ category: "lamps", offers: 3, undercuts: 2, meanGap: expect.closeTo(-0.24, 12) },
        // the first is in another currency
        meanPrices: { ours: 1_000, theirs: 1_150 },
      },
      {
        ...{ category: "desks", offers: 3, undercuts: 0, meanGap: expect.closeTo(0.74 / 3, 12) },
        meanPrices: null,
      },
    ]);
    const filled = spread.bins.flatMap((offers, i) => (offers > 0 ? [[gapClasses()[i]!.from, offers]] : []));
    expect(filled).toEqual([
      [null, 1],
      [-10, 1],
      [-5, 1],
      [0, 2],
      [45, 1],
    ]);
  });

  it("keep the ten deepest cuts, whatever the order", () => {
    const count = emptyGapCount();
    for (let i = 1; i <= 30; i++)
      countGap(count, { sku: `S${i}`, category: "c", gap: -((i * 7) % 31) / 100 }, null);
    expect(gapSpread(count).cuts.map(({ gap }) => gap)).toEqual(
      Array.from({ length: 10 }, (_, i) => -(30 - i) / 100),
    );
  });
});
