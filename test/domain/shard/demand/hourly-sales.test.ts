import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { civilDay } from "../../../../domain/base/time.ts";
import { countEvent, emptyActivity, type ShopActivity } from "../../../../domain/shard/demand/activity.ts";
import { countersOf } from "../../../../domain/shard/demand/counters.ts";
import { hourlySales } from "../../../../domain/shard/demand/hourly-sales.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const NOW = Date.UTC(2026, 5, 15, 10, 30);

function bought(activity: ShopActivity, at: number, quantity = 1, timeZone = "UTC"): void {
  const who = { row: 0, sku: "K", event: at, visitor: 1, device: "mobile" as const, price: 1_000 };
  const row = { ...who, type: "purchase" as const, quantity, dwellSeconds: null, at };
  countEvent(activity, countersOf(row, 1_000), { ...row, day: civilDay(at, timeZone) }, timeZone);
}

function shop(...ages: number[]): ShopActivity {
  const activity = emptyActivity();
  for (const age of ages) bought(activity, NOW - age);
  return activity;
}

describe("sales by the hour", () => {
  it("are unknown without an event at or before the instant", () => {
    expect(hourlySales(emptyActivity(), NOW)).toBeNull();
    expect(hourlySales(shop(0), NOW - 1)).toBeNull();
  });

  it("are those of full hours, oldest first, and of the day so far", () => {
    const sales = hourlySales(shop(0, 31 * MINUTE, 40 * MINUTE, 3 * HOUR, 12 * HOUR), NOW)!;
    // 22:30 the evening before, 7:30, 9:50 and 9:59; the running hour is not over
    expect(sales.recent).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2].slice(-11));
    expect(sales.today).toBe(3);
  });

  it("have no sum for today if events began only during it", () => {
    expect(hourlySales(shop(2 * HOUR), NOW)!.today).toBeNull();
  });

  it("are zero, not unknown, on a day without events", () => {
    expect(hourlySales(shop(20 * HOUR), NOW)).toMatchObject({ today: 0, recent: new Array(19).fill(0) });
  });

  it("count the purchases of the last hour, up to the last full five minutes", () => {
    const ages = [-4 * MINUTE, 0, 1 * MINUTE, 59 * MINUTE, 61 * MINUTE];
    expect(hourlySales(shop(...ages), NOW)!.purchasesLastHour).toBe(2);
  });

  it("follow a time zone that is half an hour off", () => {
    const activity = emptyActivity();
    // 15:59 and 16:00 in Kolkata
    const midnight = NOW - 16 * HOUR;
    for (const at of [midnight, NOW - 1, NOW]) bought(activity, at, 1, "Asia/Kolkata");
    expect(hourlySales(activity, NOW + MINUTE)).toMatchObject({ today: 2 });
    expect(hourlySales(activity, NOW + MINUTE)!.recent).toHaveLength(16);
  });

  it("ignore what comes after the instant, and add up", () => {
    const ages = fc.array(fc.integer({ min: 0, max: 47 * 60 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(ages, fc.array(fc.integer({ min: 5, max: 600 }), { maxLength: 10 }), (past, future) => {
        const before = past.map((age) => age * MINUTE);
        const known = shop(...before);
        const more = shop(...before, ...future.map((ahead) => -ahead * MINUTE));
        const sales = hourlySales(known, NOW)!;
        expect(hourlySales(more, NOW)).toEqual(sales);
        const thisHour = NOW - 30 * MINUTE;
        const first = Math.max(Math.min(...before.map((age) => NOW - age)), thisHour - 48 * HOUR);
        const full = before.filter((age) => NOW - age < thisHour && NOW - age >= first);
        const sum = sales.recent.reduce((total, units) => total + units, 0);
        // the hour in which events began is not a full one
        expect(full.length - sum).toBeGreaterThanOrEqual(0);
        expect(full.filter((age) => NOW - age >= first + HOUR).length).toBeLessThanOrEqual(sum);
      }),
    );
  });
});
