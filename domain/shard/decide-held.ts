import type { QuarantineDecision } from "../messages/shard.ts";
import { nextDueAt } from "./evaluate.ts";
import { settleHeld } from "./held.ts";
import { changeMark, type SkuState } from "./state.ts";
import { believe, type TakeContext } from "./take-observation.ts";

/**
 * Carries out what a person decided of a quarantined row: released, it enters the history as if it had been believed;
 * discarded, it never will. Answers whether anything changed: a row settled by a person or confirmed stays as it is. What
 * changed is announced until it is projected.
 */
export function decideHeld(sku: SkuState, decision: QuarantineDecision, context: TakeContext): boolean {
  for (const competitor of sku.competitors.values()) {
    const one = competitor.held.find(({ id }) => id === decision.id);
    if (one === undefined) continue;
    if (one.status !== "open" && one.status !== "returned" && one.status !== "expired") return false;
    if (decision.action === "discard") {
      if (one.status === "returned") return false;
      settleHeld(one, "discarded", context.now);
      sku.dueAt = nextDueAt(sku, context.settings);
    } else {
      settleHeld(one, "released", context.now);
      believe(sku, competitor, [one], context);
    }
    // nobody sends a person's decision again
    sku.untold = { since: context.now, mark: changeMark(sku) };
    return true;
  }
  return false;
}
