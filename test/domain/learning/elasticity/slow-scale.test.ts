import { describe, expect, it } from "vitest";
import { SLOW_SCALES } from "../../../../domain/learning/elasticity/own-design.ts";
import { slowScales } from "../../../../domain/learning/elasticity/slow-scale.ts";
import { learn } from "./support/learn.ts";
import { shopSeries } from "./support/shops.ts";

const WIDE = { trend: 1, season: 1 };

/** Log evidence of one SKU: so much for each pair of scales. */
function evidence(of: (scales: { trend: number; season: number }) => number): number[] {
  return SLOW_SCALES.map(of);
}

describe("the scales of trends and seasons", () => {
  it("are the widest that are not far behind the likeliest", () => {
    expect(slowScales([])).toEqual(WIDE);
    expect(slowScales([[], []])).toEqual(WIDE);
    // 4 behind is too far, 2 is not
    const half = evidence(({ trend, season }) => 8 * (trend <= 0.5 ? 1 : 0) + (season <= 0.5 ? 4 : 0));
    expect(slowScales([half])).toEqual({ trend: 0.5, season: 1 });
    expect(slowScales([half, half])).toEqual({ trend: 0.5, season: 0.5 });
  });

  it("stay wide in a shop whose SKUs have their own", () => {
    const learned = (kind: string) => learn(shopSeries(kind).map(({ series }) => series)).slow;
    expect(learned("own-season")).toEqual(WIDE);
    expect(learned("own-trend")).toEqual(WIDE);
  });

  it("are narrow where they have none", () => {
    const { slow } = learn(shopSeries("control").map(({ series }) => series));
    expect(slow).toEqual({ trend: 1 / 8, season: 1 / 8 });
  });
});
