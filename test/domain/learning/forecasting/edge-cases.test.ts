import { describe, expect, it } from "vitest";
import {
  competitorAnchor,
  forecastCheapestCompetitor,
} from "../../../../domain/learning/forecasting/competitor-forecast.ts";
import { forecastSkuDemand } from "../../../../domain/learning/forecasting/sku-demand.ts";
import { category, filter, ordinary } from "./fixture.ts";

describe("edge cases of the demand forecast", () => {
  it("an ordinary SKU forecasts from its filter, beside the simple forecasts", () => {
    const f = forecastSkuDemand(ordinary)!;
    expect(f.source).toBe("filter");
    expect(f.daily.mean).toHaveLength(14);
    expect(f.hourly.mean).toHaveLength(6);
    expect(f.intermittent).toBe(false);
    expect(f.baseline.daily[13]).toBeCloseTo(6, 9);
    expect(f.baseline.hourly).toHaveLength(6);
    expect(f.baseline.tsb).toBeCloseTo(6, 9);
    expect(f.stockout!.level).toBe("Healthy");
  });

  it("no sales for 60 days: the category's share as prior, stock lasts beyond 180 days", () => {
    const f = forecastSkuDemand({
      ...ordinary,
      history: { days: 200, units: 30, daysSinceSale: 60 },
      recentDays: new Array(90).fill(0),
      unitsToday: 0,
    })!;
    expect(f.source).toBe("category share");
    expect(f.daily.mean[0]).toBeCloseTo(0.5 / (0.5 / 2 + 60), 3);
    expect(f.intermittent).toBe(true);
    expect(f.stockout).toMatchObject({ level: "No demand", p50: null });
  });

  it("out of stock now: the demand forecast goes on uncensored", () => {
    const f = forecastSkuDemand({ ...ordinary, stock: 0 })!;
    expect(f.daily).toEqual(forecastSkuDemand(ordinary)!.daily);
    expect(f.stockout).toMatchObject({ level: "Out of stock", p50: 0 });
  });

  it("out of stock and without demand is out of stock", () => {
    const f = forecastSkuDemand({ ...ordinary, filter: { ...filter, logMean: -9 }, stock: 0 })!;
    expect(f.stockout!.level).toBe("Out of stock");
  });

  it("untracked stock has no stock-out", () => {
    expect(forecastSkuDemand({ ...ordinary, stock: null })!.stockout).toBeNull();
  });

  it.each([
    { days: 13, source: "category share" },
    { days: 14, source: "filter without weekdays" },
    { days: 27, source: "filter without weekdays" },
    { days: 28, source: "filter" },
  ])("$days days of history forecast from: $source", ({ days, source }) => {
    const f = forecastSkuDemand({ ...ordinary, history: { days, units: 6 * days, daysSinceSale: 0 } })!;
    expect(f.source).toBe(source);
    if (source === "filter without weekdays") expect(f.daily.mean[4]! / f.daily.mean[3]!).toBeCloseTo(1, 2);
  });

  it("a new SKU starts at the category's share and moves to its own sales", () => {
    const at = (days: number, units: number) =>
      forecastSkuDemand({ ...ordinary, history: { days, units, daysSinceSale: 0 } })!.daily.mean[0]!;
    expect(at(0, 0)).toBeCloseTo(2, 2);
    expect(at(13, 78)).toBeCloseTo(78.5 / 13.25, 1);
  });

  it.each([
    ["NaN level", { filter: { ...filter, logMean: Number.NaN }, category: null }],
    ["negative variance", { filter: { ...filter, logVariance: -1 }, category: null }],
    ["huge level", { filter: { ...filter, logMean: 800 }, category: null }],
    ["nothing known", { filter: null, category: null }],
    ["category without demand", { filter: null, category: { ...category, unitsPerDay: 0 } }],
    ["negative units today", { unitsToday: -1 }],
    ["no hour", { hourOfWeek: Number.NaN }],
    ["hour outside the week", { hourOfWeek: 168 }],
    ["NaN price effect", { effects: [Number.NaN] }],
  ] satisfies [string, Partial<Parameters<typeof forecastSkuDemand>[0]>][])("%s is skipped", (_, change) => {
    expect(forecastSkuDemand({ ...ordinary, ...change })).toBeNull();
  });

  it("an unusable filter falls back on the category", () => {
    const f = forecastSkuDemand({
      ...ordinary,
      filter: { ...filter, dispersion: Number.POSITIVE_INFINITY },
    })!;
    expect(f.source).toBe("category share");
  });

  it("an unusable stock skips the stock-out only", () => {
    const f = forecastSkuDemand({ ...ordinary, stock: Number.NaN })!;
    expect(f.stockout).toBeNull();
    expect(f.daily.mean[0]).toBeGreaterThan(5);
  });

  it("no competitor: not applicable", () => {
    const forecast = forecastCheapestCompetitor([], 1);
    expect(competitorAnchor(forecast, { scored: 28, mae: 1, baselineMae: 2, skill: 0.5 })).toMatchObject({
      price: null,
      usesForecast: false,
    });
  });

  it("the same input twice gives the same bytes", () => {
    expect(JSON.stringify(forecastSkuDemand(ordinary))).toBe(JSON.stringify(forecastSkuDemand(ordinary)));
  });
});
