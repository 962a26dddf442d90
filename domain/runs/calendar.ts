import type { Hyper } from "../elasticity/hyper.ts";
import type { CalendarFactors } from "../elasticity/series.ts";
import { FLAT_WEEK } from "../forecasting/demand-state.ts";
import { dayNumber } from "../time/civil-day.ts";
import type { RunManifest } from "./manifest.ts";

/** A change of a calendar factor below this is not worth filtering again. */
const CALENDAR_TOLERANCE = 0.01;
const NO_HOLIDAYS: Readonly<Record<string, number>> = {};

/** Which holiday is on which day number. */
export function calendarOf({ settings }: Pick<RunManifest, "settings">): Record<number, string> {
  return Object.fromEntries(settings.holidays.map(({ day, name }) => [dayNumber(day), name]));
}

/** What is known of a category's calendar; nothing before the first pool. */
export function factorsOf(
  hyper: Hyper | null,
  category: string,
  calendar: Readonly<Record<number, string>>,
): CalendarFactors {
  const learned = hyper?.categories[category]?.calendar;
  return {
    weekday: learned?.weekday ?? FLAT_WEEK,
    holidays: learned?.holidays ?? NO_HOLIDAYS,
    calendar,
  };
}

/** Whether two calendars are too near to filter again for. */
export function isSameCalendar(a: CalendarFactors, b: CalendarFactors): boolean {
  const names = new Set([...Object.keys(a.holidays), ...Object.keys(b.holidays)]);
  const near = (x = 0, y = 0) => Math.abs(x - y) <= CALENDAR_TOLERANCE;
  return (
    a.weekday.every((factor, day) => near(factor, b.weekday[day])) &&
    [...names].every((name) => near(a.holidays[name], b.holidays[name]))
  );
}
