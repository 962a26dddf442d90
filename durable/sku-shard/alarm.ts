import { MINUTE_MS } from "../../domain/base/time.ts";

/** Instants are rounded up to this, so that SKUs that are due about the same time share one alarm. */
const ROUNDED_TO_MS = 5_000;
/** What is already due was just announced. If it still is after this time, it is announced again. */
const REMINDER_MS = MINUTE_MS;

/**
 * When to set the shard's alarm, ms; null to leave it. An earlier alarm is kept, since setting one writes a row, and
 * firing early costs less.
 */
export function nextAlarmAt(dueAt: number, armedAt: number | null, now: number): number | null {
  if (dueAt === Number.POSITIVE_INFINITY) return null;
  const at = dueAt <= now ? now + REMINDER_MS : Math.ceil(dueAt / ROUNDED_TO_MS) * ROUNDED_TO_MS;
  return armedAt !== null && armedAt <= at ? null : at;
}
