import { describe, expect, it } from "vitest";
import {
  ewmForecast,
  movingAverage,
  scoreForecasts,
  variation,
} from "../../../domain/analysis/hourly-demand.ts";
import { countDirections, sumMovements, topMovers } from "../../../domain/analysis/movement-days.ts";
import { analysePrice } from "../../../domain/analysis/price-position.ts";
import { simulateRevenue } from "../../../domain/analysis/revenue-simulation.ts";
import { safetyAdvice, stockCover } from "../../../domain/analysis/stock-cover.ts";
import { isoWeekday, weekHeat } from "../../../domain/analysis/week-heat.ts";

describe("the baseline of hourly demand", () => {
  it("is a weighted mean with a damped trend, never below nothing", () => {
    const next = ewmForecast([0, 0, 0, 0, 10]);
    expect(next.map((units) => Math.round(units * 1000) / 1000)).toEqual([
      4.85, 5.445, 5.842, 6.088, 6.219, 6.263,
    ]);
    expect(ewmForecast([10, 0, 0, 0, 0]).every((units) => units >= 0)).toBe(true);
    expect(ewmForecast([])).toEqual([]);
    expect(ewmForecast([3])).toEqual([3, 3, 3, 3, 3, 3]);
  });

  it("has moving averages that begin short", () => {
    expect(movingAverage([3, 6, 9, 12], 3)).toEqual([3, 4.5, 6, 9]);
  });

  it("is scored by what sold", () => {
    const pairs = [
      { actual: 10, forecast: 8 },
      { actual: 0, forecast: 3 },
    ];
    expect(scoreForecasts(pairs)).toEqual({ days: 2, mae: 2.5, wape: 0.5 });
    expect(scoreForecasts([])).toEqual({ days: 0, mae: null, wape: null });
  });
});

describe("the heat map of a week", () => {
  it("is the mean of each weekday that the span has, from Monday on", () => {
    expect([isoWeekday("2026-06-15"), isoWeekday("2026-06-21"), isoWeekday("1969-12-28")]).toEqual([1, 7, 7]);
    const days = ["2026-06-08", "2026-06-15", "2026-06-22", "2026-06-21"];
    const rows = [
      { day: "2026-06-15", hour: 9, count: 4 },
      { day: "2026-06-21", hour: 24, count: 1 },
    ];
    const cells = weekHeat(rows, days).filter(({ mean }) => mean > 0);
    expect(cells).toEqual([
      { weekday: 1, hour: 9, mean: 2 },
      { weekday: 7, hour: 23, mean: 1 },
    ]);
  });

  it("knows how uneven demand is", () => {
    expect(variation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(0.4, 12);
    expect([variation([0, 0]), variation([])]).toEqual([null, null]);
    expect([safetyAdvice(0.9), safetyAdvice(0.3), safetyAdvice(null)]).toEqual([
      "Uneven demand: keep 1.5 weeks of it as safety stock",
      "Even demand: keep 1 week of it as safety stock",
      null,
    ]);
  });
});

describe("a stock", () => {
  it.each([
    [
      48,
      1,
      0.5,
      { level: "Warning", hoursToStockout: 48, safetyStock: 210, restockNow: false, restockUnits: 330 },
    ],
    [19, 1, 0.5, { level: "Critical", hoursToStockout: 19, restockNow: true }],
    [72, 1, 0.9, { level: "Healthy", safetyStock: 252 }],
    [72, 1, 0.3, { safetyStock: 168 }],
    [0, 1, 0.5, { level: "Out of stock", hoursToStockout: 0, restockNow: true, restockUnits: 378 }],
    [0, 0, null, { level: "Out of stock", hoursToStockout: 0, restockNow: false, restockUnits: 0 }],
    [5, 0, null, { level: "No demand", hoursToStockout: null, safetyStock: null, restockUnits: 0 }],
  ])("of %d that sells %d an hour, variation %s", (stock, perHour, uneven, expected) => {
    expect(stockCover(stock, perHour, uneven)).toMatchObject(expected);
  });
});

describe("a price", () => {
  it.each([
    [110, [100, 120], 105, { gapPct: 10, avgGapPct: 0, position: "middle", recommendation: "lower" }],
    [100, [100], 110, { gapPct: 0, position: "lowest", recommendation: "raise" }],
    [130, [100, 120], 130, { position: "highest", recommendation: "hold" }],
    [130, [], null, { competitors: 0, gapPct: null, position: "alone", recommendation: "hold" }],
  ])("of %d beside %j", (price, landed, proposed, expected) => {
    expect(analysePrice(price, landed, proposed)).toMatchObject(expected);
  });

  it("moves revenue by the fixed elasticity and by what was learned, with its interval in order", () => {
    const change = { from: 100, to: 90, unitsPerDay: 10 };
    const learned = simulateRevenue({ ...change, elasticity: { mean: -2, ci95: [-3, -1] } });
    expect(learned).toEqual({
      before: 1000,
      fixed: expect.closeTo(1054.09, 2),
      mean: expect.closeTo(1111.11, 2),
      low: expect.closeTo(1000, 2),
      high: expect.closeTo(1234.57, 2),
    });
    const unknown = simulateRevenue({ ...change, elasticity: null });
    expect([unknown.mean, unknown.low, unknown.high]).toEqual(Array(3).fill(unknown.fixed));
  });
});

describe("movements", () => {
  const move = { sku: "A", competitor: "acme", currency: "EUR", at: 0, from: 100, to: 110, change: 0.1 };
  const back = { ...move, at: 3_600_000, from: 110, to: 99, change: -0.1 };

  it("are added up by competitor, category and hour", () => {
    const sums = sumMovements([move, { ...move, sku: "B" }, back], new Map([["A", "lamps"]]), 0);
    expect(sums).toEqual([
      { competitor: "acme", category: "lamps", hour: 0, up: 1, down: 0, change: 0.1, absoluteChange: 0.1 },
      { competitor: "acme", category: "", hour: 0, up: 1, down: 0, change: 0.1, absoluteChange: 0.1 },
      { competitor: "acme", category: "lamps", hour: 1, up: 0, down: 1, change: -0.1, absoluteChange: 0.1 },
    ]);
  });

  it("rank prices by what became of them, and by how restless they were", () => {
    const { up, down, volatile } = topMovers([back, move, { ...move, sku: "B" }], 5);
    expect(up.map(({ sku }) => sku)).toEqual(["B"]);
    expect(down).toEqual([expect.objectContaining({ sku: "A", from: 100, to: 99, moves: 2 })]);
    expect(volatile.map(({ sku, path }) => [sku, path])).toEqual([
      ["A", 0.2],
      ["B", 0.1],
    ]);
  });

  it("say which way prices went, beside those that stood still", () => {
    const risen = { ...move, sku: "B" };
    const returned = { ...back, sku: "C", from: 110, to: 100 };
    const seen = new Map([
      ["acme", 10],
      ["bolt", 4],
    ]);
    expect(countDirections([move, back, risen, { ...move, sku: "C" }, returned], seen)).toEqual([
      { competitor: "acme", prices: 10, up: 1, down: 1 },
      { competitor: "bolt", prices: 4, up: 0, down: 0 },
    ]);
    expect(countDirections([move], new Map())).toEqual([{ competitor: "acme", prices: 1, up: 1, down: 0 }]);
  });
});
