import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayIndex, dayNumber, dayOfNumber } from "../../../../domain/base/time.ts";
import { packSnapshot, unpackSnapshots } from "../../../../domain/learning/features/day-table.ts";
import type { FeatureDay } from "../../../../domain/learning/features/sku-features.ts";
import { snapshot } from "../../runs/support.ts";

const money = fc.integer({ min: 0, max: 10 ** 9 });
const share = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));

/** Days with and without gaps, columns that never change, and what only some days have. */
const histories: fc.Arbitrary<FeatureDay[]> = fc
  .array(
    fc.record({
      step: fc.constantFrom(1, 1, 1, 3),
      units: fc.oneof(fc.constant(2), money),
      price: money,
      cheapest: fc.option(money, { nil: null }),
      exposure: share,
      promo: fc.boolean(),
      extras: fc.record(
        { censored: fc.constant(true as const), views: money, carts: money, cost: money },
        { requiredKeys: [] },
      ),
    }),
    { maxLength: 30 },
  )
  .map((rows) => {
    let number = 20_000;
    return rows.map(({ step, extras, units, price, cheapest, exposure, promo }) => {
      number += step;
      return { day: dayOfNumber(number), units, price, cheapest, exposure, promo, ...extras };
    });
  });

const bucket = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("packSnapshot", () => {
  it("gives back the days as they were", () => {
    const one = snapshot(3, "a");
    fc.assert(
      fc.property(histories, (days) => {
        const packed = bucket(packSnapshot({ ...one, features: { ...one.features, days } }));
        expect(unpackSnapshots([packed])[0]!.features.days).toEqual(bucket(days));
      }),
      { seed: 7 },
    );
  });

  it("takes at most a ninth of the text of one object per day", () => {
    const one = snapshot(3, "a");
    const { days } = one.features;
    expect(JSON.stringify(packSnapshot(one).features.days).length).toBeLessThan(
      JSON.stringify(days).length / 9,
    );
    expect(unpackSnapshots([bucket(packSnapshot(one))])).toEqual([one]);
  });
});

describe("dayIndex", () => {
  it("agrees with dayNumber over four centuries", () => {
    for (let number = -135_000; number < 60_000; number += 13) {
      const day = dayOfNumber(number);
      expect(dayIndex(day)).toBe(number);
    }
    for (const day of ["2024-02-29", "2000-02-29", "2026-12-31", "2026-01-01", "1600-01-01"])
      expect(dayIndex(day)).toBe(dayNumber(day));
  });

  it.each([
    "2026-13-01",
    "2026-00-10",
    "2026-05-00",
    "2026-1-01",
    "26-01-01",
    "2026/01/01",
    "",
    "2026-01-1x",
  ])("refuses %o", (day) => expect(() => dayIndex(day)).toThrow(RangeError));
});
