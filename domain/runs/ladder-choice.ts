import { formatMoney } from "../base/money.ts";
import { choose } from "../pricing/decision/choice.ts";
import { decidePrice } from "../pricing/decision/decide.ts";
import type { PricingDecision } from "../pricing/decision/decision.ts";
import { explain } from "../pricing/decision/explain.ts";
import { poseProblem } from "../pricing/decision/problem.ts";
import { familyTiers, type LadderTier } from "../pricing/family.ts";
import { type LadderMember, solveLadder } from "../pricing/optimisation/ladder.ts";
import { commonCandidates, EVIDENCE, pricesAsOne } from "./family-as-one.ts";
import type { LadderRow } from "./ladder-row.ts";
import type { RunManifest } from "./manifest.ts";
import { isOnLadder, type PricedProduct } from "./priced-product.ts";
import type { DecisionClock } from "./pricing-inputs.ts";
import { clockOf, type PricingSnapshot, problemOf } from "./propose.ts";

/** What the choice for a ladder needs of each decision; null for a product on no ladder. */
export function ladderRows(
  snapshots: readonly PricingSnapshot[],
  decisions: readonly PricingDecision[],
  manifest: RunManifest,
): (LadderRow | null)[] {
  const clock = clockOf(manifest);
  return snapshots.map((snapshot, i) => {
    const { own } = snapshot;
    if (!isOnLadder(own)) return null;
    const { sku, packSize, lineRank, price, siblings, asOne } = own;
    const { to } = decisions[i]!;
    if (asOne !== undefined) {
      const common = commonCandidates(snapshot, decisions[i]!, manifest, clock);
      return { sku, packSize, lineRank, current: price, decided: to, siblings, asOne, ...common };
    }
    const free = freeCandidates(snapshot, decisions[i]!, manifest, clock);
    return { sku, packSize, lineRank, current: price, decided: to, siblings, ...free };
  });
}

/**
 * The prices that every guardrail but the ladder allows, and what each is expected to earn. A strategy that does not
 * choose by earnings offers only the price it came to.
 */
function freeCandidates(
  snapshot: PricingSnapshot,
  decision: PricingDecision,
  manifest: RunManifest,
  clock: DecisionClock,
): Pick<LadderRow, "prices" | "values"> {
  const fixed = { prices: [decision.to], values: [0] };
  // a decision without candidates ended at a gate: no price was searched for
  if (decision.verdict === "blocked" || decision.candidates.length === 0) return fixed;
  const { inputs, policy } = problemOf(snapshot, manifest, clock);
  const problem = poseProblem({ ...inputs, ladder: null }, policy);
  const { candidate, active } = choose(problem);
  if (problem.plan.kind !== "maximise" || candidate < 0) return fixed;
  const { price, profit, current } = problem.evaluation;
  const prices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < price.length; i++) {
    if (i !== current && (problem.masks[i]! & active) !== 0) continue;
    prices.push(price[i]!);
    values.push(Math.round(profit[i]!));
  }
  return { prices, values };
}

/** The prices chosen for a ladder, by SKU. */
type LadderPrices = Record<string, number>;

/**
 * Solves each ladder as a whole: among the prices that each product's own guardrails allow, those that keep the order
 * and are expected to earn most together. Answers only ladders in which a price differs from what was decided alone.
 * Products outside the run keep their prices.
 */
export function chooseLadders(rows: readonly LadderRow[]): Map<string, LadderPrices> {
  const known = new Map(rows.map((row) => [row.sku, row]));
  const chosen = new Map<string, LadderPrices>();
  for (const row of [...rows].sort((a, b) => (a.sku < b.sku ? -1 : 1))) {
    if (chosen.has(row.sku)) continue;
    const family = [row, ...row.siblings];
    if (row.asOne !== undefined) {
      const prices = pricesAsOne(row, known);
      for (const { sku } of family) chosen.set(sku, prices);
      continue;
    }
    const tiers = familyTiers(family)!;
    const skus = [...tiers.keys()].sort();
    const prices = solvedPrices(skus, tiers, known, row) ?? decidedPrices(skus, known, row);
    for (const sku of skus) chosen.set(sku, prices);
  }
  return new Map(
    [...chosen].filter(([sku, prices]) => {
      const isSettled = Object.entries(prices).every(
        ([other, price]) => (known.get(other)?.decided ?? price) === price,
      );
      return known.has(sku) && !isSettled;
    }),
  );
}

function solvedPrices(
  skus: readonly string[],
  tiers: ReadonlyMap<string, LadderTier>,
  known: ReadonlyMap<string, LadderRow>,
  row: LadderRow,
): LadderPrices | null {
  const members = skus.map((sku): LadderMember => {
    const { tier, packSize } = tiers.get(sku)!;
    const own = known.get(sku);
    const outside = row.siblings.find((sibling) => sibling.sku === sku);
    return own
      ? { tier, packSize, prices: own.prices, values: own.values }
      : { tier, packSize, prices: [outside!.price], values: [0] };
  });
  const choice = solveLadder(members);
  return choice && Object.fromEntries(skus.map((sku, m) => [sku, members[m]!.prices[choice[m]!]!]));
}

/** Where no prices keep the order, each product keeps what was decided alone. */
function decidedPrices(
  skus: readonly string[],
  known: ReadonlyMap<string, LadderRow>,
  row: LadderRow,
): LadderPrices {
  const outside = new Map(row.siblings.map(({ sku, price }) => [sku, price]));
  return Object.fromEntries(
    skus.map((sku) => {
      const own = known.get(sku);
      return [sku, own ? own.decided : outside.get(sku)!];
    }),
  );
}

/** The product's decision at the price chosen for it, with its siblings at theirs. */
export function decideInLadder(
  snapshot: PricingSnapshot,
  prices: LadderPrices,
  manifest: RunManifest,
): PricingDecision {
  const { own } = snapshot;
  const price = prices[own.sku]!;
  const siblings = own.siblings.map((sibling) => ({
    ...sibling,
    price: prices[sibling.sku] ?? sibling.price,
  }));
  const { inputs, policy } = problemOf(
    { ...snapshot, own: { ...own, siblings } },
    manifest,
    clockOf(manifest),
  );
  const decision = decidePrice(inputs, policy);
  if (decision.to === price) return withSiblings(decision, own, prices);
  const problem = poseProblem({ ...inputs, ladder: null }, policy);
  const candidate = problem.evaluation.price.indexOf(price);
  if (candidate < 0) return decision;
  const choice = choose(problem);
  const why =
    own.asOne === undefined
      ? ({ reason: "line", active: choice.active } as const)
      : ({ reason: "family", active: choice.active & ~EVIDENCE } as const);
  return withSiblings(explain(problem, { ...choice, ...why, candidate, exploration: null }), own, prices);
}

/** Names the siblings that move too in the decision's sentence. */
function withSiblings(decision: PricingDecision, own: PricedProduct, prices: LadderPrices): PricingDecision {
  const moving = own.siblings.filter(({ sku, price }) => prices[sku] !== undefined && prices[sku] !== price);
  if (moving.length === 0) return decision;
  const others = moving.map(({ sku }) => `${sku} at ${formatMoney(prices[sku]!, own.currency)}`);
  return {
    ...decision,
    sentence: `${decision.sentence} Chosen together with its family: ${others.join(", ")}.`,
  };
}

/**
 * Where the portfolio takes back some changes of a ladder, the rest may no longer keep its order: then the whole ladder
 * keeps its present prices. Adds those to `changed`; `final` are all prices as they would be.
 */
export function restoreLadders(
  changed: Map<string, number>,
  rows: readonly LadderRow[],
  final: ReadonlyMap<string, number>,
): void {
  const current = new Map(rows.map((row) => [row.sku, row.current]));
  for (const row of rows) {
    const family = [row, ...row.siblings];
    if (!family.some(({ sku }) => changed.has(sku))) continue;
    if (row.asOne !== undefined) {
      for (const { sku } of family) if (current.has(sku)) changed.set(sku, current.get(sku)!);
      continue;
    }
    const tiers = familyTiers(family)!;
    const members = [...tiers].map(([sku, { tier, packSize }]): LadderMember => {
      const outside = row.siblings.find((sibling) => sibling.sku === sku)?.price;
      return { tier, packSize, prices: [final.get(sku) ?? outside ?? row.current], values: [0] };
    });
    if (solveLadder(members) !== null) continue;
    for (const sku of tiers.keys()) if (current.has(sku)) changed.set(sku, current.get(sku)!);
  }
}

/** All prices as they would be: as decided, except where the portfolio changed them. */
export function pricesAfter(
  decisions: readonly Pick<PricingDecision, "sku" | "to">[],
  changed: ReadonlyMap<string, number>,
): Map<string, number> {
  return new Map(decisions.map(({ sku, to }) => [sku, changed.get(sku) ?? to]));
}
