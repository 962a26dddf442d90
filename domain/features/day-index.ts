import { dayNumber } from "../time/civil-day.ts";

/** Distinct days remembered: more than a decade. */
const KNOWN_MAX = 4_000;
const known = new Map<string, number>();

/** `dayNumber`, remembered: all SKUs of a run have the same few hundred days. */
export function dayIndex(day: string): number {
  let number = known.get(day);
  if (number !== undefined) return number;
  number = dayNumber(day);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(day, number);
  return number;
}
