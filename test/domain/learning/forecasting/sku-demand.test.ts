import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gamma, normal, poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import { forecastDailyDemand } from "../../../../domain/learning/forecasting/daily-demand.ts";
import {
  type DemandState,
  FLAT_WEEK,
  logMomentsOf,
} from "../../../../domain/learning/forecasting/demand-state.ts";
import { FLAT_HOURS, hourProfile, profileOf } from "../../../../domain/learning/forecasting/hour-profile.ts";
import { forecastHourlyDemand } from "../../../../domain/learning/forecasting/hourly-demand.ts";
import {
  dampedTrendEffect,
  localTrend,
  NO_TREND,
  withTrend,
} from "../../../../domain/learning/forecasting/local-trend.ts";

const certain: DemandState = {
  logMean: Math.log(8),
  logVariance: 0,
  dispersion: 1.5,
  levelNoise: 0,
  weekday: [0.2, 0, 0, 0, 0, 0, -0.2],
};

describe("forecastDailyDemand", () => {
  it("is level × weekday when the level is certain", () => {
    const { mean, variance } = forecastDailyDemand(certain, { firstWeekday: 5, days: 3 });
    expect(mean.map((v) => v.toFixed(6))).toEqual(
      [8, 8 * Math.exp(-0.2), 8 * Math.exp(0.2)].map((v) => v.toFixed(6)),
    );
    expect(variance[0]).toBeCloseTo(12, 9);
  });

  it("carries the level's variance: mean e^(f + q/2), variance φM + M²(e^q − 1)", () => {
    const state = { ...certain, logVariance: 0.04, levelNoise: 0.01, weekday: FLAT_WEEK };
    const { mean, variance } = forecastDailyDemand(state, { firstWeekday: 0, days: 2 });
    expect(mean[1]).toBeCloseTo(8 * Math.exp(0.03), 9);
    expect(variance[1]).toBeCloseTo(1.5 * mean[1]! + mean[1]! ** 2 * Math.expm1(0.06), 9);
  });

  it("moves with planned prices", () => {
    const { mean } = forecastDailyDemand(
      { ...certain, weekday: FLAT_WEEK },
      { firstWeekday: 0, days: 2, effects: [0, -0.5] },
    );
    expect(mean[1]! / mean[0]!).toBeCloseTo(Math.exp(-0.5), 12);
  });

  it("covers 80 % and 95 % of what the state's own world does", () => {
    const hits = { in80: 0, in95: 0, all: 0 };
    for (let s = 0; s < 400; s++) {
      const state: DemandState = {
        logMean: Math.log(20) + 0.5 * normal(s, 1),
        logVariance: 0.05,
        dispersion: 1.6,
        levelNoise: 0.0009,
        weekday: FLAT_WEEK,
      };
      const { lo80, hi80, lo95, hi95 } = forecastDailyDemand(state, { firstWeekday: 0 });
      let level = state.logMean + Math.sqrt(state.logVariance) * normal(s, 2);
      for (let h = 0; h < 14; h++) {
        level += Math.sqrt(state.levelNoise) * normal(s, 3, h);
        const mu = Math.exp(level);
        const shape = mu / (state.dispersion - 1);
        const units = poisson((mu * gamma(shape, s, 4, h)) / shape, uniform(s, 5, h));
        hits.all++;
        if (units >= lo80[h]! && units <= hi80[h]!) hits.in80++;
        if (units >= lo95[h]! && units <= hi95[h]!) hits.in95++;
      }
    }
    expect(hits.in80 / hits.all).toBeGreaterThan(0.78);
    expect(hits.in80 / hits.all).toBeLessThan(0.86);
    expect(hits.in95 / hits.all).toBeGreaterThan(0.935);
    expect(hits.in95 / hits.all).toBeLessThan(0.98);
  });

  it("never narrows with the horizon, and nests its intervals", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 8, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 1, max: 5, noNaN: true }),
        (logMean, logVariance, dispersion) => {
          const state = { logMean, logVariance, dispersion, levelNoise: 0.001, weekday: FLAT_WEEK };
          const f = forecastDailyDemand(state, { firstWeekday: 0 });
          for (let h = 0; h < 14; h++) {
            const path = [f.lo95[h]!, f.lo80[h]!, f.median[h]!, f.hi80[h]!, f.hi95[h]!];
            expect(path).toEqual([...path].sort((a, b) => a - b));
            if (h > 0)
              expect(f.variance[h]! / f.mean[h]! ** 2).toBeGreaterThanOrEqual(
                f.variance[h - 1]! / f.mean[h - 1]! ** 2 - (dispersion / f.mean[h - 1]!) * 0.001 - 1e-12,
              );
          }
        },
      ),
    );
  });
});

describe("localTrend", () => {
  it("is what a steady rise says, shrunk a little, and goes on damped", () => {
    const rise = Array.from({ length: 90 }, (_, t) => Math.round(20 * Math.exp(0.01 * (t - 45))));
    const trend = localTrend(rise, 1.2, 0);
    expect(trend.slope).toBeGreaterThan(0.009);
    expect(trend.slope).toBeLessThan(0.0101);
    const steady = { slope: 0.01, variance: 0, days: 90 };
    expect(dampedTrendEffect(steady, 1)).toBeCloseTo(0.0097, 12);
    expect(dampedTrendEffect(steady, 2)).toBeCloseTo(0.019109, 12);
  });

  it("makes little of noise, and nothing of two weeks or of no sales", () => {
    const noise = Array.from({ length: 90 }, (_, t) => poisson(5, uniform(7, t)));
    expect(Math.abs(dampedTrendEffect(localTrend(noise, 1, 0.0009), 14))).toBeLessThan(0.05);
    const weeks = Array.from({ length: 14 }, (_, t) => t * 10);
    for (const units of [weeks, new Array<number>(90).fill(0)])
      expect(localTrend(units, 1, 0)).toEqual(NO_TREND);
  });

  it("moves a level up to where it has led: late by 37.5 days at one unit a day", () => {
    const state = { logMean: 0, logVariance: 0.03, dispersion: 1.3, levelNoise: 0.0009, weekday: FLAT_WEEK };
    const moved = withTrend(state, { slope: 0.01, variance: 0, days: 90 });
    expect(moved.logMean).toBeCloseTo(0.375, 2);
    expect(withTrend(state, { slope: 0.01, variance: 0, days: 30 }).logMean).toBeCloseTo(0.15, 12);
    expect(withTrend(state, NO_TREND)).toBe(state);
  });
});

describe("forecastHourlyDemand", () => {
  it("splits a day by the profile and follows what today has sold so far", () => {
    const state = { ...certain, logMean: Math.log(48), weekday: FLAT_WEEK };
    const asExpected = forecastHourlyDemand(state, {
      profile: FLAT_HOURS,
      firstHour: 24 + 10,
      unitsToday: 20,
    });
    expect(asExpected.mean).toHaveLength(6);
    for (const v of asExpected.mean) expect(v).toBeCloseTo(2, 9);
    const busy = forecastHourlyDemand(state, { profile: FLAT_HOURS, firstHour: 24 + 10, unitsToday: 45 });
    expect(busy.mean[0]).toBeCloseTo(2 * 2 ** 0.85, 9);
    expect(busy.mean[5]).toBeCloseTo(2 * 2 ** (0.85 ** 6), 9);
  });

  it("wraps from Saturday night to Sunday", () => {
    const { mean } = forecastHourlyDemand(certain, { profile: FLAT_HOURS, firstHour: 167, unitsToday: 6 });
    expect(mean[1]! / mean[0]!).toBeGreaterThan(1.2);
  });

  it("shrinks a thin profile and trusts a thick one", () => {
    const units = new Array(168).fill(0);
    units[10] = 50;
    expect(hourProfile(units)[10]).toBeCloseTo(0.5 + 0.5 / 24, 12);
    expect(hourProfile(units)[24]).toBeCloseTo(1 / 24, 12);
    expect(profileOf(new Map(), "a", units)).toBe(FLAT_HOURS);
    units[10] = 2001;
    expect(profileOf(new Map(), "a", units)[10]).toBeGreaterThan(0.97);
  });

  it("reads a gamma level as a log-normal one of the same mean and variance", () => {
    const level = logMomentsOf({ shape: 13.7, exposure: 2.94 });
    expect(Math.exp(level.logMean + level.logVariance / 2)).toBeCloseTo(13.7 / 2.94, 12);
    expect(Math.expm1(logMomentsOf({ shape: 4, exposure: 1 }).logVariance)).toBeCloseTo(1 / 4, 12);
  });
});
