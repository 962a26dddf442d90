import { z } from "@hono/zod-openapi";
import { civilDay, DAY_MS } from "../domain/base/time.ts";
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
