import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayNumber, dayText, monthOf, weekShift } from "../../../scripts/replay/dates.ts";

describe("dayNumber and dayText", () => {
  it("count from the first day of 1970", () => {
    expect(dayNumber("1970-01-01")).toBe(0);
    expect(dayNumber("2018-08-31")).toBe(17_774);
    expect(dayText(17_774)).toBe("2018-08-31");
  });
  it.each(["2018-02-30", "2018-13-01", "31-08-2018", "2018-8-1", ""])("refuses %j", (text) => {
    expect(() => dayNumber(text)).toThrow(RangeError);
  });
});

describe("monthOf", () => {
  it.each([
    ["01-05-2017", "dd-mm-yyyy", "2017-05-01", 31],
    ["2016-02-17", "yyyy-mm-dd", "2016-02-01", 29],
    ["2017-02", "yyyy-mm", "2017-02-01", 28],
    ["31-12-2017", "dd-mm-yyyy", "2017-12-01", 31],
  ] as const)("%s as %s begins on %s with %i days", (text, format, first, days) => {
    const month = monthOf(text, format);
    expect([dayText(month.first), month.days]).toEqual([first, days]);
  });
  it.each([
    ["2017-05-01", "dd-mm-yyyy"],
    ["01-13-2017", "dd-mm-yyyy"],
    ["2017-00", "yyyy-mm"],
  ] as const)("refuses %s as %s", (text, format) => {
    expect(() => monthOf(text, format)).toThrow(RangeError);
  });
});

describe("weekShift", () => {
  it("puts the last day on yesterday when the days of the week agree", () => {
    const friday = dayNumber("2018-08-31");
    const saturday = dayNumber("2026-11-21");
    expect(dayText(friday + weekShift(friday, saturday))).toBe("2026-11-20");
  });
  it("shifts by whole weeks onto one of the seven days before today", () => {
    const day = fc.integer({ min: -20_000, max: 40_000 });
    fc.assert(
      fc.property(day, day, (last, today) => {
        const shift = weekShift(last, today);
        const age = today - (last + shift);
        expect(Math.abs(shift % 7)).toBe(0);
        expect(age).toBeGreaterThanOrEqual(1);
        expect(age).toBeLessThanOrEqual(7);
      }),
    );
  });
});
