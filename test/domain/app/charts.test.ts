import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timeTickLabel, timeTicks } from "../../../app/src/charts/axis-time.ts";
import { candidatesChart, nearCandidates } from "../../../app/src/charts/candidates.ts";
import { historyChart } from "../../../app/src/charts/history.ts";
import type { Palette } from "../../../app/src/charts/options.ts";
import { competitorSeries, demandBars, ourPrice } from "../../../app/src/charts/series.ts";
import type { Candidate, LedgerEntry } from "../../../domain/contract/decisions.ts";
import type { DemandDay, Offer, TrendPoint } from "../../../domain/contract/market.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (text: string) => Date.parse(text);

const palette: Palette = {
  text: "text",
  muted: "muted",
  grid: "grid",
  surface: "surface",
  ours: "ours",
  proposed: "proposed",
  demand: "demand",
  demandPromo: "promo",
  removed: "removed",
  competitors: ["c1", "c2"],
};

describe("timeTicks", () => {
  it("puts ticks on midnights and names the days", () => {
    const { stepMs, values } = timeTicks(at("2026-11-01T05:00Z"), at("2026-11-07T05:00Z"), 8);
    expect(stepMs).toBe(DAY);
    expect(values.map((v) => timeTickLabel(v, stepMs))).toEqual([
      "2 Nov",
      "3 Nov",
      "4 Nov",
      "5 Nov",
      "6 Nov",
      "7 Nov",
    ]);
  });

  it("labels hours within a day, and midnight with the day", () => {
    const { stepMs, values } = timeTicks(at("2026-11-01T20:10Z"), at("2026-11-02T02:10Z"), 8);
    expect(stepMs).toBe(HOUR);
    expect(values.slice(0, 5).map((v) => timeTickLabel(v, stepMs))).toEqual([
      "21:00",
      "22:00",
      "23:00",
      "2 Nov",
      "01:00",
    ]);
  });

  it("begins weeks on Mondays", () => {
    const { values } = timeTicks(at("2026-08-01T00:00Z"), at("2026-10-20T00:00Z"), 12);
    expect(values.map((v) => new Date(v).getUTCDay())).toEqual(values.map(() => 1));
  });

  it("never gives more ticks than fit, and all lie inside the range", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        fc.integer({ min: 60_000, max: 3000 * DAY }),
        fc.integer({ min: 2, max: 20 }),
        (min, length, count) => {
          const { values } = timeTicks(min, min + length, count);
          return values.length <= count && values.every((v) => v >= min && v <= min + length);
        },
      ),
    );
  });
});

const range = { from: at("2026-11-01T00:00Z"), to: at("2026-11-05T00:00Z") };
const day = (d: string, price: string, units = 3, promo = false): DemandDay => ({
  day: d,
  units,
  revenue: "0",
  price,
  promo,
});
const entry = (when: string, to: string): LedgerEntry => ({
  seq: 1,
  sku: "A",
  from: null,
  to,
  currency: "EUR",
  source: "applied",
  cause: { kind: "proposal" },
  actor: "user:a@example.com",
  at: when,
  prevHash: "",
  hash: "00",
});

describe("ourPrice", () => {
  it("follows the sales until the ledger begins, then the ledger, and ends at the served price", () => {
    const days = [day("2026-11-01", "10.00"), day("2026-11-02", "11.00"), day("2026-11-04", "99.00")];
    const ledger = [entry("2026-11-03T06:00:00Z", "12.00"), entry("2026-11-04T06:00:00Z", "13.00")];
    expect(ourPrice(days, ledger, "13.00", range)).toEqual([
      { x: at("2026-11-01T12:00Z"), y: 10 },
      { x: at("2026-11-02T12:00Z"), y: 11 },
      { x: at("2026-11-03T06:00Z"), y: 12 },
      { x: at("2026-11-04T06:00Z"), y: 13 },
      { x: range.to, y: 13 },
    ]);
  });

  it("starts with the last price before the range", () => {
    expect(ourPrice([], [entry("2026-10-01T00:00:00Z", "8.00")], "8.00", range)).toEqual([
      { x: range.from, y: 8 },
      { x: range.to, y: 8 },
    ]);
  });
});

describe("competitorSeries", () => {
  const offer = (competitor: string, price: string): Offer => ({
    competitor,
    price,
    landedPrice: price,
    currency: "EUR",
    availability: "in_stock",
    observedAt: "2026-11-04T12:00:00Z",
    receivedAt: "2026-11-04T12:00:00Z",
    fresh: true,
    status: "accepted",
    gapPct: 0,
  });
  const trend = (competitor: string, when: string, avg: string): TrendPoint => ({
    competitor,
    at: when,
    avg,
    min: avg,
    volatility: 0,
    direction: "stable",
  });

  it("puts averages in the middle of their window and ends with the latest offer", () => {
    const { series } = competitorSeries(
      [trend("a", "2026-11-02T00:00:00Z", "9.00")],
      [offer("a", "9.50")],
      "1d",
      range,
    );
    expect(series).toEqual([
      {
        name: "a",
        points: [
          { x: at("2026-11-02T12:00Z"), y: 9 },
          { x: at("2026-11-04T12:00Z"), y: 9.5 },
        ],
      },
    ]);
  });

  it("keeps the six cheapest and counts the rest", () => {
    const offers = ["h", "g", "f", "e", "d", "c", "b", "a"].map((name, i) => offer(name, `${20 - i}.00`));
    const { series, hidden } = competitorSeries([], offers, "1d", range);
    expect(series.map((s) => s.name)).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(hidden).toBe(2);
  });
});

describe("historyChart", () => {
  const data = {
    currency: "EUR",
    range,
    intraday: false,
    ours: [{ x: range.from, y: 10 }],
    competitors: [
      { name: "a", points: [{ x: range.from, y: 9 }] },
      { name: "b", points: [] },
      { name: "c", points: [] },
    ],
    demand: demandBars([day("2026-11-02", "1", 5, true), day("2026-11-01", "1", 4)], range),
    proposed: 11,
    unit: "Units",
  };

  it("names both axes with their units and draws demand on the right one", () => {
    const chart = historyChart(data, palette);
    const scales = chart.options?.scales as Record<string, { title: { text: string }; position?: string }>;
    expect(scales.price?.title.text).toBe("Price (EUR)");
    expect(scales.units).toMatchObject({ position: "right", title: { text: "Units per day" } });
    const bars = chart.data.datasets.filter((set) => set.type === "bar");
    expect(bars.map((set) => [set.label, set.yAxisID, set.data.map((p) => p.y)])).toEqual([
      ["Units sold per day", "units", [4]],
      ["Units sold on promotion", "units", [5]],
    ]);
  });

  it("draws our price as steps and the proposed price as a line across the whole range", () => {
    const { datasets } = historyChart(data, palette).data;
    expect(datasets[0]).toMatchObject({ label: "Our price", stepped: "before", borderColor: "ours" });
    expect(datasets[1]).toMatchObject({
      label: "Proposed price",
      data: [
        { x: range.from, y: 11 },
        { x: range.to, y: 11 },
      ],
    });
  });

  it("reuses colours for more competitors than colours, and omits empty series", () => {
    const { datasets } = historyChart({ ...data, proposed: null, demand: [] }, palette).data;
    expect(datasets.map((set) => [set.label, set.borderColor])).toEqual([
      ["Our price", "ours"],
      ["a", "c1"],
      ["b", "c2"],
      ["c", "c1"],
    ]);
  });
});

describe("candidatesChart", () => {
  const candidate = (
    price: string,
    profit: string,
    verdict: Candidate["verdict"],
    reason?: string,
  ): Candidate => ({
    ...{ price, expectedProfit: profit, expectedRevenue: "0", expectedUnits: 0, pGain: 0.5, verdict },
    ...(reason === undefined ? {} : { reason }),
  });
  const data = {
    currency: "EUR",
    from: "10.00",
    to: "11.00",
    candidates: [
      candidate("11.00", "120", "chosen"),
      candidate("5.00", "1", "removed", "floor"),
      candidate("10.00", "100", "feasible"),
      candidate("12.00", "130", "removed", "max_step"),
    ],
  };

  it("omits candidates far from both prices", () => {
    expect(nearCandidates(data).map((c) => c.price)).toEqual(["11.00", "10.00", "12.00"]);
    expect(nearCandidates({ ...data, to: "5.00" })).toHaveLength(4);
  });

  it("draws the profit curve and marks removed candidates, the present and the proposed price", () => {
    const sets = candidatesChart(data, palette).data.datasets;
    expect(sets.map((set) => [set.label, set.data.map((p) => p.x)])).toEqual([
      ["Expected profit", [10, 11, 12]],
      ["Removed", [12]],
      ["Present price", [10]],
      ["Proposed price", [11]],
    ]);
    expect(sets[1]?.data[0]?.reason).toBe("Max step");
  });
});
