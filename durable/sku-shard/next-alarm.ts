import { MINUTE_MS } from "../../domain/base/time.ts";

/** Instants are rounded up to this, so that many SKUs due about the same time share one alarm. */
const ROUNDED_TO_MS = 5_000;
/** What is due already was just announced: it is announced again this much later, if it still is. */
const REMINDER_MS = MINUTE_MS;

/**
 * When to set the shard's one alarm, ms, or null to leave it: an alarm that is set earlier is kept, since
 * setting one costs a row, and firing early costs less.
 */
export function nextAlarmAt(dueAt: number, armedAt: number | null, now: number): number | null {
  if (dueAt === Number.POSITIVE_INFINITY) return null;
  const at = dueAt <= now ? now + REMINDER_MS : Math.ceil(dueAt / ROUNDED_TO_MS) * ROUNDED_TO_MS;
  return armedAt !== null && armedAt <= at ? null : at;
}
