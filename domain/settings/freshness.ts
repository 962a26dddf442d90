import { HOUR_MS } from "../base/time.ts";
import type { SignalSettings } from "./settings.ts";

type FreshnessSettings = Pick<SignalSettings, "offerFreshHours" | "offerFreshHoursByCompetitor">;

/**
 * How long an offer of this competitor counts after it was last seen, ms: the competitor's own limit, or else the
 * install's.
 * @example offerFreshMs("alpha", { offerFreshHours: 24, offerFreshHoursByCompetitor: { alpha: 6 } }) // 21_600_000
 */
export function offerFreshMs(competitor: string, settings: FreshnessSettings): number {
  return (settings.offerFreshHoursByCompetitor[competitor] ?? settings.offerFreshHours) * HOUR_MS;
}

/** Whether an offer counts at `at` (ms); at exactly its limit it still does. */
export function isFreshOffer(
  offer: { competitor: string; observedAt: number },
  at: number,
  settings: FreshnessSettings,
): boolean {
  return at - offer.observedAt <= offerFreshMs(offer.competitor, settings);
}
