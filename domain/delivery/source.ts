import { DAY_MS, HOUR_MS, MINUTE_MS } from "../base/time.ts";

/** From these shares of its rows on, something is wrong with a source. */
const FAILING_SHARE = 0.5;
const SUSPICIOUS_SHARE = 0.2;
const ALL = 0.95;
/** A source is silent after this many of its usual gaps, and never sooner than an hour. */
const SILENT_GAPS = 3;

/** What is known of a source, shares as moving averages over what it sent lately. */
export interface SourceVitals {
  lastBatchAt: number | null;
  lastAcceptedAt: number | null;
  rejectedShare: number;
  quarantinedShare: number;
  /** rows whose price is zero or less */
  zeroShare: number;
  outOfStockShare: number;
  /** usual time between batches, ms, at least a minute; null before the second batch */
  gapMs: number | null;
}

export type SourceTrouble = "failing" | "all_zero" | "all_out_of_stock" | "much_quarantined" | "silent";

/** What is wrong with a source, the worst first; empty = nothing, or it has not sent anything yet. */
export function troublesOf(vitals: SourceVitals, now: number): SourceTrouble[] {
  const { lastBatchAt, gapMs } = vitals;
  if (lastBatchAt === null) return [];
  const silentAfter = Math.max(HOUR_MS, SILENT_GAPS * (gapMs ?? DAY_MS));
  const found: [SourceTrouble, boolean][] = [
    ["all_zero", vitals.zeroShare >= ALL],
    ["failing", vitals.rejectedShare >= FAILING_SHARE],
    ["all_out_of_stock", vitals.outOfStockShare >= ALL],
    ["much_quarantined", vitals.quarantinedShare >= SUSPICIOUS_SHARE],
    ["silent", now - lastBatchAt > silentAfter],
  ];
  return found.filter(([, holds]) => holds).map(([trouble]) => trouble);
}

/**
 * One request of a caller against its rate (the generic cell rate algorithm, ITU-T I.371): the state is the time at
 * which a caller that keeps exactly to its rate would send next. A caller may burst to a minute's worth.
 *
 * @param nextAt the caller's state, ms; undefined for a new one
 * @returns the state to keep, and whole seconds to wait if the request is over the rate
 */
export function takeTurn(
  nextAt: number | undefined,
  perMinute: number,
  now: number,
): { nextAt: number; retryAfter: number | null } {
  const interval = MINUTE_MS / perMinute;
  const due = Math.max(nextAt ?? now, now);
  const early = due - now - (MINUTE_MS - interval);
  if (early > 0) return { nextAt: due, retryAfter: Math.ceil(early / 1000) };
  return { nextAt: due + interval, retryAfter: null };
}
