import { describe, expect, it } from "vitest";
import { normal, poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import { SLOW_SCALES } from "../../../../domain/learning/elasticity/own-design.ts";
import type { ElasticitySeries } from "../../../../domain/learning/elasticity/series.ts";
import { calendarScale, slowScales } from "../../../../domain/learning/elasticity/slow-scale.ts";
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

/** Twenty SKUs of one category, a price for every week; weekdays of one SKU alone have an sd of `own` beside the category's. */
function weeks(own: number): ElasticitySeries[] {
  return Array.from({ length: 20 }, (_, i) => ({
    ...{ sku: `s${String(i).padStart(2, "0")}`, category: "c", period: "day" },
    periods: Array.from({ length: 120 }, (_, day) => {
      const logPrice = 3 + 0.1 * normal(1, i, Math.floor(day / 7));
      const demand =
        8 * Math.exp(0.3 * normal(2, day % 7) + own * normal(3, i, day % 7) - 2 * (logPrice - 3));
      const units = poisson(demand, uniform(4, i, day));
      return { t: 20_640 + day, units, logPrice, logCompetitor: null, exposure: 1 };
    }),
  }));
}

describe("the scale of weekdays and parts of the month", () => {
  it("is the widest where nothing is known", () => {
    expect(calendarScale([])).toBe(1);
    expect(calendarScale([[], []])).toBe(1);
  });

  it("is narrow where all of a category go by the same week, wide where each has its own", () => {
    expect(learn(weeks(0)).calendar).toBe(1 / 16);
    expect(learn(weeks(0.5)).calendar).toBeGreaterThanOrEqual(1 / 4);
  });
});
