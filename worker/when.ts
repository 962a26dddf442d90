import { z } from "@hono/zod-openapi";
import { civilDay, DAY_MS, dayNumber, dayOfNumber } from "../domain/base/time.ts";
import { InstantIn } from "../domain/contract/answers.ts";
import { ProblemError } from "../domain/contract/problem.ts";

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
/** Three years: what a page can show, and longer than roll-ups are kept. */
const DAYS_MAX = 1_100;

/** A span of civil days: both ends are in it. */
export const Days = z.object({
  from: When.optional().describe(`default 28 days with today; at most ${DAYS_MAX} days`),
  to: When.optional().describe("default today"),
});

/** The civil days of a span. @throws ProblemError invalid if they are more than three years */
export function daysOf(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  now: number,
  timeZone: string,
): { from: string; to: string } {
  const last = to ? dayOf(to, timeZone) : civilDay(now, timeZone);
  const first = from ? dayOf(from, timeZone) : dayOfNumber(dayNumber(last) - DAYS_DEFAULT + 1);
  if (dayNumber(last) - dayNumber(first) >= DAYS_MAX) {
    const message = `a span has at most ${DAYS_MAX} days`;
    throw new ProblemError("invalid", message, { errors: [{ path: "from", code: "too_many", message }] });
  }
  return { from: first, to: last };
}
