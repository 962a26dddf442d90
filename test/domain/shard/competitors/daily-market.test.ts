import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayOfNumber } from "../../../../domain/base/time.ts";
import type { ChangePoint, CompetitorHistory } from "../../../../domain/messages/shard.ts";
import { cheapestByDay } from "../../../../domain/shard/competitors/change-points.ts";

const HOUR = 3_600_000;
const FRESH_HOURS = 24;
const FRESH = { offerFreshHours: FRESH_HOURS, offerFreshHoursByCompetitor: {} };
const DAYS = ["2026-06-01", "2026-06-02", "2026-06-03", "2026-06-04", "2026-06-05"];
const START = Date.UTC(2026, 5, 1);

/** A point from one hour to another, counted from the first day's start. */
function point(from: number, to: number, price: number, change: Partial<ChangePoint> = {}): ChangePoint {
  const times = { at: START + from * HOUR, lastSeenAt: START + to * HOUR };
  return { ...times, price, landedPrice: price, availability: "in_stock", ...change };
}

function competitor(name: string, ...points: ChangePoint[]): CompetitorHistory {
  return { competitor: name, points };
}

describe("the cheapest competitor price of a day", () => {
  test.each<[string, CompetitorHistory[], (number | null)[]]>([
    ["nobody", [], [null, null, null, null, null]],
    [
      "from its first sight to a day after its last",
      [competitor("a", point(30, 40, 100))],
      [null, 100, 100, null, null],
    ],
    [
      "until the next price",
      [competitor("a", point(0, 5, 100), point(24, 30, 90))],
      [100, 90, 90, null, null],
    ],
    [
      "the lowest within the day",
      [competitor("a", point(0, 5, 100), point(25, 30, 90))],
      [100, 90, 90, null, null],
    ],
    [
      "a rise counts from the next day",
      [competitor("a", point(0, 5, 90), point(20, 26, 99))],
      [90, 99, 99, null, null],
    ],
    [
      "the cheapest of all",
      [competitor("a", point(0, 1, 100)), competitor("b", point(30, 31, 90))],
      [100, 90, 90, null, null],
    ],
    [
      "not while out of stock",
      [
        competitor(
          "a",
          point(0, 10, 100),
          point(24, 60, 50, { availability: "out_of_stock" }),
          point(72, 73, 80),
        ),
      ],
      [100, null, null, 80, 80],
    ],
    [
      "the landed price",
      [competitor("a", point(0, 1, 100, { landedPrice: 95 }))],
      [95, 95, null, null, null],
    ],
  ])("%s", (_, competitors, expected) => {
    expect(cheapestByDay(competitors, DAYS, "UTC", FRESH)).toEqual(expected);
  });

  test("days are civil days, also where the clocks change", () => {
    const days = ["2026-03-28", "2026-03-29", "2026-03-30", "2026-04-02"];
    const at = Date.parse("2026-03-29T00:00:00+01:00");
    const end = Date.parse("2026-03-30T00:00:00+02:00");
    const spring: ChangePoint = { ...point(0, 0, 70), at, lastSeenAt: end - 1 };
    const barely = { offerFreshHours: 1 / HOUR, offerFreshHoursByCompetitor: {} };
    expect(cheapestByDay([competitor("a", spring)], days, "Europe/Berlin", barely)).toEqual([
      null,
      70,
      null,
      null,
    ]);
  });

  test("equals the definition, day by day", () => {
    const points = fc
      .uniqueArray(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 12 })
      .chain((hours) => {
        const sorted = hours.sort((a, b) => a - b);
        return fc.tuple(
          ...sorted.map((from, i) =>
            fc
              .record({
                span: fc.double({ min: 0, max: 1, noNaN: true }),
                price: fc.integer({ min: 50, max: 60 }),
                isOut: fc.boolean(),
              })
              .map(({ span, price, isOut }) =>
                point(from, from + Math.floor(span * ((sorted[i + 1] ?? from + 20) - from)), price, {
                  availability: isOut ? "out_of_stock" : "in_stock",
                }),
              ),
          ),
        );
      });
    const days = Array.from({ length: 16 }, (_, i) => dayOfNumber(START / (24 * HOUR) + i));
    fc.assert(
      fc.property(fc.array(points, { maxLength: 3 }), (lists) => {
        const competitors = lists.map((list, i) => competitor(`c${i}`, ...list));
        const expected = days.map((_, day) => {
          const hours = Array.from({ length: 24 }, (_, h) => START + (day * 24 + h) * HOUR);
          const prices = hours.flatMap((hour) => lists.flatMap((list) => inEffect(list, hour)));
          return prices.length > 0 ? Math.min(...prices) : null;
        });
        expect(cheapestByDay(competitors, days, "UTC", FRESH)).toEqual(expected);
      }),
    );
  });
});

function inEffect(points: readonly ChangePoint[], at: number): number[] {
  const current = points.findLast((one) => one.at <= at);
  if (!current || current.availability === "out_of_stock" || at >= current.lastSeenAt + FRESH_HOURS * HOUR)
    return [];
  return [current.landedPrice];
}
