import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cumulativeDemand } from "../../../../domain/learning/forecasting/cumulative-demand.ts";
import { forecastDailyDemand } from "../../../../domain/learning/forecasting/daily-demand.ts";
import { type DemandState, FLAT_WEEK } from "../../../../domain/learning/forecasting/demand-state.ts";
import { FLAT_HOURS } from "../../../../domain/learning/forecasting/hour-profile.ts";
import { forecastStockout } from "../../../../domain/learning/forecasting/stockout.ts";

const steady = (perDay: number): DemandState => ({
  logMean: Math.log(perDay),
  logVariance: 0,
  dispersion: 1,
  levelNoise: 0,
  weekday: FLAT_WEEK,
});

describe("cumulativeDemand", () => {
  it("has an hourly grid to 14 days and a daily one to 180", () => {
    const demand = cumulativeDemand(steady(24), 0, FLAT_HOURS);
    expect(demand.length).toBe(336 + 166);
    expect([0, 335, 336, demand.length - 1].map(demand.hours)).toEqual([1, 336, 360, 4320]);
    expect(demand.at(0).mean).toBeCloseTo(1, 9);
    expect(demand.at(335).mean).toBeCloseTo(336, 6);
    expect(demand.at(demand.length - 1).mean).toBeCloseTo(4320, 5);
  });

  it("adds up to the daily forecast", () => {
    const state = { ...steady(10), logVariance: 0.1, weekday: [0.3, 0, -0.1, 0, 0.2, -0.2, -0.2] };
    const daily = forecastDailyDemand(state, { firstWeekday: 3 });
    const total = daily.mean.reduce((sum, v) => sum + v, 0);
    expect(cumulativeDemand(state, 3 * 24, FLAT_HOURS).at(335).mean).toBeCloseTo(total, 6);
  });
});

describe("forecastStockout", () => {
  it("sells the last of many units when the mean reaches them", () => {
    const result = forecastStockout(steady(240), { stock: 2400, firstHour: 5 })!;
    expect(Math.abs(result.p50! - 240)).toBeLessThanOrEqual(1);
    expect(result.p10!).toBeLessThan(result.p50!);
    expect(result.p90!).toBeGreaterThan(result.p50!);
  });

  it("waits a Poisson time for the only unit: P(out by H) = 1 − e^(−λH)", () => {
    const { p10, p50, p90 } = forecastStockout(steady(1.2), { stock: 1, firstHour: 0 })!;
    expect(p10).toBe(Math.ceil(-Math.log(0.9) / 0.05));
    expect(p50).toBe(Math.ceil(Math.log(2) / 0.05));
    expect(p90).toBe(Math.ceil(Math.log(10) / 0.05));
  });

  it.each([
    [23, "Critical"],
    [24, "Warning"],
    [71, "Warning"],
    [72, "Healthy"],
  ])("calls a median of %s hours %s", (hours, level) => {
    // one unit an hour
    const forecast = forecastStockout(steady(24), { stock: hours, firstHour: 0 });
    expect(forecast).toMatchObject({ p50: hours, level });
  });

  it.each([
    { name: "critical", perDay: 50, stock: 20, level: "Critical" },
    { name: "warning", perDay: 10, stock: 20, level: "Warning" },
    { name: "healthy", perDay: 1, stock: 20, level: "Healthy" },
    { name: "no demand", perDay: 0.001, stock: 20, level: "No demand" },
    { name: "out of stock", perDay: 10, stock: 0, level: "Out of stock" },
    { name: "oversold", perDay: 10, stock: -2, level: "Out of stock" },
    { name: "no stock wins over no demand", perDay: 0.001, stock: 0, level: "Out of stock" },
  ])("$name", ({ perDay, stock, level }) => {
    expect(forecastStockout(steady(perDay), { stock, firstHour: 0 })!.level).toBe(level);
  });

  it("is null beyond 180 days and without demand, and 0 when out of stock", () => {
    expect(forecastStockout(steady(0.02), { stock: 50, firstHour: 0 })).toMatchObject({
      p10: null,
      p50: null,
      p90: null,
      level: "Healthy",
    });
    expect(forecastStockout(steady(0.001), { stock: 5, firstHour: 0 })).toMatchObject({ p50: null });
    expect(forecastStockout(steady(5), { stock: 0, firstHour: 0 })).toMatchObject({ p10: 0, p50: 0, p90: 0 });
  });

  it("gives the chance to sell out before the next receipt", () => {
    const at = (receiptInHours: number | null) =>
      forecastStockout(steady(24), { stock: 10, firstHour: 0, receiptInHours })!.beforeReceipt;
    expect(at(null)).toBeNull();
    expect(at(2)).toBeLessThan(0.001);
    expect(at(48)).toBeGreaterThan(0.999);
    expect(forecastStockout(steady(24), { stock: 0, firstHour: 0, receiptInHours: 5 })!.beforeReceipt).toBe(
      1,
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("skips a stock of %s", (stock) => {
    expect(forecastStockout(steady(1), { stock, firstHour: 0 })).toBeNull();
  });

  it("orders its quantiles, lasts no shorter with more stock and no longer with more demand", () => {
    const last = (hours: number | null) => hours ?? Number.POSITIVE_INFINITY;
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 500, noNaN: true }),
        fc.integer({ min: 1, max: 3000 }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.integer({ min: 0, max: 167 }),
        (perDay, stock, logVariance, firstHour) => {
          const state = { ...steady(perDay), logVariance, levelNoise: 0.0009, dispersion: 1.4 };
          const now = forecastStockout(state, { stock, firstHour })!;
          expect(last(now.p10)).toBeLessThanOrEqual(last(now.p50));
          expect(last(now.p50)).toBeLessThanOrEqual(last(now.p90));
          const more = forecastStockout(state, { stock: stock + 10, firstHour })!;
          expect(last(more.p50)).toBeGreaterThanOrEqual(last(now.p50));
          const faster = forecastStockout({ ...state, logMean: state.logMean + 0.2 }, { stock, firstHour })!;
          expect(last(faster.p50)).toBeLessThanOrEqual(last(now.p50));
        },
      ),
      { numRuns: 150 },
    );
  });
});
