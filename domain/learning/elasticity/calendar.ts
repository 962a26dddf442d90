import type { CalendarFactors } from "./series.ts";
import type { Sufficient } from "./sufficient.ts";

const WEEKDAY_PRIOR_UNITS = 50;
const HOLIDAY_VARIANCE = 0.3 ** 2;

/**
 * Weekday and holiday effects of one category from its SKUs' calendar sums: log ratios of observed to
 * expected units, weekdays shrunk by 50 units per cell and centred, holidays with a normal prior of sd .3.
 */
export function calendarFactors(stats: readonly Sufficient[]): Omit<CalendarFactors, "calendar"> {
  const units = new Array<number>(7).fill(0);
  const base = new Array<number>(7).fill(0);
  const holidays = new Map<string, { units: number; base: number }>();
  for (const { weekdayUnits, weekdayBase, holidays: shown } of stats) {
    for (let day = 0; day < 7; day++) {
      units[day]! += weekdayUnits[day] ?? 0;
      base[day]! += weekdayBase[day] ?? 0;
    }
    for (const [name, sums] of Object.entries(shown)) {
      const total = holidays.get(name) ?? { units: 0, base: 0 };
      holidays.set(name, { units: total.units + sums.units, base: total.base + sums.base });
    }
  }
  const log = units.map((sum, day) =>
    Math.log((sum + WEEKDAY_PRIOR_UNITS) / (base[day]! + WEEKDAY_PRIOR_UNITS)),
  );
  const centre = log.reduce((sum, value) => sum + value, 0) / 7;
  return {
    weekday: log.map((value) => value - centre),
    holidays: Object.fromEntries(
      [...holidays].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, sums]) => [name, holidayEffect(sums)]),
    ),
  };
}

/** Posterior mode of the log effect e: units ~ Poisson(base·exp(e)), e ~ N(0, .3²). */
function holidayEffect(sums: { units: number; base: number }): number {
  let effect = 0;
  for (let i = 0; i < 30; i++) {
    const rate = sums.base * Math.exp(effect);
    const step = (sums.units - rate - effect / HOLIDAY_VARIANCE) / (rate + 1 / HOLIDAY_VARIANCE);
    effect += Math.max(-1, Math.min(1, step));
    if (Math.abs(step) < 1e-12) break;
  }
  return effect;
}
