import { HOUR_MS } from "../base/time.ts";
import type { SignalSettings } from "./signals.ts";

export type FreshnessSettings = Pick<SignalSettings, "offerFreshHours" | "offerFreshHoursByCompetitor">;

/**
 * How long an offer of this competitor counts after it was last seen, ms: the competitor's own limit, or else the
 * install's.
 * @example offerFreshMs("alpha", { offerFreshHours: 24, offerFreshHoursByCompetitor: { alpha: 6 } }) // 21_600_000
 */
export function offerFreshMs(competitor: string, settings: FreshnessSettings): number {
  return (settings.offerFreshHoursByCompetitor[competitor] ?? settings.offerFreshHours) * HOUR_MS;
}

/**
 * Freshness limits after which a competitor is no longer looked at: once every offer of a SKU is older than so many of
 * its own limits, its market is not known and no price is proposed.
 */
const UNWATCHED_LIMITS = 10;

/**
 * The offer that is youngest by its own limit: how old it is, and from what age on nobody looks at its competitor any
 * more. Null without an offer.
 * @example newestOfferAge([{ competitor: "alpha", observedAt: 0 }], 18_000_000,
 *   { offerFreshHours: 24, offerFreshHoursByCompetitor: { alpha: 1 } }) // { hours: 5, limitHours: 10 }
 */
export function newestOfferAge(
  offers: readonly { competitor: string; observedAt: number }[],
  at: number,
  settings: FreshnessSettings,
): { hours: number; limitHours: number } | null {
  let newest: { hours: number; limitHours: number } | null = null;
  for (const { competitor, observedAt } of offers) {
    const hours = (at - observedAt) / HOUR_MS;
    const limitHours = (UNWATCHED_LIMITS * offerFreshMs(competitor, settings)) / HOUR_MS;
    if (newest === null || hours / limitHours < newest.hours / newest.limitHours)
      newest = { hours, limitHours };
  }
  return newest;
}

/** Whether an offer counts at `at` (ms); at exactly its limit it still does. */
export function isFreshOffer(
  offer: { competitor: string; observedAt: number },
  at: number,
  settings: FreshnessSettings,
): boolean {
  return at - offer.observedAt <= offerFreshMs(offer.competitor, settings);
}
