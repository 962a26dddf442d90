import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatMinor } from "../../../domain/base/money.ts";
import { readPrice } from "../../../domain/reading/price-text.ts";
import { readAmount } from "../../../domain/reading/written-amount.ts";

/** Texts with one reading: the text, the currency that is expected, minor units. */
const READ: readonly (readonly [text: string, currency: string, minor: number])[] = [
  // marks and groups
  ["1.299,00 €", "EUR", 129900],
  ["$1,299.00", "USD", 129900],
  ["CHF 1'299.50", "CHF", 129950],
  ["1 299,00 zł", "PLN", 129900],
  ["1\u00a0299,00\u00a0kr", "SEK", 129900],
  ["1\u202f299,00 €", "EUR", 129900],
  ["1.234.567,89 €", "EUR", 123456789],
  ["1.234.567", "EUR", 123456700],
  ["₹1,29,900.00", "INR", 12990000],
  ["1,00", "EUR", 100],
  ["12,5 EUR", "EUR", 1250],
  ["$1,299", "USD", 129900],
  ["R$ 1.299", "BRL", 129900],
  ["¥12,990", "JPY", 12990],
  ["2.990.000₫", "VND", 2990000],
  ["Rp 31.500", "IDR", 3150000],
  ["12.500 Ft", "HUF", 1250000],
  ["1.250 KWD", "KWD", 1250],
  // blanks and raised digits before cents
  ["68 50 €", "EUR", 6850],
  ["€ 161 49", "EUR", 16149],
  ["1 049 00 €", "EUR", 104900],
  ["12 90", "EUR", 1290],
  ["68⁵⁰ €", "EUR", 6850],
  ["$49⁹⁹", "USD", 4999],
  ["12 ,90 €", "EUR", 1290],
  ["35€ 99", "EUR", 3599],
  ["49€90", "EUR", 4990],
  ["49 Euro 90", "EUR", 4990],
  ["£12·90", "GBP", 1290],
  ["1 234 50 zł", "PLN", 123450],
  ["68 50 Kč", "CZK", 6850],
  ["1.299 90 €", "EUR", 129990],
  ["$1,299⁹⁹", "USD", 129999],
  ["1·299,00 €", "EUR", 129900],
  ["1´299.00", "CHF", 129900],
  // no decimals
  ["1.299,–", "EUR", 129900],
  ["12,- €", "EUR", 1200],
  ["1299:-", "SEK", 129900],
  ["49.-", "CHF", 4900],
  ["€ 12,=", "EUR", 1200],
  // a mark in front, hundredths
  [",89 €", "EUR", 89],
  [".99 €", "EUR", 99],
  ["€ ,50", "EUR", 50],
  ["-,99 €", "EUR", 99],
  ["–,79", "EUR", 79],
  ["99 ct", "EUR", 99],
  ["89c", "USD", 89],
  ["7€49c", "EUR", 749],
  ["50 cêntimos", "EUR", 50],
  ["50 копеек", "RUB", 50],
  ["99 stotinki", "BGN", 99],
  ["50 sen", "MYR", 50],
  ["99¢", "USD", 99],
  ["79p", "GBP", 79],
  ["50 коп.", "RUB", 50],
  ["1 € 50 ct", "EUR", 150],
  ["5 zł 99 gr", "PLN", 599],
  // other scripts
  ["١٬٢٩٩٫٥٠ ر.س", "SAR", 129950],
  ["۱۲۹۹ ریال", "IRR", 129900],
  ["१२९ ₹", "INR", 12900],
  ["１２９９円", "JPY", 1299],
  ["29,900원", "KRW", 29900],
  // words around it
  ["Now only 49,90 €!", "EUR", 4990],
  ["ab 12,90 €", "EUR", 1290],
  ["99,90 € inkl. 19 % MwSt.", "EUR", 9990],
  ["12,90 € / Stück", "EUR", 1290],
  ["Rs.500", "INR", 50000],
  ["AED 49", "AED", 4900],
  ["12.99 usd", "USD", 1299],
  ["99.99 $ CAD", "CAD", 9999],
  ["12 canadian dollars", "CAD", 1200],
  ["12,90 złote", "PLN", 1290],
  ["30 leva", "BGN", 3000],
  ["12.90 â‚¬", "EUR", 1290],
  ["Â£12.90", "GBP", 1290],
];

/** Texts that could mean something else. */
const AMBIGUOUS: readonly (readonly [text: string, currency: string])[] = [
  ["3.350 €", "EUR"],
  ["3.350", "EUR"],
  ["1,299 €", "EUR"],
  ["$1.299", "USD"],
  ["1,250 KWD", "KWD"],
  ["1.299,00,00", "EUR"],
  ["1,29,900.00", "EUR"],
  ["12.99.99", "EUR"],
  ["12'50 €", "EUR"],
  [".750.30 $", "USD"],
  ["12,99¹ €", "EUR"],
  ["12½ €", "EUR"],
  ["l2,90 €", "EUR"],
  ["$12K", "USD"],
  ["5 tys. zł", "PLN"],
  ["10–20 €", "EUR"],
  ["841,00 zł – 995,00 zł", "PLN"],
  ["2 for 5 €", "EUR"],
  ["2 für 5", "EUR"],
  ["3x 9,99 €", "EUR"],
  ["statt 59,90 € jetzt 49,90 €", "EUR"],
  ["−20 % 15,99", "EUR"],
  ["12,90 € (25,80 €/kg)", "EUR"],
  ["25,80 €/kg", "EUR"],
  ["9,90 € mtl.", "EUR"],
  ["$15.95/mo", "USD"],
  ["UVP 59,90 €", "EUR"],
  ["Sie sparen 10,00 €", "EUR"],
  ["zzgl. Versand 4,90 €", "EUR"],
  ["12,5 ct", "EUR"],
  ["€0.89c", "EUR"],
  ["'89 €", "EUR"],
  ["12,90- €", "EUR"],
  ["12'90 €", "EUR"],
  ["monatlich 9,90 €", "EUR"],
  ["980円/月", "JPY"],
  ["$5/hour", "USD"],
  ["Anzahlung 99 €", "EUR"],
  ["4 платежа по 990 ₽", "RUB"],
  ["2,99 € el kilo", "EUR"],
  ["29,90 kr pr. kg", "NOK"],
  ["99元/斤", "CNY"],
  ["$12.99/dozen", "USD"],
  ["12,90 € / 100 Stück", "EUR"],
  ["Compare at $20", "USD"],
  ["Listenpreis 20 €", "EUR"],
  ["Prezzo originale 20 €", "EUR"],
  ["цена без скидки 990 ₽", "RUB"],
  ["Free shipping over $50", "USD"],
  ["inkl. 5 € Pfand", "EUR"],
  ["+ 4,90 €", "EUR"],
  ["Current bid: $12.90", "USD"],
];

const FOREIGN = [
  ...[
    "￥98",
    "RM98",
    "฿98",
    "₫98",
    "₪98",
    "£12.00",
    "USD 12.00",
    "BTC 0.5",
    "₿0.5",
    "XYZ 98",
    "98 XYZ",
    "Q98",
    "DEM 12",
  ],
  ...["49 تومان", "¤98", "3万円", "12 yuan", "12 pesos", "12 dirhams", "12 rubles", "12 crowns", "12 baht"],
  ...["12 shekels", "12 rupees", "12 forints", "12美元", "12 quid", "12 F", "Pts 12", "fl 12", "öS 129"],
  ...["?12.90", "12,90 \ufffd"],
];

describe("a price as a page, a feed or a file shows it", () => {
  test.each(READ)("%s in %s is %d", (text, currency, minor) => {
    expect(readAmount(text, currency)).toEqual({ ok: true, minor });
  });

  test.each(AMBIGUOUS)("%s in %s is not guessed", (text, currency) => {
    expect(readAmount(text, currency)).toMatchObject({ ok: false, code: "ambiguous" });
  });

  test.each(FOREIGN)("%s is not read as ours", (text) => {
    expect(readAmount(text, "EUR")).toMatchObject({ ok: false, code: "currency_mismatch" });
  });

  test.each([
    ["-5,00 €", "non_positive"],
    ["−5,00 €", "non_positive"],
    ["-€5.00", "non_positive"],
    ["0,00 €", "non_positive"],
    ["gratis", "non_positive"],
    ["", "bad"],
    ["€", "bad"],
    ["Preis auf Anfrage", "bad"],
    ["20 %", "bad"],
    ["Art.-Nr. 12345", "bad"],
    ["★★★★☆ 4.5", "bad"],
    ["1200 Punkte", "bad"],
    ["0,999", "bad"],
    ["¥12.50", "currency_mismatch"],
  ])("%s is refused as %s", (text, code) => {
    expect(readAmount(text, "EUR")).toMatchObject({ ok: false, code });
  });

  test("the language of the page settles thousands, but never three decimals", () => {
    expect(readAmount("1.299 €", "EUR", { locale: "de-DE" })).toEqual({ ok: true, minor: 129900 });
    expect(readAmount("1,299 €", "EUR", { locale: "en-IE" })).toEqual({ ok: true, minor: 129900 });
    expect(readAmount("1,299 €", "EUR", { locale: "de" })).toMatchObject({ code: "ambiguous" });
    expect(readAmount("1.299", "EUR", { decimal: "," })).toEqual({ ok: true, minor: 129900 });
  });

  test("a sign of several currencies is the expected one, else the most usual", () => {
    expect(readPrice("$12.99", { currency: "CAD" }).currency).toBe("CAD");
    expect(readPrice("$12.99").currency).toBe("USD");
    expect(readPrice("12.99", { near: "Pris NOK" }).currency).toBe("NOK");
    expect(readPrice("12.99").currency).toBeNull();
  });

  test("of several amounts the price is chosen, and the others are a doubt", () => {
    expect(readPrice("statt 59,90 € jetzt 49,90 €")).toMatchObject({ amount: "49.90", doubts: ["several"] });
    expect(readPrice("12x R$ 44,00 ou R$ 528,00").amount).toBe("528.00");
    expect(readPrice("12,90 € (25,80 €/kg)").amount).toBe("12.90");
    expect(readPrice("You save $10.00 Price $89.99").amount).toBe("89.99");
    expect(readPrice("from 26 to 50 €")).toMatchObject({ amount: "26" });
    expect(readPrice("ab 12,90 €")).toMatchObject({ amount: "12.90", isFrom: true, doubts: [] });
  });
});

describe("invented amounts", () => {
  const minor = fc.integer({ min: 1, max: 999_999_999 });
  const group = (whole: string, mark: string) => whole.replace(/\B(?=(\d{3})+$)/g, mark);
  const styles = fc.constantFrom(
    [".", ","],
    [",", "."],
    ["'", "."],
    [" ", ","],
    ["\u202f", ","],
    ["", "."],
    ["", ","],
  );
  const around = fc.constantFrom(
    "% €",
    "€ %",
    "€%",
    "%€",
    "EUR %",
    "% EUR",
    "Preis: % €",
    "%",
    "% €*",
    "ab % €",
  );

  test("with their decimals are read exactly, however they are grouped", () => {
    fc.assert(
      fc.property(minor, styles, around, (amount, [mark = "", decimal = ""], form) => {
        const [whole = "", cents = ""] = formatMinor(amount, "EUR").split(".");
        const text = form.replace("%", `${group(whole, mark)}${decimal}${cents}`);
        expect(readAmount(text, "EUR")).toEqual({ ok: true, minor: amount });
      }),
    );
  });

  test("without decimals are never off by a power of ten: right, or not read", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999_999 }), styles, around, (whole, [mark = ""], form) => {
        const read = readAmount(form.replace("%", group(String(whole), mark)), "EUR");
        if (read.ok) expect(read.minor).toBe(whole * 100);
        else expect(read.code).toBe("ambiguous");
      }),
    );
  });

  test("no text makes the reader fail", () => {
    const hostile = fc.array(
      fc.constantFrom(..."0129.,'’ -–−€$¥₹%()/xX¹⁵½٣٫kKzł", "\u200b", "ct", "EUR", " x ", "für "),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          hostile.map((parts) => parts.join("")),
        ),
        (text) => {
          const { amount, confidence } = readPrice(text);
          if (amount !== null) expect(amount).toMatch(/^-?\d+(\.\d+)?$/);
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
