import { describe, expect, test } from "vitest";
import { parsePriceText } from "../../../domain/intake/price-text.ts";

describe("a price as a page shows it", () => {
  test.each([
    ["1.299,00 €", "EUR", "1299.00"],
    ["€ 1.299", "EUR", "1299"],
    ["$1,299.00", "USD", "1299.00"],
    ["US$ 1,299.00", "USD", "1299.00"],
    ["EUR 12", "EUR", "12"],
    ["12,5 EUR", "EUR", "12.5"],
    ["12.50", "EUR", "12.50"],
    ["CHF 1'299.50", "CHF", "1299.50"],
    ["1 299,00 zł", "PLN", "1299.00"],
    ["1\u00a0299,00\u00a0kr", "SEK", "1299.00"],
    ["1\u202f299,00 €", "EUR", "1299.00"],
    ["₹1,299", "INR", "1299"],
    ["1.234.567,89 €", "EUR", "1234567.89"],
    ["£0.99", "GBP", "0.99"],
    ["0.999", "KWD", "0.999"],
    ["1.250 KWD", "KWD", "1.250"],
    ["0,999", "EUR", "0.999"],
    ["¥12,990", "JPY", "12990"],
    ["Now only 49,90 €!", "EUR", "49.90"],
    ["12,- €", "EUR", "12"],
    ["-5,00 €", "EUR", "-5.00"],
  ])("%s in %s is %s", (text, currency, amount) => {
    expect(parsePriceText(text, currency)).toEqual({ ok: true, amount });
  });

  test.each([
    ["nothing to read", "sold out", "EUR", "bad_price"],
    ["empty", "", "EUR", "bad_price"],
    ["two prices, none is guessed", "was 59,90 € now 49,90 €", "EUR", "bad_price"],
    ["groups that are none", "1,29,900.00", "EUR", "bad_price"],
    ["twice a decimal", "1.299,00,00", "EUR", "bad_price"],
    ["another symbol", "£12.00", "EUR", "currency_mismatch"],
    ["another code", "USD 12.00", "EUR", "currency_mismatch"],
    ["another code beside a symbol", "CAD $12.00", "USD", "currency_mismatch"],
  ])("%s", (_, text, currency, code) => {
    expect(parsePriceText(text, currency)).toMatchObject({ ok: false, code });
  });
});
