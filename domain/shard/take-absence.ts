import type { OfferAbsence } from "../messages/crawls.ts";
import { evaluateSignals } from "./evaluate.ts";
import { seenAt } from "./missing.ts";
import { changeMark, type SkuState } from "./state.ts";
import type { TakeContext } from "./taking.ts";

/**
 * Takes an offer out of the market that its source's crawls were without, unless it has been seen since. Answers whether
 * anything changed; the change is announced until it is projected.
 */
export function takeAbsence(sku: SkuState, absence: OfferAbsence, { now, settings }: TakeContext): boolean {
  const state = sku.competitors.get(absence.key);
  if (state === undefined || state.missing !== null || seenAt(state) !== absence.seenAt) return false;
  state.missing = absence.at;
  state.projected = { ...state.projected, version: state.projected.version + 1, projectedAt: now };
  const clock = Math.max(sku.clock, Math.min(absence.at, now));
  // which offers count has changed: what they supported ends without waiting
  evaluateSignals(sku, { now, clock, settings }, "rules");
  // no message is delivered again that would repeat this
  sku.unprojected = { since: now, mark: changeMark(sku) };
  return true;
}
