import { z } from "@hono/zod-openapi";
import { civilDay, DAY_MS, dayNumber, dayOfNumber } from "../domain/base/time.ts";
import { InstantIn } from "../domain/contract/answers.ts";

const isDay = (when: string) => !when.includes("T");

/** An instant with its zone, or a civil day. */
export const When = z.union([InstantIn, z.iso.date()]);

/** The first ms of it; a day begins in UTC. */
export function firstMs(when: string): number {
  return Date.parse(when);
}

/** The last ms of it; a day ends in UTC. */
export function lastMs(when: string): number {
  return Date.parse(when) + (isDay(when) ? DAY_MS - 1 : 0);
}

/** The civil day that it lies in. */
export function dayOf(when: string, timeZone: string): string {
  return isDay(when) ? when : civilDay(Date.parse(when), timeZone);
}

const DAYS_DEFAULT = 28;

/** A span of civil days: both ends are in it. */
export const Days = z.object({
  from: When.optional().describe("default 28 days with today"),
  to: When.optional().describe("default today"),
});

/** The civil days of a span. */
export function daysOf(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: number,
  timeZone: string,
): { from: string; to: string } {
  const last = to ? dayOf(to, timeZone) : civilDay(now, timeZone);
  return { from: from ? dayOf(from, timeZone) : dayOfNumber(dayNumber(last) - DAYS_DEFAULT + 1), to: last };
}
