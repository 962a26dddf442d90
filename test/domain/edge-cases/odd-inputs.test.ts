import { expect } from "vitest";
import { series } from "../learning/elasticity/fixture.ts";
import { elastic, marketAt } from "../pricing/decision/fixture.ts";
import { HOUR, NOW } from "../shard/fixtures.ts";
import { chunk, event } from "../shard/shop-fixtures.ts";

import { BAND, COST_PLUS, describeCases, FOLLOW, IN_STOCK_AT_19, posted } from "./cells.ts";

/** Days on which nothing can be read: negative, not a number, infinite, and no day at all. */
const UNUSABLE = [
  { units: -1 },
  { units: Number.NaN },
  { logPrice: Number.POSITIVE_INFINITY },
  { t: Number.NaN },
];

describeCases([
  {
    name: "a new SKU of less than 14 days",
    signals: {
      world: (bench) => {
        const { verdicts } = bench.call({ chunks: [chunk("events", [event({ quantity: 50 })])] });
        return verdicts[0]!.verdicts.map((one) => one.verdict);
      },
      verdicts: ["accepted"],
      open: [],
    },
    elasticity: { series: series(10), expected: { identified: false, rows: 10 } },
    forecast: {
      input: { history: { days: 13, units: 78, daysSinceSale: 0 } },
      expected: { source: "category share" },
    },
    optimiser: [
      {
        inputs: { demand: null, demandAgeDays: null },
        expected: { verdict: "blocked", reason: "missing_demand" },
      },
      {
        inputs: { elasticity: elastic(-4), daysSinceLaunch: 6 },
        expected: { verdict: "hold", reason: "launch", to: 1990 },
      },
      {
        inputs: { elasticity: elastic(-4), daysSinceLaunch: 7 },
        expected: { verdict: "propose", to: 1849 },
      },
    ],
  },
  {
    name: "the cost rises above the price",
    optimiser: [
      {
        inputs: { unitCost: 2500 },
        expected: { verdict: "propose", reason: "floor_step_conflict", to: 2189, risk: "HIGH" },
      },
      {
        inputs: { unitCost: 2120 },
        expected: {
          verdict: "propose",
          reason: "floor_step_conflict",
          to: 2189,
          risk: "HIGH",
          riskReasons: expect.arrayContaining(["every unit sold at the present price loses money"]),
          autoApprovable: false,
        },
      },
    ],
    strategy: [
      {
        inputs: { unitCost: 2500, market: IN_STOCK_AT_19 },
        policy: FOLLOW,
        expected: { verdict: "propose", reason: "floor_step_conflict", to: 2189, risk: "HIGH" },
      },
    ],
  },
  {
    name: "negative, zero, NaN and huge inputs",
    signals: {
      world: (bench) => [
        posted({ price: -1 }),
        posted({ price: 0 }),
        posted({ price: Number.NaN }),
        posted({ price: 1e300 }),
        posted({ observedAt: Number.NaN }),
        bench.see({ price: 1_000_000 }),
      ],
      verdicts: [
        "non_positive_price",
        "non_positive_price",
        "bad_price",
        "price_too_large",
        "bad_time",
        "quarantined",
      ],
      open: [],
    },
    elasticity: {
      series: series(90, (day) => UNUSABLE[day] ?? {}),
      expected: { skipped: UNUSABLE.length, rows: 90 - UNUSABLE.length },
    },
    forecast: { input: { unitsToday: Number.NaN }, expected: null },
    optimiser: [-5, 0, Number.NaN, 1e15].map((price) => ({
      inputs: { price },
      expected: { verdict: "blocked", reason: "bad_input" },
    })),
    strategy: [
      {
        inputs: { unitCost: Number.NaN },
        policy: COST_PLUS,
        expected: { verdict: "blocked", reason: "bad_input" },
      },
      {
        inputs: { market: marketAt(-1) },
        policy: FOLLOW,
        expected: { verdict: "blocked", reason: "bad_input" },
      },
    ],
  },
  {
    name: "the competitor's currency is another",
    signals: {
      world: (bench) => {
        const listed = { currency: "USD", landedPrice: 11_000 };
        return [
          posted({ currency: "USD" }),
          bench.see({ listed: { ...listed, stale: false } }),
          bench.see({ price: 8500, listed: { ...listed, stale: true }, observedAt: NOW + 1 }),
        ];
      },
      verdicts: ["currency_mismatch", "accepted", "accepted"],
      // a fall of 15 % by the rate alone is no drop of theirs, and an old rate is trusted less
      open: ["ABOVE_MARKET", "UNDERCUT alpha"],
      tells: { UNDERCUT: { confidence: 0.5 } },
    },
    forecast: {
      input: {},
      expected: { source: "filter" },
      market: [
        {
          competitors: 2,
          scored: 28,
          // 1900 of theirs at a rate of 0.9: histories are kept in our currency
          price: 1710,
          expected: { usesForecast: true, price: expect.closeTo(1710, -1) },
        },
      ],
    },
    optimiser: [
      {
        inputs: { market: marketAt(1900, { confidence: 0.5 }) },
        policy: BAND,
        expected: { verdict: "hold" },
      },
    ],
  },
  {
    name: "events come twice and late",
    signals: {
      world: (bench) => {
        const rows = [event(), event({ at: NOW - 73 * HOUR })];
        const verdictsOf = (id: string) =>
          bench
            .call({ chunks: [chunk("events", rows, id)] })
            .verdicts[0]!.verdicts.map((one) => one.code ?? one.verdict);
        return [...verdictsOf("a#0"), ...verdictsOf("a#0"), ...verdictsOf("b#0")];
      },
      verdicts: ["accepted", "too_late", "accepted", "too_late", "duplicate", "too_late"],
      open: [],
    },
    elasticity: {
      series: series(90, (day, row) => (day >= 87 ? { units: row.units + 3 } : {})),
      expected: { rows: 90 },
    },
    forecast: { input: { unitsToday: 4 }, expected: { source: "filter" } },
  },
]);
