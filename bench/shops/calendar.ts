import { dayNumber, dayOfNumber } from "../../domain/base/time.ts";

/** Days of history before the first night. */
export const HISTORY_DAYS = 365;
export const WEEK_DAYS = 7;

/** The day number of a shop's day 0, a Monday. */
export const FIRST_DAY = dayNumber("2025-01-06");

/** The civil day of a shop's day. */
export function dayName(t: number): string {
  return dayOfNumber(FIRST_DAY + t);
}

/** The week of a day, counted from the first. */
export function weekOf(t: number): number {
  return Math.floor(t / WEEK_DAYS);
}

/** Saturday or Sunday. */
export function isWeekend(t: number): boolean {
  return t % WEEK_DAYS >= 5;
}

/** 1 to 31. */
export function dayOfMonth(t: number): number {
  return Number(dayName(t).slice(8));
}
