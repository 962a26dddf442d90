import { describe, expect, test } from "vitest";
import { competitorKey, sellerName, tidyName } from "../../../domain/intake/competitor-name.ts";
import { pageAddress } from "../../../domain/intake/page-address.ts";

describe("a competitor is the same", () => {
  test.each([
    ["Müller", "Mu\u0308ller"],
    ["ACME", " acme "],
    ["acme  shop", "Acme\u00a0Shop"],
    ["shop.example", "www.Shop.example"],
    ["shop.example", "https://www.shop.example/"],
    ["shop.example", "http://shop.example/p/1"],
  ])("as %s and as %s", (one, other) => expect(competitorKey(one)).toBe(competitorKey(other)));

  test.each([
    ["shop.example", "shop2.example"],
    ["acme", "acme 2"],
    ["shop.example", "de.shop.example"],
  ])("but not as %s and as %s", (one, other) => expect(competitorKey(one)).not.toBe(competitorKey(other)));

  test("and is shown as it was written first", () => {
    expect(tidyName("  Mu\u0308ller\u200b & Söhne ")).toBe("Müller & Söhne");
    expect(sellerName(" Bücher  GmbH", "market")).toBe("Bücher GmbH");
    expect(sellerName("ACME", "acme")).toBeNull();
  });
});

describe("a page is the same", () => {
  const page = "https://shop.example/p/1";
  test.each([
    `${page}?utm_source=x&gclid=1#top`,
    "http://www.shop.example/p/1/",
    "HTTPS://Shop.example:443/p/1",
    "//shop.example/p/1",
  ])("at %s", (url) => expect(pageAddress(url)).toBe(pageAddress(page)));

  test("with its own parameters in any order", () => {
    expect(pageAddress(`${page}?size=L&color=red`)).toBe(pageAddress(`${page}?color=red&size=L&fbclid=x`));
    expect(pageAddress(`${page}?color=red`)).not.toBe(pageAddress(page));
  });

  test("and text that is not an address stays as it is", () => expect(pageAddress(" p-1 ")).toBe("p-1"));
});
