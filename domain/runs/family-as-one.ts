import { choose } from "../pricing/decision/choice.ts";
import type { PricingDecision } from "../pricing/decision/decision.ts";
import { poseProblem } from "../pricing/decision/problem.ts";
import { GUARDRAILS } from "../pricing/guardrails/table.ts";
import { sameChange, samePrice, type TogetherMember } from "../pricing/optimisation/together.ts";
import type { LadderRow } from "./ladder-row.ts";
import type { RunManifest } from "./manifest.ts";
import type { DecisionClock } from "./pricing-inputs.ts";
import { type PricingSnapshot, problemOf } from "./propose.ts";

/** Guardrails of a move that is to gain by itself: a family that moves as one has to gain as a whole. */
export const EVIDENCE = GUARDRAILS.reduce(
  (bits, { name }, j) =>
    ["low_probability", "regret_cap", "min_gain"].includes(name) ? bits | (1 << j) : bits,
  0,
);

/** What a strategy's target price is worth against any profit of a strategy that weighs it. */
const CLOSENESS = 1e6;

/**
 * The prices that a product's own guardrails allow, and what each is worth: its expected profit, or its closeness to the price
 * that the strategy wants. A product whose price stays offers no other.
 */
export function commonCandidates(
  snapshot: PricingSnapshot,
  decision: PricingDecision,
  manifest: RunManifest,
  clock: DecisionClock,
): Pick<LadderRow, "prices" | "values" | "minGain"> {
  const fixed = { prices: [decision.from], values: [0], minGain: 0 };
  if (decision.verdict === "blocked" || decision.candidates.length === 0) return fixed;
  const { inputs, policy } = problemOf(snapshot, manifest, clock);
  const problem = poseProblem(inputs, policy);
  const { candidate, active, scores } = choose(problem);
  if (candidate < 0) return fixed;
  const { price, profit, current } = problem.evaluation;
  const weighs = problem.plan.kind === "maximise";
  const prices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < price.length; i++) {
    if (i !== current && (problem.masks[i]! & active & ~EVIDENCE) !== 0) continue;
    prices.push(price[i]!);
    values.push(Math.round(weighs ? profit[i]! : scores[i]! * CLOSENESS));
  }
  return { prices, values, minGain: weighs ? policy.minGain : 0 };
}

/**
 * The prices of a family that moves as one, by SKU: those that earn most together, if that is worth a change; else all stay.
 * Products outside the run keep theirs, and with them the whole family.
 */
export function pricesAsOne(row: LadderRow, known: ReadonlyMap<string, LadderRow>): Record<string, number> {
  const family = [row, ...row.siblings].sort((a, b) => (a.sku < b.sku ? -1 : 1));
  const currentOf = ({ sku, ...one }: (typeof family)[number]) =>
    known.get(sku)?.current ?? ("price" in one ? one.price : row.current);
  const members = family.map((one): TogetherMember => {
    const current = currentOf(one);
    const own = known.get(one.sku);
    return own
      ? { current, prices: own.prices, values: own.values }
      : { current, prices: [current], values: [0] };
  });
  const now = members.map(({ current }) => current);
  const stay = Object.fromEntries(family.map(({ sku }, m) => [sku, now[m]!]));
  const best = row.asOne === "price" ? samePrice(members) : sameChange(members);
  if (best === null) return stay;
  const kept = members.map(({ current, prices, values }) => values[prices.indexOf(current)]);
  const isOneNow = row.asOne === "change" || new Set(now).size === 1;
  const isKnown = kept.every((value) => value !== undefined);
  const before = kept.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  // a family whose prices differ comes to one price whatever that earns
  const isWorth = !isOneNow || !isKnown || best.value > before + (row.minGain ?? 0) * Math.abs(before);
  return isWorth ? Object.fromEntries(family.map(({ sku }, m) => [sku, best.prices[m]!])) : stay;
}
