import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../base/time.ts";

/** How long to wait after the first failure, after the second, and so on: together a little less than a day. */
const WAITS_MS = [
  ...[5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS],
  ...[HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 6 * HOUR_MS, 9 * HOUR_MS],
];

/** A receiver that asks for more time is given as much as this. */
const ASKED_MS_MAX = 6 * HOUR_MS;

/**
 * When to try again (ms) after so many failures in a row. What the receiver asked for (`Retry-After`, ms) counts if it
 * is longer.
 *
 * @example
 * nextTry(1, 1_000_000, null) // 1_005_000
 */
export function nextTry(failures: number, now: number, askedMs: number | null): number {
  const wait = WAITS_MS[Math.min(failures, WAITS_MS.length) - 1]!;
  return now + Math.max(wait, Math.min(askedMs ?? 0, ASKED_MS_MAX));
}

/** What an answer's status means; null = there was no answer. */
export type Outcome =
  | "delivered"
  /** it may work later */
  | "failed"
  /** the receiver does not take this message, whenever it comes */
  | "refused"
  /** the receiver wants no more messages (410) */
  | "gone";

const REFUSED = new Set([400, 406, 409, 413, 415, 422]);

/** What the receiver's answer means for the message; a redirect is not a delivery. */
export function outcomeOf(status: number | null): Outcome {
  if (status === null) return "failed";
  if (status >= 200 && status < 300) return "delivered";
  if (status === 410) return "gone";
  return REFUSED.has(status) ? "refused" : "failed";
}

/** `Retry-After` in ms: seconds, or a date; null if there is none or it means nothing. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header.trim())
    ? Number(header) * SECOND_MS
    : /[a-z]{3}/i.test(header)
      ? Date.parse(header) - now
      : Number.NaN;
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}
