import { weekdayOf } from "../elasticity/series.ts";
import { dayEnds } from "../features/competitor-days.ts";
import { civilDay, dayNumber, dayStart } from "../time/civil-day.ts";
import { calendarOf } from "./calendar.ts";
import { TRACK_DAYS } from "./competitor-track.ts";
import type { RunManifest } from "./manifest.ts";
import type { ForecastClock } from "./sku-forecast.ts";

/** The clock of a run's forecasts, shared by all SKUs. */
export function forecastClock(manifest: RunManifest): ForecastClock {
  const { asOf, settings } = manifest;
  const day = civilDay(asOf, settings.timeZone);
  const today = dayNumber(day);
  const passed = (asOf - dayStart(day, settings.timeZone)) / 3_600_000;
  return {
    asOf,
    today,
    hour: Math.min(23, Math.floor(passed)),
    weekday: weekdayOf(today),
    span: dayEnds(today - TRACK_DAYS, today - 1, settings.timeZone),
    calendar: calendarOf(manifest),
    freshMs: settings.signals.offerFreshHours * 3_600_000,
  };
}
