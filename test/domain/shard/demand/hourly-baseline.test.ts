import { describe, expect, test } from "vitest";
import { poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import { civilDay, dayNumber, dayOfNumber, dayStart } from "../../../../domain/base/time.ts";
import { DEFAULT_SETTINGS } from "../../../../domain/settings/settings.ts";
import {
  type ActivityDay,
  emptyActivity,
  type ShopActivity,
} from "../../../../domain/shard/demand/activity.ts";
import { baselineOf, demandWeek, expectedUnits } from "../../../../domain/shard/demand/baseline.ts";
import { COUNTED, type Counters } from "../../../../domain/shard/demand/counters.ts";
import { scanSurge } from "../../../../domain/shard/demand/surge-scan.ts";

const HOUR = 3_600_000;
/** A Monday, noon. */
const NOW = Date.UTC(2026, 5, 15, 12);

/** Units of a shop that sells from 8 to 22, most of it from 18 on, and twice as much at weekends. */
function usual(weekday: number, hour: number): number {
  const byHour = hour < 8 || hour >= 22 ? 0 : hour >= 18 ? 12 : 2;
  return byHour * (weekday === 0 || weekday === 6 ? 2 : 1);
}

function counters(units: number, views = 0): Counters {
  return COUNTED.map((name) => (name === "units" ? units : name === "views" ? views : 0));
}

/** Four weeks of days, and the hours of the last nine, up to the day before NOW. */
function past(
  unitsAt: (weekday: number, hour: number, day: number) => number,
  { hoursKept = 9, viewsPerUnit = 0, timeZone = "UTC" } = {},
) {
  const today = dayNumber(civilDay(NOW, timeZone));
  const demand = new Map<string, { units: number; inStockShare: number | null }>();
  const activity: ShopActivity = { ...emptyActivity(), firstAt: NOW - 60 * 24 * HOUR, lastAt: NOW };
  for (let back = 28; back >= 1; back--) {
    const name = dayOfNumber(today - back);
    const weekday = new Date(`${name}T00:00:00Z`).getUTCDay();
    const sold = Array.from({ length: 24 }, (_, hour) => unitsAt(weekday, hour, back));
    demand.set(name, { units: sold.reduce((sum, one) => sum + one, 0), inStockShare: 1 });
    if (back > hoursKept) continue;
    const start = dayStart(name, timeZone);
    const hours = new Map(sold.map((units, hour) => [hour, counters(units, units * viewsPerUnit)]));
    const day: ActivityDay = {
      start,
      end: start + 24 * HOUR,
      hours,
      devices: new Map(),
      projectedAt: 0,
      waitingSince: null,
      closed: true,
    };
    activity.days.set(name, day);
  }
  return { demand, activity, clock: NOW, timeZone };
}

function weekOf(from: ReturnType<typeof past>) {
  const baseline = baselineOf(from.demand, civilDay(NOW, from.timeZone))!;
  return { perDay: baseline.perDay, week: demandWeek(from, baseline) };
}

describe("the usual week", () => {
  test("is flat if nothing is known of the hours", () => {
    const { week } = weekOf(past(() => 1, { hoursKept: 0 }));
    expect(week.hours.every((share) => share === 1 / 24)).toBe(true);
    for (const level of week.weekdays) expect(level).toBeCloseTo(1, 12);
  });

  test("learns weekdays and hours, and keeps the day's sum", () => {
    const { week } = weekOf(past(usual));
    const monday = week.hours.slice(24, 48);
    expect(monday.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    expect(monday[20]! / monday[10]!).toBeGreaterThan(4);
    expect(monday[3]!).toBeLessThan(0.02);
    expect(week.weekdays[6]! / week.weekdays[3]!).toBeGreaterThan(1.5);
    expect(week.weekdays.reduce((sum, level) => sum + level, 0)).toBeCloseTo(7, 12);
  });

  test("of a product that hardly sells follows the hours in which it is viewed", () => {
    const rare = (_: number, hour: number) => (hour === 20 ? 1 : 0);
    const unseen = weekOf(past(rare));
    const seen = weekOf(past(rare, { viewsPerUnit: 400 }));
    expect(seen.week.hours[24 + 20]!).toBeGreaterThan(2 * unseen.week.hours[24 + 20]!);
  });

  test("leaves out days that are known only in part or not over", () => {
    const from = past(usual);
    const flat = past(usual, { hoursKept: 0 });
    from.activity.firstAt = NOW;
    expect(weekOf(from).week.hours).toEqual(weekOf(flat).week.hours);
  });
});

describe("the units to be expected", () => {
  test.each([1, 2, 4, 8, 24, 26])("of the last %d h of a flat week are those of as many hours", (hours) => {
    const from = past(() => 3, { hoursKept: 0 });
    const { week, perDay } = weekOf(from);
    expect(expectedUnits(week, perDay, hours, from)).toBeCloseTo(3 * hours, 9);
  });

  test("are few at noon and many in the evening, by the shop's own clock", () => {
    const from = past(usual, { timeZone: "Europe/Berlin" });
    const { week, perDay } = weekOf(from);
    const at = (hour: number) => {
      const clock = dayStart("2026-06-15", "Europe/Berlin") + hour * HOUR;
      return expectedUnits(week, perDay, 2, { ...from, clock });
    };
    expect(at(22)).toBeGreaterThan(4 * at(14));
    expect(at(6)).toBeLessThan(0.1 * at(22));
  });

  test("do not make an ordinary evening a surge, as a flat day would", () => {
    const alarms = { flat: 0, week: 0 };
    for (let seed = 0; seed < 40; seed++) {
      const draw = (weekday: number, hour: number, day: number) =>
        poisson(usual(weekday, hour), uniform(seed, day, hour));
      const from = past(draw);
      const { week, perDay } = weekOf(from);
      const evening = dayStart("2026-06-15", "UTC") + 22 * HOUR;
      const tonight = { ...from, clock: evening };
      const unitsOf = (hours: number) => {
        let sum = 0;
        for (let back = 1; back <= hours; back++) sum += draw(1, (46 - back) % 24, 0);
        return sum;
      };
      const isAlarm = (expectedOf: (hours: number) => number) => {
        const found = scanSurge({ unitsOf, expectedOf }, DEFAULT_SETTINGS.signals);
        return found !== null && found.chance <= DEFAULT_SETTINGS.signals.surgeChance;
      };
      if (isAlarm((hours) => (perDay / 24) * hours)) alarms.flat++;
      if (isAlarm((hours) => expectedUnits(week, perDay, hours, tonight))) alarms.week++;
    }
    expect(alarms.flat).toBeGreaterThan(10);
    expect(alarms.week).toBe(0);
  });
});
