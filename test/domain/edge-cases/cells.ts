import { describe, expect, it } from "vitest";
import { readObservation, typeObservation } from "../../../domain/intake/observation-row.ts";
import { filterSeries } from "../../../domain/learning/elasticity/filter.ts";
import { pool } from "../../../domain/learning/elasticity/pool.ts";
import { defaultPrior } from "../../../domain/learning/elasticity/prior.ts";
import { type ElasticityReport, elasticityReport } from "../../../domain/learning/elasticity/report.ts";
import type { ElasticitySeries } from "../../../domain/learning/elasticity/series.ts";
import { skuPrior } from "../../../domain/learning/elasticity/sku-prior.ts";
import { DEFAULT_CONFIG } from "../../../domain/learning/elasticity/state.ts";
import { sufficientOf } from "../../../domain/learning/elasticity/sufficient.ts";
import {
  competitorAnchor,
  forecastCheapestCompetitor,
} from "../../../domain/learning/forecasting/competitor-forecast.ts";
import { observeCompetitor } from "../../../domain/learning/forecasting/competitor-state.ts";
import { forecastSkuDemand } from "../../../domain/learning/forecasting/sku-demand.ts";
import { decidePrice } from "../../../domain/pricing/decision/decide.ts";
import type { PricingDecision } from "../../../domain/pricing/decision/decision.ts";
import type { PricingInputs, PricingPolicy } from "../../../domain/pricing/inputs.ts";

import { series } from "../learning/elasticity/fixture.ts";
import { ordinary } from "../learning/forecasting/fixture.ts";
import { inputsOf, marketAt, policyOf } from "../pricing/decision/fixture.ts";
import { Bench, NOW, shardProduct } from "../shard/fixtures.ts";
import { SKU } from "../shard/shop-fixtures.ts";

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

export interface EdgeCase {
  name: string;
  signals?: SignalCell;
  elasticity?: ElasticityCell;
  forecast?: ForecastCell;
  optimiser?: DecisionCell[];
  strategy?: DecisionCell[];
}

export const UNIDENTIFIED = { mean: -4, sd: 0.1, identified: false, label: "uncertain" } as const;
export const BAND = { competitorBand: { lo: 0.95, hi: 1, minConfidence: 0.7 } };
export const FOLLOW = { strategy: "competitor_follow" } as const;
export const COST_PLUS = { strategy: "cost_plus" } as const;
export const IN_STOCK_AT_19 = marketAt(1900);

/** The code of the verdict on an observation as it is posted. */
export function posted(change: Record<string, unknown>): string | undefined {
  const row = { sku: SKU, competitor: "alpha", price: "100.00", observedAt: NOW, ...change };
  const form = readObservation(row, 0);
  const typed = form.ok
    ? typeObservation(form.value, { sku: SKU, currency: "EUR" }, 0, { now: NOW, source: "feed" })
    : form;
  return typed.ok ? "accepted" : typed.verdict.code;
}

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
    expect(report.shrink).toBeLessThan(0.06);
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

/** The same worlds seen by every room: what its signals, elasticity, forecast and prices are. */
export function describeCases(cases: readonly EdgeCase[]): void {
  describe.each(cases)("$name", ({ signals, elasticity, forecast, optimiser = [], strategy = [] }) => {
    if (signals) it("signals", () => assertSignals(signals));
    if (elasticity) it("elasticity", () => assertElasticity(elasticity));
    if (forecast) it("forecast", () => assertForecast(forecast));
    it.each(optimiser)("optimiser: %j", assertDecision);
    it.each(strategy)("strategy: %j", assertDecision);
  });
}
