import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eventType, isOfSession, readEvent, typeEvent } from "../../../../domain/intake/event-row.ts";
import type { EventRow } from "../../../../domain/messages/rows.ts";
import { DEFAULT_SETTINGS } from "../../../../domain/settings/settings.ts";
import { emptyActivity, noteId } from "../../../../domain/shard/demand/activity.ts";
import { baselineOf } from "../../../../domain/shard/demand/baseline.ts";
import { behaviourOf, packBehaviour, unpackBehaviour } from "../../../../domain/shard/demand/behaviour.ts";
import { countersOf, sumCounters } from "../../../../domain/shard/demand/counters.ts";
import { dayRatio, scanSlump, scanSurge } from "../../../../domain/shard/demand/surge-scan.ts";

const LIMITS = DEFAULT_SETTINGS.signals;

/** The usual demand is the same in every hour. */
function evenly(unitsOf: (hours: number) => number, perHour: number) {
  return { unitsOf, expectedOf: (hours: number) => perHour * hours };
}

const NOW = Date.UTC(2026, 5, 15, 12);
const HOUR = 3_600_000;

function row(change: Partial<EventRow> = {}): EventRow {
  const who = { row: 0, sku: "K", event: 1, visitor: 1, device: "mobile" as const };
  return { ...who, type: "purchase", quantity: 1, price: 1_000, dwellSeconds: null, at: NOW, ...change };
}

describe("an event as posted", () => {
  const posted = { id: "e", type: "view", sku: "K", sessionId: "s", at: "2026-06-15T11:00:00Z" };

  test.each([
    ["view", "product_view"],
    ["cart", "add_to_cart"],
    ["refund", "refund"],
  ] as const)("%s is %s", (type, full) => {
    const read = readEvent({ ...posted, type }, 0);
    expect(read.ok && eventType(read.value)).toBe(full);
  });

  test.each([
    ["page_view", true],
    ["search", true],
    ["purchase", false],
    ["price_comparison", false],
  ])("%s without a product: %s", (type, ok) => {
    const { sku: _, ...session } = posted;
    const read = readEvent({ ...session, type }, 0);
    expect(read.ok).toBe(ok);
    if (read.ok) expect(isOfSession(read.value)).toBe(true);
  });

  test.each([
    [1_781_521_200, 1_781_521_200_000],
    [1_781_521_200_123, 1_781_521_200_123],
    ["2026-06-15T13:00:00+02:00", Date.UTC(2026, 5, 15, 11)],
  ])("at %s is %d", (at, ms) => {
    const read = readEvent({ ...posted, at }, 0);
    const typed =
      read.ok && typeEvent(read.value, { sku: "K", currency: "EUR" }, 0, { now: NOW, source: "shop" });
    expect(typed && (typed.ok ? typed.value.at : null)).toBe(ms);
  });
});

describe("behaviour", () => {
  test("has rates of 0 where there is nothing to divide by", () => {
    const behaviour = behaviourOf(sumCounters([]));
    expect(Object.values(behaviour).every((value) => value === 0)).toBe(true);
  });

  test("adds up, and counts refunds separately", () => {
    const sum = sumCounters([
      countersOf(row({ quantity: 3 }), 1_000),
      countersOf(row({ type: "refund", quantity: 1 }), 1_000),
      countersOf(row({ type: "product_view", dwellSeconds: 10 }), 1_000),
      countersOf(row({ type: "page_view", dwellSeconds: 20 }), 1_000),
      countersOf(row({ type: "search" }), 1_000),
      countersOf(row({ type: "add_to_cart" }), 1_000),
    ]);
    expect(behaviourOf(sum)).toMatchObject({
      ...{ views: 2, searches: 1, carts: 1, purchases: 1, units: 3, revenue: 3_000 },
      ...{ refunds: 1, refundAmount: 1_000, searchRate: 0.5, searchCartRate: 1, cartPurchaseRate: 1 },
      avgDwellSeconds: 15,
    });
  });

  test("of a day is restored from its packed text", () => {
    const counters = countersOf(row(), 1_000);
    const day = { start: NOW, end: NOW + 24 * HOUR, projectedAt: 0, waitingSince: null, closed: false };
    const hours = new Map([[3, counters]]);
    const devices = new Map([["mobile" as const, counters]]);
    expect(unpackBehaviour(packBehaviour({ ...day, hours, devices }))).toEqual({
      start: NOW,
      hours,
      devices,
    });
  });
});

describe("an event's id", () => {
  const clock = { now: NOW, receivedAt: NOW, eventHours: 72 };

  test.each([
    ["new", { at: NOW, tag: 2 }, 9, "new"],
    ["the very row again", { at: NOW, tag: 1 }, 1, "again"],
    ["another row", { at: NOW, tag: 2 }, 1, "duplicate"],
    ["too old to tell", { at: NOW - 72 * HOUR - 1, tag: 2 }, 9, "too_late"],
    ["just in time", { at: NOW - 72 * HOUR, tag: 2 }, 9, "new"],
  ] as const)("%s", (_, seen, event, outcome) => {
    const activity = emptyActivity();
    noteId(activity, 1, { at: NOW, tag: 1 }, clock);
    expect(noteId(activity, event, seen, clock)).toBe(outcome);
  });

  test("is never counted twice, however late it comes again", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ event: fc.nat(5), age: fc.nat(200), after: fc.nat(30), lag: fc.nat(90) }), {
          maxLength: 40,
        }),
        (steps) => {
          const activity = emptyActivity();
          const counted = new Map<number, number>();
          const times = new Map<number, number>();
          let now = NOW;
          for (const [tag, { event, age, after, lag }] of steps.entries()) {
            now += after * HOUR;
            const at = times.get(event) ?? now - age * HOUR;
            times.set(event, at);
            const clock = { now, receivedAt: now - lag * HOUR, eventHours: 72 };
            if (noteId(activity, event, { at, tag }, clock) === "new")
              counted.set(event, (counted.get(event) ?? 0) + 1);
          }
          for (const times of counted.values()) expect(times).toBe(1);
        },
      ),
    );
  });
});

describe("the usual demand", () => {
  const past = (days: number, units: (back: number) => number, share: number | null = null) =>
    new Map(
      Array.from({ length: days }, (_, i) => {
        const day = new Date(NOW - (i + 1) * 24 * HOUR).toISOString().slice(0, 10);
        return [day, { units: units(i), inStockShare: share }];
      }),
    );

  test("needs a week of days", () => {
    expect(
      baselineOf(
        past(6, () => 3),
        "2026-06-15",
      ),
    ).toBeNull();
    expect(
      baselineOf(
        past(7, () => 3),
        "2026-06-15",
      ),
    ).toEqual({ perDay: 3, days: 7, dispersion: 1 });
  });

  test("is units per day in stock, without the days that were sold out", () => {
    expect(
      baselineOf(
        past(28, () => 3, 0.75),
        "2026-06-15",
      )?.perDay,
    ).toBe(4);
    expect(
      baselineOf(
        past(28, () => 3, 0.4),
        "2026-06-15",
      ),
    ).toBeNull();
  });
});

describe("the scan", () => {
  test.each([
    ["nothing unusual", (hours: number) => hours, 1, null],
    ["fewer than five units", () => 4, 0.01, null],
  ] as const)("%s", (_, units, perHour, found) => {
    expect(scanSurge(evenly(units, perHour), LIMITS)).toBe(found);
  });

  test("finds the window that stands out, and how unlikely it is", () => {
    const units = (hours: number) => (hours === 1 ? 12 : 12 + 0.1 * hours);
    const found = scanSurge(evenly(units, 0.1), LIMITS);
    expect(found).toMatchObject({ hours: 1, units: 12, expected: 0.1 });
    // negative binomial with mean 0.1 and size 3: P(Y >= 12) is about C(14, 12)·(0.1/3.1)^12
    expect(found?.chance).toBeGreaterThan(91 * (0.1 / 3.1) ** 12 * 0.8);
    expect(found?.chance).toBeLessThan(91 * (0.1 / 3.1) ** 12 * 1.2);
  });

  test("finds a slump only where ten units are expected", () => {
    expect(
      scanSlump(
        evenly(() => 0, 9.9 / 24),
        LIMITS,
      ),
    ).toBeNull();
    const found = scanSlump(
      evenly(() => 0, 2),
      LIMITS,
    );
    expect(found?.hours).toBe(24);
    expect(found?.chance).toBeCloseTo((1 + 48 / 72) ** -72, 12);
  });

  test("shrinks the ratio of the last day's demand towards 1", () => {
    expect(dayRatio(evenly(() => 24, 1))).toBe(1);
    expect(dayRatio(evenly(() => 72, 1))).toBeCloseTo((72 + 72) / (72 + 24), 12);
    expect(dayRatio(evenly(() => 0, 1))).toBe(0.75);
  });
});
