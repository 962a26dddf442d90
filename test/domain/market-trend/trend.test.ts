import { describe, expect, it } from "vitest";
import type { ChangePoint } from "../../../domain/messages/shard.ts";
import { TREND_POINTS_MAX, trendOf } from "../../../domain/shard/competitors/trend.ts";

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 4, 4);

/** A price seen from one hour until another, counted from T0. */
function point(fromHour: number, seenHour: number, landedPrice: number): ChangePoint {
  return {
    at: T0 + fromHour * HOUR,
    lastSeenAt: T0 + seenHour * HOUR,
    price: landedPrice - 100,
    landedPrice,
    availability: "in_stock",
  };
}

function trend(points: ChangePoint[], toHour: number, window: "5m" | "1h" | "1d" = "1h", freshHours = 24) {
  const freshness = { offerFreshHours: freshHours, offerFreshHoursByCompetitor: {} };
  const query = { from: T0, to: T0 + toHour * HOUR, window, freshness, timeZone: "UTC" };
  return trendOf([{ competitor: "acme", points }], query);
}

describe("a trend", () => {
  it("has one point a window, with landed prices", () => {
    const points = trend([point(0, 2, 1000)], 3);
    expect(points.map(({ at, avg }) => [(at - T0) / HOUR, avg])).toEqual([
      [0, 1000],
      [1, 1000],
      [2, 1000],
    ]);
    expect(points[0]).toMatchObject({ min: 1000, volatility: 0, direction: "stable" });
  });

  it("weighs prices by the time that they were in force", () => {
    // a quarter of the hour at 800, three quarters at 1200
    const [window] = trend([point(0, 0, 800), point(0.25, 1, 1200)], 1);
    expect(window).toMatchObject({ avg: 1100, min: 800, direction: "up" });
    // variance .25·300² + .75·100² = 30000
    expect(window!.volatility).toBeCloseTo(Math.sqrt(30_000) / 1100, 6);
  });

  it.each([
    ["up", [800, 900], "up"],
    ["down", [900, 800], "down"],
    ["there and back: stable", [900, 800, 900], "stable"],
  ])("says the direction within the window: %s", (_, prices, direction) => {
    const points = prices.map((price, i) => point(i * 0.25, i * 0.25, price));
    expect(trend(points, 1)[0]!.direction).toBe(direction);
  });

  it("ends a price when it has not been seen for too long", () => {
    const points = trend([point(0, 1, 1000), point(6, 6, 900)], 8, "1h", 2);
    // in force from 0 to 3 (seen at 1, two hours fresh) and from 6 to 8
    expect(points.map(({ at }) => (at - T0) / HOUR)).toEqual([0, 1, 2, 6, 7]);
  });

  it("counts only the part of the last window before its end", () => {
    const [window] = trend([point(0, 0, 1000), point(0.5, 0.5, 2000)], 0.5);
    expect(window).toMatchObject({ avg: 1000, direction: "stable" });
  });

  it("carries a price from before the span into it", () => {
    expect(trend([point(-5, 0, 700)], 1)).toMatchObject([{ avg: 700 }]);
  });

  it("aligns days with UTC and answers competitors in order", () => {
    const freshness = { offerFreshHours: 48, offerFreshHoursByCompetitor: {} };
    const query = { from: T0 + HOUR, to: T0 + 30 * HOUR, window: "1d" as const, freshness, timeZone: "UTC" };
    const both = ["bolt", "acme"].map((competitor) => ({ competitor, points: [point(0, 30, 500)] }));
    expect(trendOf(both, query).map(({ competitor, at }) => [competitor, (at - T0) / HOUR])).toEqual([
      ["acme", 0],
      ["bolt", 0],
      ["acme", 24],
      ["bolt", 24],
    ]);
  });

  it("of too long a span answers the newest windows", () => {
    const points = trend([point(0, 1000, 500)], 1000);
    expect(points).toHaveLength(TREND_POINTS_MAX);
    expect(points.at(-1)!.at).toBe(T0 + 999 * HOUR);
  });

  it("without observations or over no time is empty", () => {
    expect(trend([], 5)).toEqual([]);
    expect(trend([point(0, 1, 500)], 0)).toEqual([]);
  });
});

describe("days of a trend", () => {
  const at = (text: string) => Date.parse(text);
  it("are civil days, also where the clocks change", () => {
    const seen = [
      "2026-10-24T21:30Z",
      "2026-10-24T22:30Z",
      "2026-10-25T00:30Z",
      "2026-10-25T22:30Z",
      "2026-10-25T23:30Z",
    ];
    const points = seen.map((text, i) => ({
      ...point(0, 0, 9_000 + i * 100),
      at: at(text),
      lastSeenAt: at(text),
    }));
    const freshness = { offerFreshHours: 24, offerFreshHoursByCompetitor: {} };
    const span = { from: at("2026-10-24T00:00Z"), to: at("2026-10-26T23:00Z") };
    const days = trendOf([{ competitor: "acme", points }], {
      ...{ ...span, window: "1d" as const, freshness },
      timeZone: "Europe/Berlin",
    });
    expect(days.map((day) => [new Date(day.at).toISOString(), day.min])).toEqual([
      ["2026-10-23T22:00:00.000Z", 9_000],
      ["2026-10-24T22:00:00.000Z", 9_000],
      ["2026-10-25T23:00:00.000Z", 9_300],
    ]);
  });
});
