import { choose } from "../pricing/decision/choice.ts";
import type { PricingDecision } from "../pricing/decision/decision.ts";
import { explain } from "../pricing/decision/explain.ts";
import { poseProblem } from "../pricing/decision/problem.ts";
import { failedPrecondition } from "../pricing/guardrails/preconditions.ts";
import type { RunManifest } from "./manifest.ts";
import { clockOf, type PricingSnapshot, problemOf } from "./propose.ts";

/**
 * The decision as if a person had chosen this price: its expected effect, its risk, its words, and what each guardrail did.
 * Null where nothing can be said: the inputs do not allow a decision, or the price is too far from the present one.
 *
 * @param price minor units
 */
export function decideEdited(
  snapshot: PricingSnapshot,
  price: number,
  manifest: RunManifest,
): PricingDecision | null {
  const { inputs, policy } = problemOf(snapshot, manifest, clockOf(manifest));
  if (failedPrecondition(inputs, policy) !== null) return null;
  const problem = poseProblem(inputs, policy, [price]);
  const candidate = problem.evaluation.price.indexOf(price);
  if (candidate < 0) return null;
  return explain(problem, { ...choose(problem), candidate, reason: "by_hand", exploration: null });
}
