import { describe, expect, test } from "vitest";
import { readApify } from "../../../../domain/intake/adapters/apify.ts";
import { readChangeDetection } from "../../../../domain/intake/adapters/changedetection.ts";
import { readJsonLd } from "../../../../domain/intake/adapters/jsonld.ts";

const receivedAt = "2026-06-15T12:00:00.000Z";
const context = { receivedAt, sourceId: "s" };

describe("changedetection", () => {
  test("a watch in restock mode", () => {
    const body = {
      watch_uuid: "6b8f0a52-7a10-4f2b-9d7e-0d8c7a3f5e11",
      watch_url: "https://www.kettleworld.example/p/4711?ref=x",
      watch_title: "Gooseneck kettle 1 l",
      restock: { price: 59.9, currency: "EUR", in_stock: true },
      diff_url: "https://changes.example/diff/6b8f0a52",
    };
    expect(readChangeDetection(body, context)).toEqual([
      {
        url: "https://www.kettleworld.example/p/4711?ref=x",
        competitor: "kettleworld.example",
        price: 59.9,
        currency: "EUR",
        availability: true,
        title: "Gooseneck kettle 1 l",
        observedAt: receivedAt,
      },
    ]);
  });

  test("a watched element: the line of its snapshot that shows a number", () => {
    const body = {
      watch_url: "https://shop.example/a",
      current_snapshot: "Our price today\n  1.299,00 €  \nfree shipping from 50 €",
      timestamp: "2026-06-15T11:30:00Z",
    };
    expect(readChangeDetection(body, context)).toEqual([
      {
        ...{ url: "https://shop.example/a", competitor: "shop.example" },
        ...{ priceText: "1.299,00 €", observedAt: "2026-06-15T11:30:00Z" },
      },
    ]);
  });

  test.each([[[]], ["text"], [{ message: "no address" }], [null]])("%j has another form", (body) => {
    expect(readChangeDetection(body, context)).toBeNull();
  });
});

describe("apify", () => {
  test("flat items, by webhook or as they are", () => {
    const item = {
      url: "https://www.bigmarket.example/dp/B0KETTLE",
      asin: "B0KETTLE",
      title: "Kettle",
      price: { value: 49.99, currency: "$" },
      inStock: false,
      seller: "Kettles Ltd",
      scrapedAt: "2026-06-15T10:00:00.000Z",
    };
    const row = {
      competitorSku: "B0KETTLE",
      url: item.url,
      competitor: "bigmarket.example",
      priceText: "49.99 $",
      availability: false,
      title: "Kettle",
      seller: "Kettles Ltd",
      observedAt: "2026-06-15T10:00:00.000Z",
    };
    expect(readApify([item, "noise"], context)).toEqual([row]);
    const webhook = { eventType: "ACTOR.RUN.SUCCEEDED", resource: { defaultDatasetId: "d1" }, items: [item] };
    expect(readApify(webhook, context)).toEqual([row]);
    expect(readApify([{ ...item, price: "49,99 €" }], context)).toMatchObject([{ priceText: "49,99 €" }]);
  });

  test("items with schema.org offers", () => {
    const item = {
      url: "https://store.example/products/kettle",
      name: "Kettle",
      gtin13: "4006381333931",
      offers: { price: "39.00", priceCurrency: "EUR", availability: "https://schema.org/InStock" },
    };
    expect(readApify([item], context)).toEqual([
      {
        gtin: "4006381333931",
        url: item.url,
        competitor: "store.example",
        price: "39.00",
        currency: "EUR",
        availability: "https://schema.org/InStock",
        title: "Kettle",
        observedAt: receivedAt,
      },
    ]);
  });

  test("a webhook without items has another form", () => {
    expect(readApify({ eventType: "ACTOR.RUN.SUCCEEDED", resource: {} }, context)).toBeNull();
  });
});

test("of a changed line of changedetection what it became", () => {
  const message = "https://a.example/1 had a change.\n---\n(changed) 59,90 €\n(into) 49,90 €\n---";
  expect(readChangeDetection({ title: "Change", message, type: "info" }, context)).toMatchObject([
    { priceText: "49,90 €" },
  ]);
});

test.each([
  ["Sat, 28 Nov 2026 06:37:59 GMT", Date.UTC(2026, 10, 28, 6, 37, 59)],
  ["28 Nov 2026 06:37:59 +0200", Date.UTC(2026, 10, 28, 4, 37, 59)],
  ["2026-11-28 06:37:59 UTC", "2026-11-28T06:37:59Z"],
])("the time %s of an item", (scrapedAt, observedAt) => {
  expect(readApify([{ url: "https://a.example/1", price: 1, scrapedAt }], context)).toMatchObject([
    { observedAt },
  ]);
});

test("a time that only looks like a mail's is the time of receipt", () => {
  const item = { url: "https://a.example/1", price: 1, scrapedAt: "32 Abc 2026 06:37:59 GMT" };
  expect(readApify([item], context)).toMatchObject([{ observedAt: receivedAt }]);
});

describe("JSON-LD as pages have it", () => {
  const product = (offers: unknown) => ({ "@type": "Product", gtin: "4006381333931", offers });
  const read = (jsonld: unknown) => readJsonLd({ url: "https://a.example/1", jsonld }, context);

  test.each([
    [["49.90"]],
    [{ "@value": "49.90" }],
    [[{ "@type": "xsd:decimal", "@value": "49.90" }]],
  ])("the price %j", (price) => {
    expect(read(product({ price, priceCurrency: ["EUR"] }))).toMatchObject([
      { price: "49.90", currency: "EUR" },
    ]);
  });

  test("the text of its script element, or a list of such texts", () => {
    const text = JSON.stringify(product({ price: "49.90" }));
    expect(read(text)).toHaveLength(1);
    expect(read(['{"@type":"WebPage"}', text])).toHaveLength(1);
    expect(read("{")).toBeNull();
    expect(read("[".repeat(100_000))).toBeNull();
  });

  test("of offers that nothing tells apart the cheapest that can be bought", () => {
    const offers = [
      { price: "69,90" },
      { price: "39,90", availability: "https://schema.org/SoldOut" },
      { price: "49,90" },
    ];
    expect(read(product({ "@type": "AggregateOffer", priceCurrency: "EUR", offers }))).toMatchObject([
      { priceText: "49,90", currency: "EUR" },
    ]);
    const two = [
      { price: "69.90", seller: { name: "A" } },
      { price: "49.90", seller: { name: "B" } },
    ];
    expect(read(product(two))).toHaveLength(2);
  });
});

describe("jsonld", () => {
  const product = {
    "@context": "https://schema.org",
    "@type": "Product",
    name: "Chef's knife, 20 cm",
    sku: "KN-20",
    offers: [
      { "@type": "Offer", price: 99, priceCurrency: "EUR", availability: "http://schema.org/OutOfStock" },
      {
        "@type": "Offer",
        priceSpecification: { price: "101.50", priceCurrency: "EUR" },
        seller: { "@type": "Organization", name: "Second Hand" },
        availability: "PreOrder",
      },
    ],
  };

  test("a page's product with two offers, in a graph", () => {
    const page = {
      url: "https://www.knives.example/kn-20",
      jsonld: { "@graph": [{ "@type": "WebPage" }, product] },
    };
    const both = { competitorSku: "KN-20", url: page.url, competitor: "knives.example", currency: "EUR" };
    const rest = { title: "Chef's knife, 20 cm", observedAt: receivedAt };
    expect(readJsonLd(page, context)).toEqual([
      { ...both, price: 99, availability: "http://schema.org/OutOfStock", ...rest },
      { ...both, price: "101.50", availability: "PreOrder", seller: "Second Hand", ...rest },
    ]);
  });

  test("a range of prices is its lowest", () => {
    const offers = { "@type": "AggregateOffer", lowPrice: "12.00", highPrice: "15.00", priceCurrency: "EUR" };
    const body = [{ "@type": ["Product", "Thing"], name: "Pan", url: "https://pans.example/1", offers }];
    expect(readJsonLd(body, context)).toMatchObject([{ price: "12.00", competitor: "pans.example" }]);
  });

  test.each([[{ "@type": "Recipe" }], [[]], ["text"]])("%j has another form", (body) => {
    expect(readJsonLd(body, context)).toBeNull();
  });
});
