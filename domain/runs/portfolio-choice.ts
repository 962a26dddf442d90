import { choose } from "../pricing/decision/choice.ts";
import type { PricingDecision } from "../pricing/decision/decision.ts";
import { explain } from "../pricing/decision/explain.ts";
import { poseProblem } from "../pricing/decision/problem.ts";
import { blockedSentence } from "../pricing/decision/sentence.ts";
import {
  type PortfolioItem,
  type PortfolioLimits,
  type PortfolioSolution,
  solvePortfolio,
} from "../pricing/optimisation/portfolio.ts";
import type { Settings } from "../settings/settings.ts";
import type { RunManifest } from "./manifest.ts";
import { isOnLadder } from "./priced-product.ts";
import { clockOf, type PricingSnapshot, problemOf } from "./propose.ts";

/** One SKU in the portfolio: the prices it may have, and the market it is compared with. */
export interface PortfolioRow {
  sku: string;
  /** the price decided for the SKU by itself */
  decided: number;
  current: number;
  /**
   * the prices that every guardrail allows, the current one among them, ascending; and what each is expected to earn
   */
  prices: number[];
  values: number[];
  /** revenue expected at the current price, the weight in the index */
  revenue: number;
  /** the cheapest valid competitor; null without */
  market: number | null;
  /** its price was chosen with its ladder: the portfolio may take the change back, but choose no other price */
  onLadder?: boolean;
}

/** The prices that the portfolio chose other than decided, and its counts. */
export interface PortfolioChoice {
  /** price by SKU */
  changed: Map<string, number>;
  counts: {
    changes: number;
    /** our prices over the market's after the changes; null without a market */
    index: number | null;
    gap: number;
    feasible: boolean;
  };
}

/** What the portfolio needs of each decision, in the order of the snapshots. */
export function portfolioRows(
  snapshots: readonly PricingSnapshot[],
  decisions: readonly PricingDecision[],
  manifest: RunManifest,
): PortfolioRow[] {
  const clock = clockOf(manifest);
  return decisions.map((decision, i) => {
    const { cheapest } = problemOf(snapshots[i]!, manifest, clock).inputs.market;
    return portfolioRow(decision, cheapest?.price ?? null, isOnLadder(snapshots[i]!.own));
  });
}

/** What the portfolio needs of one decision. A blocked one keeps its price, but counts in the index. */
function portfolioRow(decision: PricingDecision, market: number | null, onLadder = false): PortfolioRow {
  const allowed = decision.candidates.filter(
    ({ price, verdict }) => verdict !== "removed" || price === decision.from,
  );
  const known = allowed.length > 0 && decision.atCurrent !== null;
  const sorted = known ? allowed.toSorted((a, b) => a.price - b.price) : [];
  const hasCurrent = sorted.some(({ price }) => price === decision.from);
  const rows = known && hasCurrent ? sorted : [{ price: decision.from, expectedProfit: 0 }];
  return {
    sku: decision.sku,
    decided: decision.to,
    current: decision.from,
    prices: rows.map(({ price }) => price),
    values: rows.map(({ expectedProfit }) => expectedProfit),
    revenue: decision.atCurrent?.revenue ?? 0,
    market,
    onLadder,
  };
}

/**
 * Chooses among many SKUs' prices under the limits that couple them. With a limit on the number of changes alone the
 * decided changes with the largest gains stay; an index band may also move a SKU to another of its allowed prices.
 */
export function choosePortfolio(rows: readonly PortfolioRow[], settings: Settings): PortfolioChoice {
  const sorted = [...rows].sort((a, b) => (a.sku < b.sku ? -1 : 1));
  const weighed = sorted.reduce((sum, row) => sum + (row.market === null ? 0 : row.revenue), 0);
  const band = settings.priceIndexBand;
  const items = sorted.map((row): PortfolioItem => {
    const { sku, prices, values } = band === null || row.onLadder ? onlyDecided(row) : row;
    const weight = row.market === null || weighed === 0 ? 0 : row.revenue / weighed;
    return { sku, prices, values, current: prices.indexOf(row.current), weight, market: row.market };
  });
  const limits: PortfolioLimits = {
    maxChanges: settings.maxPriceChanges,
    index: band === null ? null : { lo: Math.log(band.lo), hi: Math.log(band.hi) },
  };
  const solution = solvePortfolio(items, limits);
  return {
    changed: changedPrices(sorted, items, solution),
    counts: {
      changes: solution.changes,
      index: weighed === 0 ? null : Math.exp(solution.index),
      gap: solution.gap,
      feasible: solution.feasible,
    },
  };
}

/** The counts of a choice after further changes were taken back to keep ladders in order. */
export function countsAfter(
  rows: readonly PortfolioRow[],
  { changed, counts }: PortfolioChoice,
  { priceIndexBand: band }: Pick<Settings, "priceIndexBand">,
): PortfolioChoice["counts"] {
  let [changes, weighed, log] = [0, 0, 0];
  for (const row of rows) {
    const price = changed.get(row.sku) ?? row.decided;
    if (price !== row.current) changes++;
    if (row.market === null) continue;
    weighed += row.revenue;
    log += row.revenue * Math.log(price / row.market);
  }
  const index = weighed === 0 ? null : Math.exp(log / weighed);
  const inBand = band === null || index === null || (index >= band.lo - EDGE && index <= band.hi + EDGE);
  return { ...counts, changes, index, feasible: counts.feasible && inBand };
}

/** Rounding that an index may be off its band by. */
const EDGE = 1e-9;

/**
 * Two choices: keep the price or change it as decided. A change that restores a limit and gains nothing counts as a
 * gain of 1.
 */
function onlyDecided(row: PortfolioRow): Pick<PortfolioRow, "sku" | "prices" | "values"> {
  const { sku, current, decided } = row;
  const value = (price: number) => row.values[row.prices.indexOf(price)] ?? 0;
  if (decided === current) return { sku, prices: [current], values: [value(current)] };
  const gain = Math.max(1, value(decided) - value(current));
  const keep = value(current);
  return decided > current
    ? { sku, prices: [current, decided], values: [keep, keep + gain] }
    : { sku, prices: [decided, current], values: [keep + gain, keep] };
}

function changedPrices(
  rows: readonly PortfolioRow[],
  items: readonly PortfolioItem[],
  { choice }: PortfolioSolution,
): Map<string, number> {
  const changed = new Map<string, number>();
  rows.forEach((row, i) => {
    const price = items[i]!.prices[choice[i]!]!;
    if (price !== row.decided) changed.set(row.sku, price);
  });
  return changed;
}

/** The SKU's decision as if it had been for this price, with its own figures, guardrails and risk. */
export function decideAt(snapshot: PricingSnapshot, price: number, manifest: RunManifest): PricingDecision {
  const { inputs, policy } = problemOf(snapshot, manifest, clockOf(manifest));
  const problem = poseProblem(inputs, policy);
  const choice = choose(problem);
  const candidate = problem.evaluation.price.indexOf(price);
  const decision = explain(problem, { ...choice, candidate, reason: "portfolio", exploration: null });
  const { from, currency, sentence } = decision;
  return {
    ...decision,
    sentence: price === from ? blockedSentence(from, currency, LEFT) : `${sentence} ${MOVED}`,
  };
}

const LEFT = "chosen together with the other products, whose changes are expected to gain more";
const MOVED = "Chosen together with the other products, so that the price index stays in its band.";
