import { describe, expect, it } from "vitest";
import { type CatalogueProduct, parseProduct, wholeRow } from "../../../domain/catalogue/product-row.ts";

const LAMP = { sku: "LAMP-1", title: "Lamp", category: "light", price: "19.90" };

function codeOf(row: unknown, currency = "EUR") {
  const parsed = parseProduct(row, null, currency);
  return parsed.ok ? "ok" : `${parsed.problem.path} ${parsed.problem.code}`;
}

describe("a product row", () => {
  it("needs four fields only; the rest is absent, the currency the install's", () => {
    expect(parseProduct(LAMP, null, "EUR")).toEqual({
      ok: true,
      product: {
        sku: "LAMP-1",
        title: "Lamp",
        category: "light",
        currency: "EUR",
        basePrice: 1990,
        status: "active",
        brand: null,
        gtin: null,
        mpn: null,
        unitCost: null,
        taxRate: null,
        feeRate: null,
        unitFee: null,
        minPrice: null,
        maxPrice: null,
        mapPrice: null,
        msrp: null,
        family: null,
        packSize: null,
        quantityUnit: null,
        lineRank: null,
        clearanceDate: null,
        salvageValue: null,
        restockDate: null,
        launchDate: null,
        tags: null,
      },
    });
  });

  it.each([
    ["a decimal string", "19.90", "EUR", 1990],
    ["a number", 19.9, "EUR", 1990],
    ["minor units", { minor: 1990, currency: "EUR" }, "EUR", 1990],
    ["a currency without decimals", "1990", "JPY", 1990],
  ])("takes %s as its price", (_, price, currency, minor) => {
    const parsed = parseProduct({ ...LAMP, price, currency }, null, "EUR");
    expect(parsed.ok && parsed.product.basePrice).toBe(minor);
  });

  it.each<[string, object | null | string, string]>([
    ["no SKU", { ...LAMP, sku: undefined }, "sku missing_field"],
    ["no price", { ...LAMP, price: undefined }, "price missing_field"],
    ["a SKU with a line break", { ...LAMP, sku: "LAMP\n1" }, "sku invalid"],
    ["a SKU that is a number", { ...LAMP, sku: 7 }, "sku wrong_type"],
    ["a field nobody knows", { ...LAMP, colour: "red" }, "colour unknown_field"],
    ["a price that is not a number", { ...LAMP, price: "cheap" }, "price bad_price"],
    ["a price that is a truth", { ...LAMP, price: true }, "price wrong_type"],
    ["a price of NaN", { ...LAMP, price: "NaN" }, "price bad_price"],
    ["a price of zero", { ...LAMP, price: 0 }, "price non_positive_price"],
    ["a negative price", { ...LAMP, price: "-5" }, "price non_positive_price"],
    ["a price of 1e15", { ...LAMP, price: 1e15 }, "price price_too_large"],
    ["more decimals than the currency has", { ...LAMP, price: "19.999" }, "price ambiguous_price"],
    ["a cost below zero", { ...LAMP, unitCost: "-1" }, "unitCost non_positive_price"],
    ["money in another currency", { ...LAMP, msrp: { minor: 1, currency: "USD" } }, "msrp currency_mismatch"],
    ["an unknown currency", { ...LAMP, currency: "XYZ" }, "currency invalid"],
    ["a GTIN of eleven digits", { ...LAMP, gtin: "12345678901" }, "gtin invalid"],
    ["a tax rate in percent", { ...LAMP, taxRate: 19 }, "taxRate invalid"],
    ["a price of null", { ...LAMP, price: null }, "price missing_field"],
    [
      "a minimum advertised price above the greatest",
      { ...LAMP, mapPrice: 20, maxPrice: 10 },
      "mapPrice invalid",
    ],
    ["one above the suggested price", { ...LAMP, mapPrice: 15, msrp: 14 }, "mapPrice invalid"],
    ["a least price above the suggested one", { ...LAMP, minPrice: 20, msrp: 14 }, "minPrice invalid"],
    ["a tax rate in words", { ...LAMP, taxRate: "much" }, "taxRate wrong_type"],
    ["half a pack", { ...LAMP, packSize: 1.5 }, "packSize wrong_type"],
    ["a least price above the greatest", { ...LAMP, minPrice: 20, maxPrice: 10 }, "minPrice invalid"],
    ["no object", "LAMP-1", " wrong_type"],
    ["nothing", null, " wrong_type"],
  ])("with %s is refused with its field and code", (_, row, code) => {
    expect(codeOf(row)).toBe(code);
  });

  it.each([
    "0.00",
    0,
    "0,00",
    { minor: 0, currency: "EUR" },
  ])("may have no fee and no salvage value: %j", (none) => {
    const parsed = parseProduct({ ...LAMP, unitFee: none, salvageValue: none }, null, "EUR");
    expect(parsed).toMatchObject({ ok: true, product: { unitFee: 0, salvageValue: 0 } });
    expect(codeOf({ ...LAMP, unitCost: none })).toBe("unitCost non_positive_price");
  });

  it("with equal least and greatest price is fine", () => {
    expect(codeOf({ ...LAMP, minPrice: "10", maxPrice: 10 })).toBe("ok");
  });
});

describe("a product row over a product that is known", () => {
  const stored = product({
    ...LAMP,
    unitCost: "10",
    minPrice: "15",
    maxPrice: "30",
    taxRate: 0.19,
    tags: ["a"],
  });

  function product(row: object, before: CatalogueProduct | null = null) {
    const parsed = parseProduct(row, before, "EUR");
    if (!parsed.ok) throw new Error(parsed.problem.message);
    return parsed.product;
  }

  it("leaves what it does not have", () => {
    expect(product({ sku: "LAMP-1", price: "21" }, stored)).toEqual({ ...stored, basePrice: 2100 });
  });

  it("clears what it has as null, but for what cannot be empty", () => {
    const row = { sku: "LAMP-1", unitCost: null, taxRate: null, tags: null, currency: null, status: null };
    expect(product(row, stored)).toEqual({ ...stored, unitCost: null, taxRate: null, tags: null });
    expect(parseProduct({ sku: "LAMP-1", title: null }, stored, "EUR")).toMatchObject({
      problem: { path: "title", code: "missing_field" },
    });
  });

  it.each([
    [{ mapPrice: "31" }, "mapPrice invalid"],
    [{ maxPrice: "14.99" }, "minPrice invalid"],
    [{ currency: "USD" }, "currency currency_mismatch"],
    [{ maxPrice: "15" }, "ok"],
  ])("with %j is judged together with what stays: %s", (row, expected) => {
    const parsed = parseProduct({ sku: "LAMP-1", ...row }, stored, "EUR");
    expect(parsed.ok ? "ok" : `${parsed.problem.path} ${parsed.problem.code}`).toBe(expected);
  });

  it("may be changed in other fields while its stored limits conflict", () => {
    const broken = { ...stored, maxPrice: 1000 };
    expect(product({ sku: "LAMP-1", title: "New" }, broken)).toMatchObject({ title: "New" });
  });

  it("is replaced whole by a row that leaves the rest empty", () => {
    expect(product(wholeRow(LAMP), stored)).toEqual(product(LAMP));
  });
});
