import { addToMarket, emptyMarket, priceIndex } from "../market/position.ts";
import type { Outcome, PricingDecision } from "../pricing/decision/decision.ts";
import { brokenLimit } from "../pricing/hard-limits.ts";
import { decideEdited } from "./edited-choice.ts";
import type { RunManifest } from "./manifest.ts";
import { clockOf, decideSkus, type PricingSnapshot, problemOf } from "./propose.ts";

/** What would become of one product. Money in minor units of its currency, over the horizon of a decision. */
export interface WhatIfProduct {
  sku: string;
  category: string;
  brand: string | null;
  currency: string;
  from: number;
  to: number;
  verdict: "up" | "down" | "held" | "blocked";
  reason: string;
  /** id of the price rule in force; null = none fits */
  rule: string | null;
  /** guardrails without which another price would be chosen, or that refuse this one */
  limitedBy: string[];
  /** null where no effect is known: an unknown cost or demand */
  atCurrent: Outcome | null;
  expected: Outcome | null;
  /** landed price of the cheapest competitor that counts; null without */
  market: number | null;
}

/** What a run with these settings would decide of each product, each by itself. */
export function decideWhatIf(snapshots: readonly PricingSnapshot[], manifest: RunManifest): WhatIfProduct[] {
  const decisions = decideSkus(snapshots, manifest);
  return snapshots.map((snapshot, i) => productOf(snapshot, decisions[i]!, manifest));
}

/** What would become of a product at a price that a person names: refused where a hard limit forbids it. */
export function priceWhatIf(snapshot: PricingSnapshot, price: number, manifest: RunManifest): WhatIfProduct {
  const { own } = snapshot;
  const broken = brokenLimit(own, price, manifest.settings);
  const decision = decideEdited(snapshot, price, manifest) ?? decideSkus([snapshot], manifest)[0]!;
  const product = productOf(snapshot, decision, manifest);
  const isKnown = decision.reason === "by_hand";
  const asked: WhatIfProduct = {
    ...product,
    ...{ to: price, verdict: directionOf(own.price, price), reason: "by_hand" },
    expected: isKnown ? product.expected : null,
    limitedBy: isKnown ? product.limitedBy : [],
  };
  if (broken === null) return asked;
  const limitedBy = [...new Set([broken.name, ...asked.limitedBy])];
  return { ...asked, to: own.price, verdict: "blocked", reason: broken.name, limitedBy, expected: null };
}

function productOf(
  snapshot: PricingSnapshot,
  decision: PricingDecision,
  manifest: RunManifest,
): WhatIfProduct {
  const { own } = snapshot;
  const { verdict, reason, from, to, binding, atCurrent, expected, sku, currency } = decision;
  const { inputs, policy } = problemOf(snapshot, manifest, clockOf(manifest));
  const { cheapest } = inputs.market;
  return {
    ...{ sku, category: own.category, brand: own.brand, currency, from, to, reason },
    ...{ limitedBy: binding, atCurrent, expected, market: cheapest?.price ?? null },
    rule: policy.rule?.id ?? null,
    verdict: verdict === "propose" ? directionOf(from, to) : verdict === "hold" ? "held" : "blocked",
  };
}

function directionOf(from: number, to: number): "up" | "down" | "held" {
  return to > from ? "up" : to < from ? "down" : "held";
}

type DirectionCounts = Record<WhatIfProduct["verdict"], number>;

/** The sum over many products. Money in minor units of one currency, over the horizon of a decision. */
export interface WhatIfTotals extends DirectionCounts {
  /** products by what blocked them, and by the guardrail without which another price would be chosen */
  blockedBy: Record<string, number>;
  limitedBy: Record<string, number>;
  /** products whose effect is known and can be converted: what the money is summed over */
  priced: number;
  revenue: { before: number; after: number };
  profit: { before: number; after: number };
  /** our prices as a per cent of the cheapest competitor's; null without a market */
  index: { before: number | null; after: number | null };
  /** products by the price rule that is in force for them */
  byRule: Record<string, RuleCounts>;
}

/** What became of a rule's products, and by how many per cent those that move would change in the mean; null without one. */
interface RuleCounts extends DirectionCounts {
  meanChangePct: number | null;
}

/**
 * Adds up what would become of many products.
 *
 * @param factorOf what one minor unit of a currency is worth in minor units of the install's; null = not known
 * @param scale of a sample: products of the whole for each one of it; counts and money are scaled up
 * @example
 * two products from 10.00, one to 11.00 with 2.00 more profit, one held
 * // up 1, held 1, profit { before, after: before + 200 }
 */
export function whatIfTotals(
  products: readonly WhatIfProduct[],
  factorOf: (currency: string) => number | null,
  scale = 1,
): WhatIfTotals {
  const totals: WhatIfTotals = {
    ...{ ...noProducts(), priced: 0, blockedBy: {}, limitedBy: {}, byRule: {} },
    ...{
      revenue: { before: 0, after: 0 },
      profit: { before: 0, after: 0 },
      index: { before: null, after: null },
    },
  };
  for (const product of products) {
    totals[product.verdict] += 1;
    if (product.rule !== null) {
      totals.byRule[product.rule] ??= { ...noProducts(), meanChangePct: null };
      countByRule(totals.byRule[product.rule]!, product);
    }
    if (product.verdict === "blocked") countIn(totals.blockedBy, product.reason);
    for (const name of product.limitedBy) countIn(totals.limitedBy, name);
    const factor = factorOf(product.currency);
    if (factor === null || product.atCurrent === null) continue;
    addMoney(totals, product, product.atCurrent, factor);
  }
  scaleUp(totals, scale);
  totals.index = { before: indexOf(products, "from"), after: indexOf(products, "to") };
  return totals;
}

function countByRule(counts: RuleCounts, { from, to, verdict }: WhatIfProduct): void {
  counts[verdict] += 1;
  if (verdict !== "up" && verdict !== "down") return;
  const moved = counts.up + counts.down;
  const before = counts.meanChangePct ?? 0;
  counts.meanChangePct = before + (100 * (to / from - 1) - before) / moved;
}

function noProducts(): DirectionCounts {
  return { up: 0, down: 0, held: 0, blocked: 0 };
}

function scaleUp(totals: WhatIfTotals, scale: number): void {
  for (const counts of [totals, ...Object.values(totals.byRule)])
    for (const verdict of ["up", "down", "held", "blocked"] as const)
      counts[verdict] = Math.round(counts[verdict] * scale);
  for (const counts of [totals.blockedBy, totals.limitedBy])
    for (const [name, count] of Object.entries(counts)) counts[name] = Math.round(count * scale);
  for (const side of ["revenue", "profit"] as const) {
    const { before, after } = totals[side];
    totals[side] = { before: Math.round(before * scale), after: Math.round(after * scale) };
  }
}

function countIn(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** A product that is held or blocked goes on as it is. */
function addMoney(totals: WhatIfTotals, product: WhatIfProduct, atCurrent: Outcome, factor: number): void {
  const moves = product.to !== product.from;
  if (moves && product.expected === null) return;
  const then = moves ? product.expected! : atCurrent;
  totals.priced += 1;
  totals.revenue.before += atCurrent.revenue * factor;
  totals.revenue.after += then.revenue * factor;
  totals.profit.before += atCurrent.profit * factor;
  totals.profit.after += then.profit * factor;
}

function indexOf(products: readonly WhatIfProduct[], side: "from" | "to"): number | null {
  const market = emptyMarket();
  for (const { category, brand, market: cheapest, ...product } of products) {
    const offers = cheapest === null ? [] : [{ competitor: "cheapest", landedPrice: cheapest }];
    addToMarket(market, { category, brand, price: product[side], unitsPerDay: null, offers });
  }
  return priceIndex(market.all);
}
