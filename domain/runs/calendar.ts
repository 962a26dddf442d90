import { key } from "../base/keyed-random.ts";
import { civilDay, dayNumber } from "../base/time.ts";
import type { Hyper } from "../learning/elasticity/em.ts";
import type { CalendarFactors } from "../learning/elasticity/series.ts";
import { FLAT_WEEK } from "../learning/forecasting/demand-state.ts";
import type { RunManifest } from "./manifest.ts";

/** How far back elasticity is learned from. */
const LEARNING_DAYS = 730;
/** The first day learned from moves in steps of so many days, so that filters can resume in between. */
const STEP_DAYS = 28;

/** Full days of demand that an elasticity run reads. */
export function learningDays({ asOf, settings }: Pick<RunManifest, "asOf" | "settings">): number {
  return LEARNING_DAYS + (dayNumber(civilDay(asOf, settings.timeZone)) % STEP_DAYS);
}

/** Below this a change of a calendar factor does not make a run filter again. */
const CALENDAR_TOLERANCE = 0.01;
const NO_HOLIDAYS: Readonly<Record<string, number>> = {};

/** Which holiday is on which day number. */
export function calendarOf({ settings }: Pick<RunManifest, "settings">): Record<number, string> {
  return Object.fromEntries(settings.holidays.map(({ day, name }) => [dayNumber(day), name]));
}

/** The learned calendar of a category; flat before the first pool. */
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

/** Whether two calendars are so close that filtering again is not worth it. */
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
 * The calendars for the next run's filters. A category keeps its calendar while the newly learned one is close to it,
 * so that its filters can resume. Once a week, each category on a day of its own, it takes the newly learned one.
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
