import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMinor, formatMoney, type MoneyInput, parseMinor } from "../../../domain/base/money.ts";

describe("parseMinor", () => {
  it.each<[MoneyInput, string, number]>([
    ["129.90", "EUR", 12990],
    ["129.9", "EUR", 12990],
    ["129", "EUR", 12900],
    ["+5.00", "EUR", 500],
    [" 5.00 ", "EUR", 500],
    ["007.50", "EUR", 750],
    ["129.900", "EUR", 12990],
    ["0.01", "EUR", 1],
    ["1299", "JPY", 1299],
    ["1299.00", "JPY", 1299],
    ["1.299", "KWD", 1299],
    ["1.2345", "CLF", 12345],
    [129.9, "EUR", 12990],
    [0.29, "EUR", 29],
    [1.005, "KWD", 1005],
    [4.35, "EUR", 435],
    [{ minor: 12990, currency: "EUR" }, "EUR", 12990],
    ["9999999999.99", "EUR", 999_999_999_999],
  ])("reads %j as %s", (input, currency, minor) => {
    expect(parseMinor(input, currency)).toEqual({ ok: true, minor });
  });

  it.each<[MoneyInput, string, string]>([
    ["", "EUR", "bad"],
    ["abc", "EUR", "bad"],
    ["1,50", "EUR", "bad"],
    ["1e3", "EUR", "bad"],
    ["1.", "EUR", "bad"],
    [".5", "EUR", "bad"],
    ["0x10", "EUR", "bad"],
    ["Infinity", "EUR", "bad"],
    ["129.901", "EUR", "bad"],
    ["12.5", "JPY", "bad"],
    [0.1 + 0.2, "EUR", "bad"],
    [1e-7, "EUR", "bad"],
    [Number.NaN, "EUR", "bad"],
    [Number.POSITIVE_INFINITY, "EUR", "bad"],
    [Number.NEGATIVE_INFINITY, "EUR", "bad"],
    ["0", "EUR", "non_positive"],
    ["0.00", "EUR", "non_positive"],
    ["-1", "EUR", "non_positive"],
    [0, "EUR", "non_positive"],
    [-0, "EUR", "non_positive"],
    [-3.5, "EUR", "non_positive"],
    [1e15, "EUR", "too_large"],
    [1e300, "EUR", "too_large"],
    ["1000000000000000", "EUR", "too_large"],
    ["10000000000", "EUR", "too_large"],
    ["99999999999999999999999999", "JPY", "too_large"],
    [1e15, "JPY", "too_large"],
    [{ minor: 1e15, currency: "EUR" }, "EUR", "too_large"],
    [{ minor: 12.5, currency: "EUR" }, "EUR", "bad"],
    [{ minor: Number.NaN, currency: "EUR" }, "EUR", "bad"],
    [{ minor: 0, currency: "EUR" }, "EUR", "non_positive"],
    [{ minor: 100, currency: "USD" }, "EUR", "currency_mismatch"],
    [{ minor: 100, currency: "XXX" }, "EUR", "unknown_currency"],
    ["1.00", "BTC", "unknown_currency"],
    ["1.00", "eur", "unknown_currency"],
  ])("refuses %j in %s as %s", (input, currency, code) => {
    expect(parseMinor(input, currency)).toMatchObject({ ok: false, code });
  });

  it("reads back what formatMinor writes, as text and as a number", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999_999_999 }),
        fc.constantFrom("EUR", "JPY", "KWD", "CLF"),
        (minor, currency) => {
          const text = formatMinor(minor, currency);
          expect(parseMinor(text, currency)).toEqual({ ok: true, minor });
          expect(parseMinor(Number(text), currency)).toEqual({ ok: true, minor });
        },
      ),
    );
  });
});

describe("formatMinor", () => {
  it.each([
    [12990, "EUR", "129.90"],
    [5, "EUR", "0.05"],
    [0, "EUR", "0.00"],
    [-5, "EUR", "-0.05"],
    [1299, "JPY", "1299"],
    [1299, "KWD", "1.299"],
    [7, "CLF", "0.0007"],
  ])("writes %i %s as %s", (minor, currency, text) => {
    expect(formatMinor(minor, currency)).toBe(text);
  });

  it("refuses an amount that is not a whole number of minor units", () => {
    expect(() => formatMinor(1.5, "EUR")).toThrow(RangeError);
    expect(() => formatMinor(Number.NaN, "EUR")).toThrow(RangeError);
    expect(() => formatMinor(100, "XXX")).toThrow(RangeError);
  });

  it("names the currency in sentences", () => {
    expect(formatMoney(12990, "EUR")).toBe("129.90 EUR");
  });
});
