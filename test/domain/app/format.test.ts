import { describe, expect, it } from "vitest";
import { unitEconomics } from "../../../app/src/format/margin.ts";
import { money, moneyDelta, moneyDeltaShort, moneyTick } from "../../../app/src/format/money.ts";
import { number, percent, percentDelta, share, signed } from "../../../app/src/format/number.ts";
import { ago, dateTime, duration, until } from "../../../app/src/format/time.ts";
import { actor, plural, words } from "../../../app/src/format/words.ts";

describe("money", () => {
  it.each([
    ["129.90", "EUR", "€129.90"],
    ["1249", "EUR", "€1,249.00"],
    ["1299", "JPY", "¥1,299"],
    ["1.299", "KWD", "KWD 1.299"],
    ["-4.5", "USD", "−$4.50"],
    // more digits than a double holds
    ["90071992547409.93", "EUR", "€90,071,992,547,409.93"],
  ])("shows %s %s as %s", (amount, currency, text) => {
    expect(money(amount, currency).replace("\u00a0", " ")).toBe(text);
  });

  it("gives every difference its sign, and none to zero", () => {
    expect(moneyDelta("12.3", "EUR")).toBe("+€12.30");
    expect(moneyDelta("-4", "EUR")).toBe("−€4.00");
    expect(moneyDelta("0.00", "EUR")).toBe("€0.00");
  });

  it("drops the minor unit of differences from 100 on", () => {
    expect(moneyDeltaShort("99.99", "EUR")).toBe("+€99.99");
    expect(moneyDeltaShort("-1204.49", "EUR")).toBe("−€1,204");
  });

  it("labels an axis with decimals only where there are some", () => {
    expect(moneyTick(100, "EUR")).toBe("€100");
    expect(moneyTick(99.5, "EUR")).toBe("€99.50");
  });
});

describe("numbers", () => {
  it("uses a minus, not a hyphen, and groups thousands", () => {
    expect(number(-12_345.678, 2)).toBe("−12,345.68");
    expect(signed(-6.31, 1)).toBe("−6.3");
    expect(signed(0, 1)).toBe("0.0");
    expect(signed(17.46, 1)).toBe("+17.5");
  });

  it("tells per cent points from fractions", () => {
    expect(percent(4.25)).toBe("4.3\u202f%");
    expect(percentDelta(-8.13)).toBe("−8.1\u202f%");
    expect(share(0.824)).toBe("82\u202f%");
  });
});

describe("time", () => {
  it.each([
    [0, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_600_000, "1 h"],
    [47 * 3_600_000, "47 h"],
    [48 * 3_600_000, "2 d"],
    [-5000, "0 s"],
  ])("%i ms last %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it("sees the past and the future from the same now", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    expect(ago("2026-11-21T11:58:00Z", now)).toBe("2 min ago");
    expect(ago("2026-11-21T12:00:01Z", now)).toBe("just now");
    expect(until("2026-11-21T15:00:00Z", now)).toBe("in 3 h");
    expect(until("2026-11-21T11:00:00Z", now)).toBe("overdue");
  });

  it("writes an instant in the zone asked for", () => {
    expect(dateTime("2026-11-21T23:30:00Z", "Europe/Berlin")).toBe("22 Nov 2026, 00:30");
  });
});

describe("words", () => {
  it("reads codes, counts and actors out", () => {
    expect(words("COMPETITOR_STOCKOUT")).toBe("Competitor stockout");
    expect(words("elasticity, 95 % interval")).toBe("Elasticity, 95 % interval");
    expect(plural(1, "part")).toBe("1 part");
    expect(plural(1200, "part")).toBe("1,200 parts");
    expect(actor("user:ada@example.com")).toBe("ada@example.com");
    expect(actor("system:import")).toBe("system:import");
  });
});

describe("unit economics", () => {
  it("takes the tax out first: 119 with 19 % and a cost of 60 leaves 40 % margin and two thirds markup", () => {
    const economics = unitEconomics("119.00", "60.00", 0.19, true);
    expect(economics?.net).toBeCloseTo(100, 10);
    expect(economics?.margin).toBeCloseTo(0.4, 10);
    expect(economics?.markup).toBeCloseTo(2 / 3, 10);
  });

  it("leaves net prices alone", () => {
    expect(unitEconomics("100", "60", 0.19, false)?.margin).toBeCloseTo(0.4, 10);
  });

  it("has no figure without a cost, and no markup on a cost of zero", () => {
    expect(unitEconomics("100", undefined, 0, true)).toBeNull();
    expect(unitEconomics("0", "5", 0, true)).toBeNull();
    expect(unitEconomics("100", "0", 0, true)?.markup).toBeNull();
  });
});
