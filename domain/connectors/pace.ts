import { SECOND_MS } from "../base/time.ts";
import type { RateTold } from "./exchange.ts";

/**
 * How many units of a store's rate are left: a leaky bucket, as Shopify describes it and as a limit of so many requests a
 * second is too. `blockedUntil`: the store asked to be left alone until then (ms).
 */
export interface Pace {
  available: number;
  max: number;
  restorePerSecond: number;
  /** when `available` was so, ms */
  at: number;
  blockedUntil: number;
}

export function paceOf(rate: RateTold, now: number): Pace {
  return { ...rate, at: now, blockedUntil: 0 };
}

function availableAt({ available, max, restorePerSecond, at }: Pace, now: number): number {
  return Math.min(max, available + (Math.max(0, now - at) / SECOND_MS) * restorePerSecond);
}

/**
 * Takes the units of a request that is about to be sent, or says how long to wait for them, in ms. A request that costs more
 * than there can ever be goes when the bucket is full.
 *
 * @example
 * takeUnits({ available: 5, max: 10, restorePerSecond: 2, at: 0, blockedUntil: 0 }, 9, 0) // { waitMs: 2000 }
 */
export function takeUnits(pace: Pace, cost: number, now: number): { pace: Pace } | { waitMs: number } {
  if (now < pace.blockedUntil) return { waitMs: pace.blockedUntil - now };
  const available = availableAt(pace, now);
  const missing = Math.min(cost, pace.max) - available;
  if (missing > 1e-9) return { waitMs: Math.ceil((missing / pace.restorePerSecond) * SECOND_MS) };
  return { pace: { ...pace, available: available - cost, at: now } };
}

/**
 * What the store itself says of its rate stands above our own count, but for the units of requests that are still on their
 * way, of which its answer knows nothing yet.
 */
export function heardRate(pace: Pace, told: RateTold, pendingCost: number, now: number): Pace {
  return { ...pace, ...told, available: told.available - pendingCost, at: now };
}

export function blockedFor(pace: Pace, waitMs: number, now: number): Pace {
  return { ...pace, blockedUntil: Math.max(pace.blockedUntil, now + waitMs) };
}

/** Waits between tries of one price: 2, 4, 8 … seconds, up to a quarter of an hour. */
const RETRY_FIRST_MS = 2 * SECOND_MS;
const RETRY_MAX_MS = 900 * SECOND_MS;
/** Tries of one price until it is shown as unconfirmed and left to a person: about half an hour. */
export const WRITE_TRIES = 10;

/** @param attempts tries so far, at least 1 */
export function retryWaitMs(attempts: number): number {
  return Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (attempts - 1));
}
