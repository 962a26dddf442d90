const MINUTE_MS = 60_000;

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
