import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { civilDay, dayNumber, dayOfNumber, dayStart } from "../../../domain/base/time.ts";

const HOUR = 3_600_000;

describe("the civil day of an instant", () => {
  it.each([
    ["2026-03-28T22:59:59.999Z", "Europe/Berlin", "2026-03-28"],
    ["2026-03-28T23:00:00.000Z", "Europe/Berlin", "2026-03-29"], // winter: one hour ahead
    ["2026-03-29T21:59:59.999Z", "Europe/Berlin", "2026-03-29"], // summer since 01:00 UTC
    ["2026-03-29T22:00:00.000Z", "Europe/Berlin", "2026-03-30"],
    ["2026-10-25T22:59:59.999Z", "Europe/Berlin", "2026-10-25"],
    ["2026-10-25T23:00:00.000Z", "Europe/Berlin", "2026-10-26"],
    ["2026-03-08T04:59:59.999Z", "America/New_York", "2026-03-07"],
    ["2026-03-08T05:00:00.000Z", "America/New_York", "2026-03-08"],
    ["2026-03-09T03:59:59.999Z", "America/New_York", "2026-03-08"],
    ["2026-03-09T04:00:00.000Z", "America/New_York", "2026-03-09"],
    ["2026-12-31T23:59:59.999Z", "UTC", "2026-12-31"],
    ["2026-12-31T10:00:00.000Z", "Pacific/Kiritimati", "2027-01-01"],
  ])("%s in %s is %s", (instant, zone, day) => {
    expect(civilDay(Date.parse(instant), zone)).toBe(day);
  });
});

describe("the start of a civil day", () => {
  it.each([
    ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z", 23],
    ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z", 25],
    ["2026-07-01", "Europe/Berlin", "2026-06-30T22:00:00.000Z", 24],
    ["2026-03-08", "America/New_York", "2026-03-08T05:00:00.000Z", 23],
    ["2026-11-01", "America/New_York", "2026-11-01T04:00:00.000Z", 25],
    ["2026-01-01", "Pacific/Kiritimati", "2025-12-31T10:00:00.000Z", 24],
    ["2026-01-01", "Pacific/Pago_Pago", "2026-01-01T11:00:00.000Z", 24],
    ["2026-01-01", "UTC", "2026-01-01T00:00:00.000Z", 24],
    // clocks went from 23:59:59 to 01:00 in Beirut: the day began at one
    ["2022-03-27", "Asia/Beirut", "2022-03-26T22:00:00.000Z", 23],
  ])("%s in %s is %s, and the day is %i hours long", (day, zone, start, hours) => {
    expect(new Date(dayStart(day, zone)).toISOString()).toBe(start);
    const next = dayOfNumber(dayNumber(day) + 1);
    expect((dayStart(next, zone) - dayStart(day, zone)) / HOUR).toBe(hours);
  });

  it("is the first instant that shows the day, in any zone", () => {
    const zone = fc.constantFrom("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe");
    fc.assert(
      fc.property(zone, fc.integer({ min: 10_000, max: 25_000 }), (timeZone, number) => {
        const day = dayOfNumber(number);
        const start = dayStart(day, timeZone);
        expect(civilDay(start, timeZone)).toBe(day);
        expect(civilDay(start - 1, timeZone) < day).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe("day numbers", () => {
  it("count from 1970-01-01 and back", () => {
    expect(dayNumber("1970-01-01")).toBe(0);
    expect(dayNumber("2000-03-01")).toBe(11_017);
    expect(dayOfNumber(11_016)).toBe("2000-02-29");
  });

  it.each(["2026-13-01", "2026-1-1", "yesterday", "2026-05-04T00:00"])("refuse %s", (day) => {
    expect(() => dayNumber(day)).toThrow(RangeError);
  });
});
