import { describe, expect, test } from "vitest";
import { CatalogueIndex, type IndexedProduct } from "../../../domain/matching/catalogue-index.ts";
import { decideMatch } from "../../../domain/matching/decide.ts";
import { FEATURES } from "../../../domain/matching/features.ts";
import { MATCH_MODEL } from "../../../domain/matching/match-model.ts";
import { packFactor, packOf } from "../../../domain/matching/pack.ts";
import type { Described } from "../../../domain/matching/profile.ts";

const product = (sku: string, title: string, more: Partial<IndexedProduct> = {}): IndexedProduct => ({
  ...{ sku, title, isActive: true },
  ...more,
});

/** A catalogue of made-up electronics, with neighbours that are almost the same. */
const CATALOGUE = [
  product("SON-1", "Sonara STR-DG540 5.1 channel AV receiver black", {
    brand: "Sonara",
    mpn: "STR-DG540",
    price: 199,
  }),
  product("SON-2", "Sonara STR-DG740 7.1 channel AV receiver black", {
    brand: "Sonara",
    mpn: "STR-DG740",
    price: 299,
  }),
  product("SON-3", "Sonara wireless headphones WH-200 black", {
    brand: "Sonara",
    gtin: "4006381333931",
    price: 89,
  }),
  product("SON-4", "Sonara wireless headphones WH-200 white", { brand: "Sonara", price: 89 }),
  product("COF-1", "Bergquell espresso beans 1 kg", { brand: "Bergquell", price: 15.9 }),
  product("COF-2", "Bergquell filter coffee ground 500 g", { brand: "Bergquell", price: 7.9 }),
  ...Array.from({ length: 60 }, (_, i) =>
    product(`OTH-${i}`, `Marleno kettle K${i + 300} steel ${i % 5} l`, { price: 20 + i }),
  ),
];

const index = new CatalogueIndex();
index.put(CATALOGUE);
const match = (listing: Described, rejected: string[] = []) =>
  decideMatch(index, listing, new Set(rejected), { auto: 0.9, review: 0.35 });

describe("the product that a listing is", () => {
  test("the model in the title tells neighbours apart", () => {
    const found = match({ title: "Sonara STRDG540 home theater receiver (black)", price: 189 });
    expect(found).toMatchObject({ sku: "SON-1" });
    expect(found.why).toContain("both name strdg540");
    expect(found.suggestions.map(({ sku }) => sku)).toContain("SON-2");
  });

  test("the same GTIN decides, another valid one speaks against", () => {
    expect(match({ title: "Sonara WH-200 headphones wireless black", gtin: "04006381333931" })).toMatchObject(
      {
        ...{ sku: "SON-3", decision: "auto", score: 0.99 },
      },
    );
    const other = match({ title: "Sonara wireless headphones WH-200 black", gtin: "4012345678901" });
    expect(other.suggestions.find(({ sku }) => sku === "SON-3")!.score).toBeLessThanOrEqual(0.2);
  });

  test("a GTIN on quite another product is for a person to look at", () => {
    expect(match({ title: "Garden hose 20 m", gtin: "4006381333931" })).toMatchObject({
      sku: "SON-3",
      decision: "review",
    });
  });

  test("the maker's number of the same brand decides", () => {
    expect(match({ title: "Sonara STR-DG740 receiver", brand: "SONARA", mpn: "strdg740" })).toMatchObject({
      sku: "SON-2",
      decision: "auto",
    });
  });

  test("another pack is never taken without a person, and its factor is told", () => {
    const found = match({ title: "Bergquell espresso beans 2 x 1 kg", price: 31 });
    expect(found).toMatchObject({ sku: "COF-1", packFactor: 2 });
    expect(found.decision).not.toBe("auto");
  });

  test("another colour is never taken without a person", () => {
    const found = match({ title: "Sonara wireless headphones WH-200 red", price: 89 });
    expect(found.decision).not.toBe("auto");
  });

  test("nothing alike is none", () => {
    expect(match({ title: "Bicycle saddle, leather" })).toMatchObject({ sku: null, decision: "none" });
    expect(match({ title: "?" })).toMatchObject({ sku: null, score: 0, suggestions: [] });
  });

  test("what a person rejected is not offered again", () => {
    const title = "Sonara STRDG540 home theater receiver (black)";
    expect(match({ title }, ["SON-1"]).suggestions.map(({ sku }) => sku)).not.toContain("SON-1");
  });
});

describe("the catalogue's index", () => {
  test("a retired product takes part in no match, and may come back", () => {
    const own = new CatalogueIndex();
    own.put(CATALOGUE);
    const twin = product("SON-OLD", "Sonara wireless headphones WH-200 black", {
      brand: "Sonara",
      gtin: "4006381333931",
    });
    const listing = { title: "Sonara WH-200 wireless headphones black", gtin: "4006381333931" };
    const decide = () => decideMatch(own, listing, new Set(), { auto: 0.9, review: 0.35 });
    own.put([twin]);
    expect(decide().decision).toBe("review");
    own.put([{ ...twin, isActive: false }]);
    expect(decide()).toMatchObject({ sku: "SON-3", decision: "auto" });
    expect(own.size).toBe(CATALOGUE.length);
  });

  test("a changed title is found by its new words only", () => {
    const own = new CatalogueIndex();
    own.put([product("A", "Aurora lamp")]);
    own.put([product("A", "Borealis lantern")]);
    expect(own.likeliest({ title: "Borealis lantern" }, 5).map(({ sku }) => sku)).toEqual(["A"]);
    expect(own.likeliest({ title: "Aurora" }, 5)).toEqual([]);
    expect(own.size).toBe(1);
  });
});

test("the trained weights are of the features that are computed", () => {
  expect(MATCH_MODEL.features).toEqual([...FEATURES]);
});

describe("packs", () => {
  test.each([
    ["cola 6 x 0,33 l", { quantity: 1980, unit: "ml" }],
    ["coffee 500 g", { quantity: 500, unit: "g" }],
    ["coffee 0.5kg", { quantity: 500, unit: "g" }],
    ["razor blades 8 pcs", { quantity: 8, unit: "piece" }],
    ["aurora lamp", null],
  ])("%s", (title, pack) => {
    expect(packOf(title)).toEqual(pack);
  });

  test("how many of the other's packs one holds", () => {
    expect(packFactor(packOf("6 x 330 ml"), packOf("33 cl"))).toBe(6);
    expect(packFactor(packOf("6 x 330 ml"), packOf("330 g"))).toBeNull();
  });
});
