import fc from "fast-check";
import { expect, test } from "vitest";
import { dayOfNumber } from "../../../../domain/base/time.ts";
import type { DemandDay } from "../../../../domain/shard/demand/demand-day.ts";
import { DemandDays } from "../../../../domain/shard/demand/demand-days.ts";

const FIRST = 20_454;
const count = fc.option(fc.nat(1e6), { nil: null });
const uint = fc.nat(2 ** 31 - 1);

const demandDay = fc.record(
  {
    units: fc.oneof(fc.nat(1e6), fc.double({ min: 0, max: 1e6, noNaN: true })),
    price: fc.nat(1e9),
    revenue: fc.nat(2 ** 50),
    inStockShare: fc.option(fc.constantFrom(0, 0.37, 1), { nil: null }),
    promo: fc.boolean(),
    views: count,
    carts: count,
    version: uint,
    post: fc.option(fc.record({ receivedAt: fc.nat(2 ** 45), row: uint, tag: uint }), { nil: null }),
    repeats: fc.array(uint, { maxLength: 3 }),
    period: fc.constantFrom("week" as const, "month" as const),
    promotions: fc.constant('{"sale":1}'),
  },
  {
    requiredKeys: [
      "units",
      "price",
      "revenue",
      "inStockShare",
      "promo",
      "views",
      "carts",
      "version",
      "post",
      "repeats",
    ],
  },
);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ number: fc.integer({ min: FIRST, max: FIRST + 90 }), day: demandDay }),
  },
  { weight: 1, arbitrary: fc.constant("deleteOldest" as const) },
  { weight: 1, arbitrary: fc.record({ left: fc.nat(20) }) },
);

function copyOf(days: DemandDays): DemandDays {
  const copy = new DemandDays();
  for (const name of days.keys()) copy.set(name, days.get(name)!);
  return copy;
}

/** All but the newest days lie elsewhere from then on. */
function unloaded(days: DemandDays, left: number): DemandDays {
  const all = days.whole();
  const out = all.split(left);
  const until = out.keys().at(-1);
  all.older = until === undefined ? null : { count: out.size, until, read: () => copyOf(out) };
  return all;
}

test("are what a map would be, in the order of the days", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      let days = new DemandDays();
      const map = new Map<string, DemandDay>();
      for (const one of steps) {
        if (one === "deleteOldest") {
          days.deleteOldest();
          const [oldest] = [...map.keys()].sort();
          if (oldest !== undefined) map.delete(oldest);
          continue;
        }
        if ("left" in one) {
          days = unloaded(days, one.left);
          expect(days.sizeInMemory).toBeLessThanOrEqual(one.left);
          continue;
        }
        const name = dayOfNumber(one.number);
        // most days are worth what their units cost
        const day = one.number % 3 === 0 ? one.day : { ...one.day, revenue: one.day.units * one.day.price };
        days.set(name, day);
        map.set(name, day);
      }
      const names = [...map.keys()].sort();
      expect(days.size).toBe(map.size);
      expect(days.whole().keys()).toEqual(names);
      expect(days.whole().values()).toEqual(names.map((name) => map.get(name)));
      for (let number = FIRST; number <= FIRST + 90; number += 7)
        expect(days.get(dayOfNumber(number))).toEqual(map.get(dayOfNumber(number)));
    }),
  );
});
