import { DAY_MS, dayIndex } from "../base/time.ts";
import type { CompetitorHistory } from "../messages/shard.ts";
import { contribution, knownEconomics, netPrice } from "../pricing/unit-economics.ts";
import type { StrategyName } from "../settings/strategies.ts";
import type { RunManifest } from "./manifest.ts";
import { decideSkus, type PricingSnapshot } from "./propose.ts";
import { offersNow, type Standings } from "./snapshot.ts";

/** The forms that are compared: keep the price, the rules of the trade, and ours. */
const BACKTEST_STRATEGIES = [
  "freeze",
  "rule_based",
  "conversion_rules",
  "stock_rules",
  "demand_weighted",
  "elasticity_optimizer",
] as const satisfies StrategyName[];
type Tested = (typeof BACKTEST_STRATEGIES)[number];

/** Days that are played again, and days between two decisions. */
const PLAYED_DAYS = 56;
const DECIDED_EVERY = 7;
/** Changes are counted by whole per cents up to here. */
const CHANGE_CLASSES = 31;

/** What a strategy would have done, summed over products and days. Minor units. */
interface BacktestSums {
  skus: number;
  skuDays: number;
  units: number;
  revenue: number;
  profit: number;
  /** by size in whole per cents; the last class is open */
  changes: number[];
}

export type BacktestResult = Record<Tested, BacktestSums>;

function noSums(): BacktestSums {
  return {
    ...{ skus: 0, skuDays: 0, units: 0, revenue: 0, profit: 0 },
    changes: new Array<number>(CHANGE_CLASSES).fill(0),
  };
}

export function noResult(): BacktestResult {
  const entries = BACKTEST_STRATEGIES.map((name) => [name, noSums()] as const);
  return Object.fromEntries(entries) as BacktestResult;
}

/** A product with what its competitors asked over the weeks that are played again. */
export interface BacktestProduct {
  snapshot: PricingSnapshot;
  competitors: readonly CompetitorHistory[];
}

/**
 * Plays the last weeks of a product again under each strategy, and adds what it would have sold and earned. Each week the
 * strategy decides through the ordinary guardrails, from what was known then. Units follow from those that were sold by the
 * elasticity that is believed today: units · (price / price then)^elasticity. So it is a model's answer, not the past's.
 */
export function addBacktest(
  sums: BacktestResult,
  product: BacktestProduct,
  manifest: RunManifest,
  standings: Standings,
): void {
  const { features, own } = product.snapshot;
  const economics = knownEconomics(own, manifest.settings);
  const days = features.days.slice(-PLAYED_DAYS);
  if (economics === null || own.elasticity === null || days.length < PLAYED_DAYS) return;
  const { mean } = own.elasticity;
  for (const strategy of BACKTEST_STRATEGIES) {
    const sum = sums[strategy];
    sum.skus += 1;
    let price = days[0]!.price;
    const changes: PricingSnapshot["own"]["changes"] = [];
    days.forEach((day, i) => {
      if (i % DECIDED_EVERY === 0 && strategy !== "freeze") {
        const next = decidedAt(product, { strategy, price, changes, day: day.day }, manifest, standings);
        if (next !== price) {
          const size = Math.round(Math.abs(next / price - 1) * 100);
          sum.changes[Math.min(CHANGE_CLASSES - 1, size)]! += 1;
          changes.push({ from: price, to: next, at: dayIndex(day.day) * DAY_MS, causeKind: "proposal" });
          price = next;
        }
      }
      const units = day.units * (price / day.price) ** mean;
      sum.skuDays += 1;
      sum.units += units;
      sum.revenue += units * netPrice(price, economics);
      sum.profit += units * contribution(price, economics);
    });
  }
}

/** The price that a strategy would have decided on the morning of a day. */
function decidedAt(
  { snapshot, competitors }: BacktestProduct,
  now: { strategy: Tested; price: number; changes: PricingSnapshot["own"]["changes"]; day: string },
  manifest: RunManifest,
  standings: Standings,
): number {
  const asOf = dayIndex(now.day) * DAY_MS;
  const { sku } = snapshot.own;
  const known = competitors.flatMap((one): CompetitorHistory[] => {
    const points = one.points
      .filter(({ at }) => at <= asOf)
      .map((point) => ({ ...point, lastSeenAt: Math.min(point.lastSeenAt, asOf) }));
    return points.length === 0 ? [] : [{ ...one, points }];
  });
  const days = snapshot.features.days.filter(({ day }) => day < now.day);
  const features = { ...snapshot.features, days, offers: offersNow({ sku, competitors: known }, standings) };
  const { price, changes } = now;
  const own = { ...snapshot.own, price, changes, forecast: null, priceWar: false, priceSince: asOf };
  const settings = {
    ...manifest.settings,
    ...{ strategy: now.strategy, strategyBySku: {}, strategyByBrand: {}, strategyByCategory: {} },
    ...{ priceRules: [], holdOut: { ...manifest.settings.holdOut, share: 0 } },
    exploration: { ...manifest.settings.exploration, weeklyBudget: 0, temperature: 0 },
    ...{ maxPriceChanges: null, priceIndexBand: null },
  };
  const [decision] = decideSkus([{ features, own }], {
    ...manifest,
    asOf,
    settings,
    overrides: [],
    tests: [],
  });
  return decision?.verdict === "propose" ? decision.to : price;
}

export function joinResults(parts: readonly BacktestResult[]): BacktestResult {
  const joined = noResult();
  for (const part of parts)
    for (const name of BACKTEST_STRATEGIES) {
      const [sum, more] = [joined[name], part[name]];
      for (const of of ["skus", "skuDays", "units", "revenue", "profit"] as const) sum[of] += more[of];
      sum.changes = sum.changes.map((count, i) => count + more.changes[i]!);
    }
  return joined;
}

/** One strategy beside keeping the prices. Money in minor units. */
export interface BacktestFigures {
  strategy: string;
  revenue: number;
  revenuePerSkuDay: number;
  units: number;
  profit: number;
  /** against keeping the prices, shares */
  revenueUplift: number;
  profitUplift: number;
  changes: number;
  meanChange: number;
  p95Change: number;
  maxChange: number;
}

/** The comparison of all strategies, keeping the prices first. */
export function backtestFigures(result: BacktestResult): BacktestFigures[] {
  const base = result.freeze;
  return BACKTEST_STRATEGIES.map((strategy) => {
    const { revenue, skuDays, units, profit, changes } = result[strategy];
    const count = changes.reduce((sum, one) => sum + one, 0);
    const total = changes.reduce((sum, one, size) => sum + one * size, 0);
    let [seen, p95, max] = [0, 0, 0];
    changes.forEach((one, size) => {
      if (one === 0) return;
      if (seen < 0.95 * count) p95 = size;
      seen += one;
      max = size;
    });
    return {
      ...{ strategy: strategy === "freeze" ? "static" : strategy, revenue, units, profit, changes: count },
      revenuePerSkuDay: skuDays > 0 ? revenue / skuDays : 0,
      revenueUplift: base.revenue > 0 ? revenue / base.revenue - 1 : 0,
      profitUplift: base.profit > 0 ? profit / base.profit - 1 : 0,
      meanChange: count > 0 ? total / count / 100 : 0,
      ...{ p95Change: p95 / 100, maxChange: max / 100 },
    };
  });
}
