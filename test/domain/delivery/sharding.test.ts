import { describe, expect, it } from "vitest";
import { shardOf, stringHash } from "../../../domain/base/sharding.ts";

describe("shardOf", () => {
  it("never changes, so that a stored SKU is found where it was put", () => {
    expect(["", "A", "AB", "sku-1", "Größe €"].map(stringHash)).toMatchInlineSnapshot(`
      [
        1102985611,
        3250302057,
        549070515,
        3413099284,
        469943318,
      ]
    `);
    expect(["A", "AB", "sku-1"].map((sku) => shardOf(sku, 128))).toMatchInlineSnapshot(`
      [
        105,
        51,
        20,
      ]
    `);
  });

  it("spreads names evenly", () => {
    const counts = new Array<number>(128).fill(0);
    for (let i = 0; i < 12_800; i++) counts[shardOf(`SKU-${i}`, 128)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(60);
    expect(Math.max(...counts)).toBeLessThan(150);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses %d shards", (count) => {
    expect(() => shardOf("A", count)).toThrow(RangeError);
  });
});
