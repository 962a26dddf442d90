import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { convertAt, rateMoveAt, rateTable } from "../../../domain/base/exchange-rates.ts";

/** Thursday 2026-06-11, Friday 2026-06-12. */
const TABLE = rateTable([
  { base: "EUR", quote: "USD", day: "2026-06-12", rate: "1.10" },
  { base: "EUR", quote: "USD", day: "2026-06-11", rate: "1.00" },
  { base: "EUR", quote: "JPY", day: "2026-06-12", rate: "160" },
  { base: "EUR", quote: "KWD", day: "2026-06-12", rate: "0.35" },
]);
const noon = (day: string) => Date.parse(`${day}T12:00:00Z`);
const FRIDAY = noon("2026-06-12");

describe("a price in another currency", () => {
  test.each([
    ["EUR", "USD", 10_000, 11_000],
    ["USD", "EUR", 11_000, 10_000],
    ["EUR", "JPY", 10_000, 16_000],
    ["JPY", "EUR", 16_000, 10_000],
    ["USD", "JPY", 11_000, 16_000],
    ["EUR", "KWD", 10_000, 35_000],
    ["EUR", "EUR", 5, 5],
  ])("%s to %s: %i is %i", (from, to, minor, expected) => {
    expect(convertAt(minor, { from, to }, FRIDAY, TABLE)).toEqual({ minor: expected, stale: false });
  });

  test("is converted at the rate of its own day", () => {
    expect(convertAt(100, { from: "EUR", to: "USD" }, noon("2026-06-11"), TABLE)?.minor).toBe(100);
  });

  test.each([
    ["2026-06-13", false],
    ["2026-06-15", false],
    ["2026-06-16", true],
    ["2026-06-19", true],
  ])("seen on %s with a rate of Friday: stale %s", (day, stale) => {
    expect(convertAt(100, { from: "EUR", to: "USD" }, noon(day), TABLE)?.stale).toBe(stale);
  });

  test("has no value without a rate of the last seven days, or before the first", () => {
    expect(convertAt(100, { from: "EUR", to: "USD" }, noon("2026-06-20"), TABLE)).toBeNull();
    expect(convertAt(100, { from: "EUR", to: "USD" }, noon("2026-06-10"), TABLE)).toBeNull();
    expect(convertAt(100, { from: "EUR", to: "CHF" }, FRIDAY, TABLE)).toBeNull();
  });

  test("comes back from a round trip to within what rounding loses", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 1e12 }), (minor) => {
        const there = convertAt(minor, { from: "EUR", to: "USD" }, FRIDAY, TABLE)!;
        const back = convertAt(there.minor, { from: "USD", to: "EUR" }, FRIDAY, TABLE)!;
        expect(Math.abs(back.minor - minor)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("the move of a rate over a day", () => {
  test.each([
    ["dollars became cheaper", "USD", "EUR", "2026-06-12", 1 / 1.1 - 1],
    ["which is dearer the other way round", "EUR", "USD", "2026-06-12", 0.1],
    ["none while no rate is published", "EUR", "USD", "2026-06-13", 0],
    ["not known before the second rate", "EUR", "USD", "2026-06-11", null],
    ["nor where a rate is old", "EUR", "USD", "2026-06-17", null],
    ["nor without one", "EUR", "CHF", "2026-06-12", null],
  ])("%s", (_, from, to, day, move) => {
    const found = rateMoveAt({ from, to }, noon(day), TABLE);
    if (move === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(move, 12);
  });
});

test("refuses a rate that is not a number and a day that is not in the calendar", () => {
  expect(() => rateTable([{ base: "EUR", quote: "USD", day: "2026-06-12", rate: "0" }])).toThrow(RangeError);
  expect(() => rateTable([{ base: "EUR", quote: "USD", day: "soon", rate: "1" }])).toThrow(RangeError);
});
