import { describe, expect, test } from "vitest";
import { ROW_READERS } from "../../../domain/intake/row-readers.ts";

const NOW = Date.UTC(2026, 5, 15, 12);
const BASIS = { rates: new Map(), pricesIncludeTax: true };
const GOOD = { sku: "KETTLE-1", day: "2026-06-14", units: 3, price: "100.00" };

function parse(change: Record<string, unknown>, decimals = false) {
  const { read, type } = ROW_READERS.demand;
  const form = read(JSON.parse(JSON.stringify({ ...GOOD, ...change })), 2);
  return form.ok
    ? type(form.value, { sku: "KETTLE-1", currency: "EUR", decimals }, 2, { now: NOW, source: "shop" }, BASIS)
    : form;
}

describe("a day of demand", () => {
  test("is read with all its fields", () => {
    const full = { revenue: "290.50", inStockShare: 0.5, promo: true, views: 40, carts: 0 };
    expect(parse(full)).toEqual({
      ok: true,
      value: { row: 2, ...GOOD, price: 10_000, ...full, revenue: 29_050 },
    });
  });

  test("is read with the fewest fields, and without sales", () => {
    expect(parse({})).toMatchObject({
      value: { revenue: null, inStockShare: null, promo: false, views: null },
    });
    expect(parse({ units: 0, revenue: 0 })).toMatchObject({ value: { units: 0, revenue: 0 } });
  });

  test("of what is sold by weight has up to three decimals", () => {
    expect(parse({ units: 2.5 }, true)).toMatchObject({ value: { units: 2.5 } });
    expect(parse({ units: "0,125" }, true)).toMatchObject({ value: { units: 0.125 } });
    expect(parse({ units: 0.1 + 0.2 }, true)).toMatchObject({ value: { units: 0.3 } });
    expect(parse({ units: 0.0001 }, true)).toMatchObject({ ok: false, verdict: { path: "units" } });
    expect(parse({ units: 2.5 })).toMatchObject({ ok: false, verdict: { path: "units" } });
  });

  test("may have its units as text, and more returns than sales", () => {
    expect(parse({ units: "3" })).toMatchObject({ value: { units: 3 } });
    expect(parse({ units: -3 })).toMatchObject({
      value: { units: 0 },
      warnings: [{ code: "ignored_field", path: "units" }],
    });
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ["no units", { units: undefined }, "missing_field", "units"],
    ["half a unit", { units: 0.5 }, "wrong_type", "units"],
    ["units in words", { units: "three" }, "wrong_type", "units"],
    ["units that may be thousands", { units: "1.250" }, "wrong_type", "units"],
    ["units without end", { units: "1e999" }, "wrong_type", "units"],
    ["a field of its own", { weather: "fine" }, "unknown_field", "weather"],
    ["no price", { price: undefined }, "missing_field", "price"],
    ["no such price", { price: "abc" }, "bad_price", "price"],
    ["a price of zero", { price: 0 }, "non_positive_price", "price"],
    ["negative revenue", { revenue: -1 }, "non_positive_price", "revenue"],
    ["another currency", { price: { minor: 1, currency: "USD" } }, "currency_mismatch", "price"],
    ["no such day", { day: "2026-02-30" }, "bad_time", "day"],
    ["an instant for a day", { day: "2026-06-14T00:00:00Z" }, "bad_time", "day"],
    ["a day that has not begun", { day: "2026-06-17" }, "future_time", "day"],
  ])("%s", (_, change, code, path) => {
    expect(parse(change)).toMatchObject({ ok: false, verdict: { row: 2, verdict: "rejected", code, path } });
  });
});
