import { key } from "../base/keyed-random.ts";
import { civilDay, dayNumber } from "../base/time.ts";
import type { Hyper } from "../learning/elasticity/em.ts";
import type { CalendarFactors } from "../learning/elasticity/series.ts";
import { FLAT_WEEK } from "../learning/forecasting/demand-state.ts";
import type { RunManifest } from "./manifest.ts";

/** How far back elasticity is learned from. */
const LEARNING_DAYS = 730;
/** The first day learned from moves on so many days at a time: in between, filters go on from where they are. */
const STEP_DAYS = 28;

/** Days of demand that an elasticity run reads, before the running one. */
export function learningDays({ asOf, settings }: Pick<RunManifest, "asOf" | "settings">): number {
  return LEARNING_DAYS + (dayNumber(civilDay(asOf, settings.timeZone)) % STEP_DAYS);
}

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

/** What a category's calendar does to demand. */
type CalendarEffects = Omit<CalendarFactors, "calendar">;

/** Whether two calendars are too near to filter again for. */
export function isSameCalendar(a: CalendarEffects, b: CalendarEffects): boolean {
  const names = new Set([...Object.keys(a.holidays), ...Object.keys(b.holidays)]);
  const near = (x = 0, y = 0) => Math.abs(x - y) <= CALENDAR_TOLERANCE;
  return (
    a.weekday.every((factor, day) => near(factor, b.weekday[day])) &&
    [...names].every((name) => near(a.holidays[name], b.holidays[name]))
  );
}

const WEEK_DAYS = 7;

/**
 * The calendars that the next run's filters go by. While what a category learns is near what it went by, it goes by the
 * same, so that its filters can go on from where they are. Once a week, each category on a day of its own, it takes what
 * it learned.
 */
export function settledCalendars(learned: Hyper, before: Hyper | null, manifest: RunManifest): Hyper {
  const today = dayNumber(civilDay(manifest.asOf, manifest.settings.timeZone));
  const settled = Object.entries(learned.categories).map(([name, category]) => {
    const kept = before?.categories[name];
    const { calendar, calendarSince = today } = kept ?? category;
    const age = today - calendarSince;
    const isDue = age >= WEEK_DAYS || (age > 0 && (today + dayOf(name)) % WEEK_DAYS === 0);
    if (kept === undefined || isDue || !isSameCalendar(calendar, category.calendar))
      return [name, { ...category, calendarSince: today }];
    return [name, { ...category, calendar, calendarSince }];
  });
  return { ...learned, categories: Object.fromEntries(settled) };
}

/** Spreads names over the days of a week. */
function dayOf(name: string): number {
  return key(...Array.from({ length: name.length }, (_, i) => name.charCodeAt(i))) % WEEK_DAYS;
}
