import { describe, expect, it } from "vitest";
import { readObservation, typeObservation } from "../../domain/intake/observation-row.ts";
import { filterSeries } from "../../domain/learning/elasticity/filter.ts";
import { pool } from "../../domain/learning/elasticity/pool.ts";
import { defaultPrior } from "../../domain/learning/elasticity/prior.ts";
import { type ElasticityReport, elasticityReport } from "../../domain/learning/elasticity/report.ts";
import type { ElasticitySeries } from "../../domain/learning/elasticity/series.ts";
import { skuPrior } from "../../domain/learning/elasticity/sku-prior.ts";
import { DEFAULT_CONFIG } from "../../domain/learning/elasticity/state.ts";
import { sufficientOf } from "../../domain/learning/elasticity/sufficient.ts";
import {
  competitorAnchor,
  forecastCheapestCompetitor,
} from "../../domain/learning/forecasting/competitor-forecast.ts";
import { observeCompetitor } from "../../domain/learning/forecasting/competitor-state.ts";
import { forecastSkuDemand } from "../../domain/learning/forecasting/sku-demand.ts";
import { decidePrice } from "../../domain/pricing/decision/decide.ts";
import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import type { PricingInputs, PricingPolicy } from "../../domain/pricing/inputs.ts";
import { series } from "./learning/elasticity/fixture.ts";
import { ordinary } from "./learning/forecasting/fixture.ts";
import { elastic, inputsOf, marketAt, policyOf } from "./pricing/decision/fixture.ts";
import { Bench, HOUR, NOW, shardProduct } from "./shard/fixtures.ts";
import { chunk, event, past, SKU, stock } from "./shard/shop-fixtures.ts";

/** What happens to a shard, the verdicts on it, and the signals open in the end with what they tell. */
interface SignalCell {
  world: (bench: Bench) => (string | undefined)[];
  verdicts: (string | undefined)[];
  open: string[];
  tells?: Record<string, object>;
}

interface ElasticityCell {
  series: ElasticitySeries;
  expected: Partial<ElasticityReport>;
  /** distance of the mean from its prior, in prior standard deviations */
  nearPrior?: boolean;
}

interface ForecastCell {
  input: Partial<Parameters<typeof forecastSkuDemand>[0]>;
  /** null = skipped */
  expected: object | null;
  /** competitors with four months of one price each, days scored, and the anchor's gate */
  market?: { competitors: number; scored: number; price?: number; expected: object }[];
}

interface DecisionCell {
  inputs: Partial<PricingInputs>;
  policy?: Partial<PricingPolicy>;
  expected: Partial<PricingDecision>;
}

interface EdgeCase {
  name: string;
  signals?: SignalCell;
  elasticity?: ElasticityCell;
  forecast?: ForecastCell;
  optimiser?: DecisionCell[];
  strategy?: DecisionCell[];
}

const UNIDENTIFIED = { mean: -4, sd: 0.1, identified: false, label: "uncertain" } as const;
const BAND = { competitorBand: { lo: 0.95, hi: 1, minConfidence: 0.7 } };
const FOLLOW = { strategy: "competitor_follow" } as const;
const COST_PLUS = { strategy: "cost_plus" } as const;
const IN_STOCK_AT_19 = marketAt(1900);

/** The code of the verdict on an observation as it is posted. */
function posted(change: Record<string, unknown>): string | undefined {
  const row = { sku: SKU, competitor: "alpha", price: "100.00", observedAt: NOW, ...change };
  const form = readObservation(row, 0);
  const typed = form.ok ? typeObservation(form.value, { sku: SKU, currency: "EUR" }, 0, NOW) : form;
  return typed.ok ? "accepted" : typed.verdict.code;
}

/** Days on which nothing can be read: negative, not a number, infinite, and no day at all. */
const UNUSABLE = [
  { units: -1 },
  { units: Number.NaN },
  { logPrice: Number.POSITIVE_INFINITY },
  { t: Number.NaN },
];

const MATRIX: EdgeCase[] = [
  {
    name: "no sales for 60 days and more",
    signals: {
      world: (bench) => {
        past(bench, 0);
        const { verdicts } = bench.call({ chunks: [chunk("events", [event({ quantity: 4 })])] });
        return verdicts[0]!.verdicts.map((one) => one.verdict);
      },
      verdicts: ["accepted"],
      open: [],
    },
    elasticity: {
      series: series(90, () => ({ units: 0 })),
      expected: { identified: false, endogeneityFlag: false },
      nearPrior: true,
    },
    forecast: {
      input: {
        history: { days: 200, units: 30, daysSinceSale: 60 },
        recentDays: new Array(90).fill(0),
        unitsToday: 0,
      },
      expected: { source: "category share", intermittent: true, stockout: { level: "No demand", p50: null } },
    },
    optimiser: [
      {
        inputs: { elasticity: elastic(-4), demand: { perDay: 0.003, logVar: 0.5, phi: 1 } },
        expected: { verdict: "hold", reason: "min_gain" },
      },
    ],
  },
  {
    name: "out of stock now",
    signals: {
      world: (bench) => {
        past(bench, 3);
        bench.call({ chunks: [chunk("inventory", [stock({ quantity: 0 })])] });
        return [bench.see({ price: 9000 })];
      },
      verdicts: ["accepted"],
      open: ["LOW_INVENTORY"],
      tells: { LOW_INVENTORY: { severity: 1, evidence: { stock: 0, level: "critical" } } },
    },
    elasticity: {
      series: series(90, (day) => (day >= 80 ? { units: 0, exposure: 0 } : {})),
      expected: { skipped: 0 },
    },
    forecast: {
      input: { stock: 0 },
      expected: {
        source: "filter",
        daily: forecastSkuDemand(ordinary)!.daily,
        stockout: { level: "Out of stock", p50: 0 },
      },
    },
    optimiser: [
      {
        inputs: { stock: 0, elasticity: elastic(-4) },
        expected: { verdict: "hold", reason: "out_of_stock" },
      },
    ],
    strategy: [
      {
        inputs: { stock: 0, market: IN_STOCK_AT_19 },
        policy: FOLLOW,
        expected: { verdict: "hold", reason: "out_of_stock" },
      },
    ],
  },
  {
    name: "no price variation",
    elasticity: {
      series: series(90, () => ({ logPrice: 3 })),
      expected: { identified: false, endogeneityFlag: false },
      nearPrior: true,
    },
    forecast: { input: {}, expected: { source: "filter" } },
    optimiser: [
      {
        inputs: { elasticity: UNIDENTIFIED },
        expected: { verdict: "propose", to: 1899, autoApprovable: false },
      },
      {
        inputs: { elasticity: { ...UNIDENTIFIED, mean: -2.1, sd: 0.8 } },
        expected: { verdict: "hold", to: 1990 },
      },
    ],
  },
  {
    name: "one competitor",
    signals: {
      world: (bench) => [bench.see({ price: 8695 })],
      verdicts: ["accepted"],
      open: ["ABOVE_MARKET", "UNDERCUT alpha"],
      tells: { ABOVE_MARKET: { evidence: { offers: 1 } }, UNDERCUT: { confidence: 0.7 } },
    },
    elasticity: { series: series(90), expected: { noCompetitor: false } },
    forecast: {
      input: {},
      expected: { source: "filter" },
      market: [
        {
          competitors: 1,
          scored: 20,
          expected: { usesForecast: false, reasons: ["too few scored days"] },
        },
        { competitors: 1, scored: 21, expected: { usesForecast: true, reasons: [] } },
        { competitors: 2, scored: 14, expected: { usesForecast: true, reasons: [] } },
      ],
    },
    optimiser: [
      {
        inputs: { market: marketAt(1900, { confidence: 0.69 }) },
        policy: BAND,
        expected: { verdict: "hold" },
      },
      {
        inputs: { market: marketAt(1900, { confidence: 0.7 }) },
        policy: BAND,
        expected: { verdict: "propose", reason: "limit_violated", to: 1899 },
      },
    ],
    strategy: [
      {
        inputs: { market: IN_STOCK_AT_19 },
        policy: FOLLOW,
        expected: { verdict: "propose", reason: "strategy_target", to: 1890 },
      },
    ],
  },
  {
    name: "no competitor",
    signals: {
      world: (bench) => {
        bench.signals();
        return [];
      },
      verdicts: [],
      open: [],
    },
    elasticity: {
      series: series(90, () => ({ logCompetitor: null })),
      expected: {
        noCompetitor: true,
        endogeneity: expect.objectContaining({ controlFunction: null }),
        competitor: expect.objectContaining({ identified: false }),
      },
    },
    forecast: {
      input: {},
      expected: { source: "filter" },
      market: [
        {
          competitors: 0,
          scored: 28,
          expected: { price: null, usesForecast: false, reasons: ["no competitor"] },
        },
      ],
    },
    optimiser: [
      { inputs: { elasticity: elastic(-4) }, policy: BAND, expected: { verdict: "propose", to: 1849 } },
    ],
    strategy: [
      // the optimiser takes over
      {
        inputs: { elasticity: elastic(-4) },
        policy: FOLLOW,
        expected: { verdict: "propose", strategy: "elasticity_optimizer", to: 1849 },
      },
      {
        inputs: {},
        policy: { ...FOLLOW, marketFallback: "freeze" },
        expected: { verdict: "hold", reason: "strategy_hold" },
      },
    ],
  },
  {
    name: "the cost is missing",
    elasticity: { series: series(90), expected: { identified: true, skipped: 0 } },
    forecast: { input: {}, expected: { source: "filter" } },
    optimiser: [
      { inputs: { unitCost: null }, expected: { verdict: "hold", reason: "missing_cost" } },
      {
        inputs: { costImputed: true, elasticity: elastic(-4) },
        expected: { verdict: "propose", to: 1899, autoApprovable: false },
      },
    ],
    strategy: [
      {
        inputs: { unitCost: null },
        policy: COST_PLUS,
        expected: { verdict: "hold", reason: "missing_cost" },
      },
    ],
  },
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
];

function assertSignals({ world, verdicts, open, tells = {} }: SignalCell): void {
  const bench = new Bench();
  bench.product = shardProduct();
  expect(world(bench)).toEqual(verdicts);
  expect(bench.open()).toEqual(open);
  for (const [type, told] of Object.entries(tells)) expect(bench.signal(type)).toMatchObject(told);
}

const NEIGHBOURS = [1, 2, 3, 4].map((n) => ({
  ...series(120, (_, row) => ({ units: row.units + n })),
  sku: `neighbour-${n}`,
}));
const CONTEXT = { asOf: "2026-01-01T00:00:00Z", modelVersion: "test" };
/** Days after which a day of sales is closed, and one to spare: where the filter's state is kept. */
const CHECKPOINT_DAYS = 4;

function assertElasticity({ series: read, expected, nearPrior }: ElasticityCell): void {
  const state = filterSeries(read, defaultPrior());
  const stats = [...NEIGHBOURS.map((one) => filterSeries(one, defaultPrior())), state].map(sufficientOf);
  const prior = skuPrior(pool(stats), stats.at(-1)!);
  const report = elasticityReport(state, prior, CONTEXT);
  expect(report).toMatchObject(expected);
  expect(Number.isFinite(report.mean) && report.sd > 0).toBe(true);
  if (nearPrior) {
    expect(Math.abs(report.mean - report.priorMean)).toBeLessThan(0.2 * report.priorSd);
    expect(report.shrink).toBeLessThan(0.05);
  }
  const early = { ...read, periods: read.periods.slice(0, -CHECKPOINT_DAYS) };
  const kept = filterSeries(early, defaultPrior());
  expect(resumed(read, kept)).toEqual(state);
}

function resumed(read: ElasticitySeries, from: ReturnType<typeof filterSeries>) {
  const tail = { ...read, periods: read.periods.slice(-CHECKPOINT_DAYS) };
  return filterSeries(tail, defaultPrior(), DEFAULT_CONFIG, undefined, from);
}

function anchorOf({ competitors, scored, price = 1900 }: NonNullable<ForecastCell["market"]>[number]) {
  let state = observeCompetitor(null, { day: 0, logPrice: Math.log(price), inStock: true });
  for (let day = 1; day < 120; day++)
    state = observeCompetitor(state, { day, logPrice: Math.log(price), inStock: true });
  const known = new Array(competitors).fill(state);
  const skill = { scored, mae: 1, baselineMae: 2, skill: 0.5 };
  return competitorAnchor(forecastCheapestCompetitor(known, 1), skill);
}

function assertForecast({ input, expected, market = [] }: ForecastCell): void {
  const forecast = forecastSkuDemand({ ...ordinary, ...input });
  if (expected === null) expect(forecast).toBeNull();
  else expect(forecast).toMatchObject(expected);
  for (const cell of market) expect(anchorOf(cell)).toMatchObject(cell.expected);
}

function assertDecision({ inputs, policy, expected }: DecisionCell): void {
  const decision = decidePrice(inputsOf(inputs), policyOf(policy));
  expect(decision).toMatchObject(expected);
  expect(decision.sentence).toMatch(/^[A-Z].*\.$/s);
}

describe.each(MATRIX)("$name", ({ signals, elasticity, forecast, optimiser = [], strategy = [] }) => {
  if (signals) it("signals", () => assertSignals(signals));
  if (elasticity) it("elasticity", () => assertElasticity(elasticity));
  if (forecast) it("forecast", () => assertForecast(forecast));
  it.each(optimiser)("optimiser: %j", assertDecision);
  it.each(strategy)("strategy: %j", assertDecision);
});
