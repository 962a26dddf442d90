import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ObservationInput,
  readObservation,
  typeObservation,
  unknownSku,
} from "../../../domain/intake/observation-row.ts";
import { ROW_CODES } from "../../../domain/messages/verdict.ts";

const NOW = Date.UTC(2026, 5, 15, 12);
const PRODUCT = { sku: "KETTLE-1", currency: "EUR" };
const GOOD = { sku: "KETTLE-1", competitor: "alpha", price: "129.90", observedAt: "2026-06-15T11:00:00Z" };

function parse(change: Record<string, unknown>, product = PRODUCT) {
  // as it comes off the wire: undefined fields are absent
  const posted: unknown = JSON.parse(JSON.stringify({ ...GOOD, ...change }));
  return parseValue(posted, product);
}

function parseValue(value: unknown, product = PRODUCT) {
  const form = readObservation(value, 7);
  if (!form.ok) return form;
  const typed = typeObservation(form.value, product, 7, { now: NOW, source: "feed" });
  return { ...typed, warnings: [...(form.warnings ?? []), ...((typed.ok && typed.warnings) || [])] };
}

describe("a valid row", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["a decimal string", {}, { price: 12_990, landedPrice: 12_990, availability: "unknown" }],
    ["a number", { price: 129.9 }, { price: 12_990 }],
    ["minor units", { price: { minor: 12_990, currency: "EUR" } }, { price: 12_990 }],
    ["the page's text", { price: undefined, priceText: "1.299,00 €" }, { price: 129_900 }],
    ["price before priceText", { priceText: "7,00 €" }, { price: 12_990 }],
    ["its own currency, in any case", { currency: "eur" }, { price: 12_990 }],
    ["shipping and coupon", { shipping: 4.9, coupon: "10" }, { price: 12_990, landedPrice: 12_480 }],
    ["free shipping", { shipping: 0, coupon: "0.00" }, { landedPrice: 12_990 }],
    ["an availability", { availability: "out_of_stock" }, { availability: "out_of_stock" }],
    ["names are trimmed", { competitor: " alpha " }, { competitor: "alpha" }],
    ["an offset", { observedAt: "2026-06-15T13:00:00+02:00" }, { observedAt: NOW - 3_600_000 }],
    ["epoch seconds", { observedAt: NOW / 1000 }, { observedAt: NOW }],
    ["epoch milliseconds", { observedAt: NOW }, { observedAt: NOW }],
    ["five minutes ahead", { observedAt: NOW + 300_000 }, { observedAt: NOW + 300_000 }],
    ["by gtin", { sku: undefined, gtin: "4006381333931" }, { sku: "KETTLE-1" }],
  ])("%s", (_, change, expected) => {
    const result = parse(change);
    expect(result).toMatchObject({ ok: true, value: { row: 7, ...expected } });
  });

  test("a currency without minor units", () => {
    expect(parse({ price: "1299" }, { sku: "K", currency: "JPY" })).toMatchObject({ value: { price: 1299 } });
  });
});

describe("a row that goes through with a warning", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>, string[]]>([
    ["null and blank are absent", { gtin: null, title: " ", currency: "", shipping: null }, {}, []],
    ["shipping that is free in words", { shipping: "kostenlos" }, { landedPrice: 12_990 }, []],
    [
      "shipping that nobody can read",
      { shipping: "on request" },
      { landedPrice: 12_990 },
      ["ignored_field shipping"],
    ],
    ["negative shipping", { shipping: -1 }, { landedPrice: 12_990 }, ["ignored_field shipping"]],
    ["1e999 as shipping", { shipping: "1e999" }, { landedPrice: 12_990 }, ["ignored_field shipping"]],
    ["a title that is a number", { title: 7 }, {}, ["ignored_field title"]],
    [
      "two of them",
      { title: 7, taxIncluded: "maybe" },
      {},
      ["ignored_field taxIncluded", "ignored_field title"],
    ],
    ["a time of collection in words", { collectedAt: "soon" }, {}, ["ignored_field collectedAt"]],
    [
      "an availability that nobody can read",
      { availability: "maybe tomorrow" },
      { availability: "unclear" },
      ["unknown_availability availability"],
    ],
    ["words for in stock", { availability: "Only 2 left in stock" }, { availability: "in_stock" }, []],
    ["a flag", { inStock: false }, { availability: "out_of_stock" }, []],
    [
      "an availability before a flag",
      { inStock: false, availability: "InStock" },
      { availability: "in_stock" },
      [],
    ],
    ["epoch seconds as text", { observedAt: String(NOW / 1000) }, { observedAt: NOW }, []],
    [
      "what an adapter could not read",
      { ignored: { timestamp: "no zone" } },
      {},
      ["ignored_field timestamp"],
    ],
    ["a seller", { seller: " Bu\u0308cher  GmbH " }, { seller: "Bücher GmbH" }, []],
    ["a seller that is the competitor", { competitor: "alpha.example", seller: "www.Alpha.example" }, {}, []],
  ])("%s", (_, change, expected, warnings) => {
    const result = parse(change);
    expect(result).toMatchObject({ ok: true, value: { row: 7, price: 12_990, ...expected } });
    const said = "warnings" in result ? result.warnings?.map(({ code, path }) => `${code} ${path}`) : [];
    expect(said).toEqual(warnings);
  });

  test.each([undefined, null, "", 0, -0.01, "n/a"])("sold out with %s for a price", (price) => {
    const result = parse({ price, availability: "out_of_stock" });
    const value = { price: 0, landedPrice: 0, availability: "out_of_stock" };
    expect(result).toMatchObject({ ok: true, value });
    expect("warnings" in result && result.warnings?.length).toBe(price === "n/a" ? 1 : 0);
  });
});

describe("an invalid row gets the code and the path of its fault", () => {
  test.each<[string, Record<string, unknown>, string, string]>([
    ["no competitor", { competitor: undefined }, "missing_field", "competitor"],
    ["no product", { sku: undefined }, "missing_field", "sku"],
    ["no price", { price: undefined }, "missing_field", "price"],
    ["no time", { observedAt: undefined }, "missing_field", "observedAt"],
    ["a number for a name", { competitor: 5 }, "wrong_type", "competitor"],
    ["an empty name", { competitor: " " }, "missing_field", "competitor"],
    ["null for a price", { price: null }, "missing_field", "price"],
    ["a list for a price", { price: [1] }, "wrong_type", "price"],
    ["a nested price", { price: { amount: 1 } }, "wrong_type", "price"],
    ["an object for a time", { observedAt: {} }, "wrong_type", "observedAt"],
    ["a field of its own", { colour: "red" }, "unknown_field", "colour"],
    ["words", { price: "abc" }, "bad_price", "price"],
    ["not a number", { price: "NaN" }, "bad_price", "price"],
    ["no price at all", { price: "" }, "missing_field", "price"],
    ["too many decimals", { price: "129.901" }, "ambiguous_price", "price"],
    ["too many decimals in a number", { price: 129.901 }, "bad_price", "price"],
    ["half a cent", { price: { minor: 0.5, currency: "EUR" } }, "bad_price", "price"],
    ["a text without a price", { price: undefined, priceText: "sold out" }, "bad_price", "priceText"],
    ["zero", { price: 0 }, "non_positive_price", "price"],
    ["negative", { price: -5 }, "non_positive_price", "price"],
    ["negative text", { price: "-5.00" }, "non_positive_price", "price"],
    ["the coupon is worth more", { coupon: "200" }, "non_positive_price", "coupon"],
    ["1e15", { price: 1e15 }, "price_too_large", "price"],
    ["1e12", { price: 1e12 }, "price_too_large", "price"],
    ["ten billion", { price: "10000000000" }, "price_too_large", "price"],
    ["no such currency", { currency: "XYZ" }, "unknown_currency", "currency"],
    ["no such currency in the price", { price: { minor: 1, currency: "QQQ" } }, "unknown_currency", "price"],
    ["another currency", { currency: "USD" }, "currency_mismatch", "currency"],
    ["another currency in the price", { price: { minor: 1, currency: "USD" } }, "currency_mismatch", "price"],
    [
      "another currency in the text",
      { price: undefined, priceText: "£12.00" },
      "currency_mismatch",
      "priceText",
    ],
    ["no zone", { observedAt: "2026-06-15T11:00:00" }, "bad_time", "observedAt"],
    ["no such day", { observedAt: "2026-02-30T11:00:00Z" }, "bad_time", "observedAt"],
    ["no such hour", { observedAt: "2026-06-15T25:00:00Z" }, "bad_time", "observedAt"],
    ["words for a time", { observedAt: "yesterday" }, "bad_time", "observedAt"],
    ["zero for a time", { observedAt: 0 }, "bad_time", "observedAt"],
    ["more than five minutes ahead", { observedAt: NOW + 300_001 }, "future_time", "observedAt"],
    ["2099", { observedAt: "2099-01-01T00:00:00Z" }, "future_time", "observedAt"],
  ])("%s", (_, change, code, path) => {
    expect(parse(change)).toMatchObject({ ok: false, verdict: { row: 7, verdict: "rejected", code, path } });
  });

  test.each([
    ["null", null],
    ["text", "row"],
    ["a list", [GOOD]],
    ["a number", 3],
  ])("%s is not a row", (_, value) => {
    expect(parseValue(value)).toMatchObject({ ok: false, verdict: { code: "wrong_type", path: "" } });
  });

  test.each([
    ["price", "bad_price"],
    ["observedAt", "bad_time"],
  ])("1e999 as %s, which JSON reads as infinite", (path, code) => {
    for (const text of ["1e999", "-1e999"]) {
      const posted: unknown = { ...GOOD, ...JSON.parse(`{"${path}":${text}}`) };
      expect(parseValue(posted)).toMatchObject({ ok: false, verdict: { path, code } });
    }
  });

  test("anything posted gives an observation or a verdict with code and path", () => {
    const field = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("1e5", "12.5", "-0", "٣", "1_000", "2026-06-15T11:00Z", 1e21),
    );
    const row = fc.oneof(
      fc.jsonValue(),
      fc
        .dictionary(fc.constantFrom(...Object.keys(ObservationInput.shape), "__proto__", "x"), field)
        .map((some) => ({
          ...GOOD,
          ...some,
        })),
    );
    fc.assert(
      fc.property(row, (posted) => {
        const result = parseValue(JSON.parse(JSON.stringify(posted)));
        if (result.ok) {
          const { price, landedPrice, availability } = result.value;
          expect(Number.isSafeInteger(price) && Number.isSafeInteger(landedPrice)).toBe(true);
          expect(price > 0 && landedPrice > 0).toBe(price !== 0 || availability !== "out_of_stock");
          expect(result.value.observedAt).toBeLessThanOrEqual(NOW + 300_000);
        } else {
          expect(ROW_CODES).toContain(result.verdict.code);
          expect(typeof result.verdict.path).toBe("string");
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("a product that is not ours", () => {
    const form = readObservation(GOOD, 3);
    expect(form.ok && unknownSku(form.value, 3)).toMatchObject({ row: 3, code: "unknown_sku", path: "sku" });
  });
});
