import { describe, expect, it } from "vitest";
import { unitFigures } from "../../../app/src/format/margin.ts";
import {
  money,
  moneyDelta,
  moneyDeltas,
  moneyTick,
  number,
  percent,
  percentDelta,
  share,
  signed,
  withMoney,
} from "../../../app/src/format/number.ts";
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

  it("gives every difference but zero its sign", () => {
    expect(moneyDelta("12.3", "EUR")).toBe("+€12.30");
    expect(moneyDelta("-4", "EUR")).toBe("−€4.00");
    expect(moneyDelta("0.00", "EUR")).toBe("€0.00");
  });

  it("drops the cents of differences of 100 and more", () => {
    expect(moneyDeltas(["9.99", "-0.50"], "EUR")).toEqual(["+€9.99", "−€0.50"]);
    expect(moneyDeltas(["33.54", "20.30"], "EUR")).toEqual(["+€34", "+€20"]);
    expect(moneyDeltas(["-1204.49", "0.60"], "EUR")).toEqual(["−€1,204", "+€1"]);
  });

  it("shows the amounts of a sentence as the pages do, and leaves other words alone", () => {
    expect(withMoney("asks 16.49 EUR; 5 SKU, -4 USD")).toBe("asks €16.49; 5 SKU, −$4.00");
    expect(withMoney("7.15 % below")).toBe("7.15\u202f% below");
  });

  it("labels an axis with decimals only for amounts that have some", () => {
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

  it("writes per cent from per cent points or from a fraction", () => {
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

  it("writes how long ago or how long until, seen from now", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    expect(ago("2026-11-21T11:58:00Z", now)).toBe("2 min ago");
    expect(ago("2026-11-21T12:00:01Z", now)).toBe("just now");
    expect(until("2026-11-21T15:00:00Z", now)).toBe("in 3 h");
    expect(until("2026-11-21T11:00:00Z", now)).toBe("overdue");
  });

  it("writes an instant in a given time zone", () => {
    expect(dateTime("2026-11-21T23:30:00Z", "Europe/Berlin")).toBe("22 Nov 2026, 00:30");
  });
});

describe("words", () => {
  it("turns codes, counts and actors into words", () => {
    expect(words("COMPETITOR_STOCKOUT")).toBe("Competitor stockout");
    expect(words("elasticity, 95 % interval")).toBe("Elasticity, 95 % interval");
    expect(plural(1, "part")).toBe("1 part");
    expect(plural(1200, "part")).toBe("1,200 parts");
    expect(actor("user:ada@example.com")).toBe("ada@example.com");
    expect(actor("system:import")).toBe("System (import)");
    expect(actor("key:scraper")).toBe("API key scraper");
  });
});

describe("unit figures", () => {
  const product = { price: "119.00", currency: "EUR", unitCost: "60.00" };

  it("takes the tax out first: 119 with 19 % and a cost of 60 leaves 40 % margin and two thirds markup", () => {
    const figures = unitFigures({ ...product, taxRate: 0.19 }, true);
    expect(figures?.net).toBeCloseTo(100, 10);
    expect(figures?.margin).toBeCloseTo(0.4, 10);
    expect(figures?.markup).toBeCloseTo(2 / 3, 10);
  });

  it("takes fees out of the margin: 10 % of the net price and 2 a unit leave 28 % of it", () => {
    const figures = unitFigures({ ...product, taxRate: 0.19, feeRate: 0.1, unitFee: "2.00" }, true);
    expect(figures?.margin).toBeCloseTo(0.28, 10);
  });

  it("takes no tax out of prices that contain none", () => {
    expect(unitFigures({ ...product, price: "100", taxRate: 0.19 }, false)?.margin).toBeCloseTo(0.4, 10);
  });

  it("is null without a cost, and has no markup on a cost of zero", () => {
    expect(unitFigures({ price: "100", currency: "EUR" }, true)).toBeNull();
    expect(unitFigures({ ...product, price: "0" }, true)).toBeNull();
    expect(unitFigures({ ...product, unitCost: "0" }, true)?.markup).toBeNull();
  });
});
