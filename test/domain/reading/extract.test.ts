import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { extractProduct } from "../../../domain/reading/page/extract.ts";

const URL = "https://shop.example/lamps/aurora-desk-lamp-10223344";

const ldJson = (value: unknown) => `<script type="application/ld+json">${JSON.stringify(value)}</script>`;
const page = (body: string, head = "", lang = "en") =>
  `<!doctype html><html lang="${lang}"><head><title>Aurora desk lamp | Shop</title>${head}</head><body><h1>Aurora desk lamp</h1>${body}</body></html>`;
const product = (offers: unknown, more: object = {}) => ({
  ...{ "@context": "https://schema.org", "@type": "Product", name: "Aurora desk lamp", offers, ...more },
});
const read = (html: string) => extractProduct(html, URL);

describe("JSON-LD", () => {
  test("a product with one offer", () => {
    const offer = {
      "@type": "Offer",
      price: 49.9,
      priceCurrency: "EUR",
      availability: "https://schema.org/InStock",
      seller: { name: "Lamps & Co" },
    };
    const more = {
      sku: "AU-1",
      gtin13: "4006381333931",
      mpn: "DL-7",
      brand: { "@type": "Brand", name: "Aurora" },
    };
    expect(read(page("<p class=price>49,90 €</p>", ldJson(product(offer, more))))).toMatchObject({
      ...{
        price: "49.9",
        currency: "EUR",
        availability: "in_stock",
        title: "Aurora desk lamp",
        how: "jsonld",
      },
      ...{ brand: "Aurora", sku: "AU-1", gtin: "4006381333931", mpn: "DL-7", seller: "Lamps & Co" },
    });
  });

  test.each([
    ["a decimal comma", { price: "49,90", priceCurrency: "EUR" }, "49.90"],
    ["a sign in the price", { price: "€49.90" }, "49.90"],
    ["groups", { price: "1,049.90", priceCurrency: "USD" }, "1049.90"],
    [
      "a price within a specification",
      { priceSpecification: { price: "49.90", priceCurrency: "EUR" } },
      "49.90",
    ],
    [
      "a range",
      { "@type": "AggregateOffer", lowPrice: "49.90", highPrice: "59.90", priceCurrency: "EUR" },
      "49.90",
    ],
    [
      "offers within a range",
      { "@type": "AggregateOffer", lowPrice: 1, offers: [{ price: 52 }, { price: 49.9 }] },
      "49.9",
    ],
  ])("%s", (_, offer, price) => {
    expect(read(page("", ldJson(product({ "@type": "Offer", ...offer })))).price).toBe(price);
  });

  test("a graph, with other products in a list", () => {
    const other = {
      "@type": "ListItem",
      item: { "@type": "Product", name: "Borealis lamp", offers: { price: 9 } },
    };
    const graph = [
      { "@type": "WebPage" },
      { "@type": "ItemList", itemListElement: [other] },
      product({ price: 49, priceCurrency: "EUR" }),
    ];
    expect(read(page("", ldJson({ "@graph": graph }))).price).toBe("49");
  });

  test("the list price and prices for a unit are told apart from the price", () => {
    const specifications = [
      { "@type": "UnitPriceSpecification", priceType: "https://schema.org/ListPrice", price: 69.9 },
      { "@type": "UnitPriceSpecification", price: 4.99, referenceQuantity: { unitCode: "KGM", value: 1 } },
      { "@type": "UnitPriceSpecification", price: 49.9 },
    ];
    const offer = { "@type": "Offer", priceCurrency: "EUR", priceSpecification: specifications };
    expect(read(page("", ldJson(product(offer))))).toMatchObject({ price: "49.9", listPrice: "69.9" });
  });

  test("of a group the variant that the address names", () => {
    const variant = (sku: string, price: number) => ({
      "@type": "Product",
      name: `Aurora ${sku}`,
      sku,
      offers: { price, priceCurrency: "EUR" },
    });
    const group = {
      "@type": "ProductGroup",
      name: "Aurora desk lamp",
      hasVariant: [variant("10223300", 39), variant("10223344", 49)],
    };
    expect(read(page("", ldJson(group)))).toMatchObject({ price: "49", sku: "10223344" });
  });

  test("a size that is sold out does not make the product so", () => {
    const offers = [
      { price: 49, availability: "OutOfStock" },
      { price: 49, availability: "InStock" },
    ];
    expect(read(page("", ldJson(product(offers)))).availability).toBe("in_stock");
  });

  test("what templates break is mended", () => {
    const broken = `{"@type":"Product","name":"Aurora desk lamp",\n"description":"two\nlines","offers":{"price":"49.90","priceCurrency":"EUR",},}`;
    expect(read(page("", `<script type="application/ld+json">${broken}</script>`)).price).toBe("49.90");
  });

  test("thousands or three decimals: the visible price tells, else none is told", () => {
    const doubtful = ldJson(product({ price: "1.299", priceCurrency: "EUR" }));
    expect(read(page("", doubtful)).price).toBeUndefined();
    expect(read(page("<p class=price>1.299,00 €</p>", doubtful, "de")).price).toBe("1299");
  });

  test("a wrong check digit is no GTIN", () => {
    expect(read(page("", ldJson(product({ price: 1 }, { gtin: "4006381333932" })))).gtin).toBeUndefined();
  });
});

describe("other structured data", () => {
  test("microdata", () => {
    const html = `<div itemscope itemtype="http://schema.org/Product"><span itemprop=name>Aurora desk lamp</span>
      <meta itemprop=sku content="AU-1"><div itemprop=offers itemscope itemtype="http://schema.org/Offer">
      <span itemprop=price content="49.90">49,90 €</span><meta itemprop=priceCurrency content=EUR>
      <link itemprop=availability href="http://schema.org/OutOfStock"></div></div>`;
    expect(read(page(html))).toMatchObject({
      ...{ price: "49.90", currency: "EUR", availability: "out_of_stock", sku: "AU-1", how: "microdata" },
    });
  });

  test("RDFa", () => {
    const html = `<div vocab="https://schema.org/" typeof="Product"><b property="name">Aurora desk lamp</b>
      <div property="offers" typeof="Offer"><span property="price" content="49.90"></span>
      <span property="priceCurrency" content="EUR"></span></div></div>`;
    expect(read(page(html))).toMatchObject({ price: "49.90", currency: "EUR", how: "microdata" });
  });

  test("Open Graph", () => {
    const head = `<meta property="product:price:amount" content="49.90"><meta property="product:price:currency" content="EUR">
      <meta property="product:availability" content="out of stock"><meta property="product:retailer_item_id" content="AU-1">`;
    expect(read(page("", head))).toMatchObject({
      ...{ price: "49.90", currency: "EUR", availability: "out_of_stock", sku: "AU-1", how: "opengraph" },
    });
  });

  test.each([
    [
      "a front end's state",
      `window.__INITIAL_STATE__ = {"page":{"product":{"name":"Aurora desk lamp","price":{"value":49.9,"currency":"EUR"},"inStock":false}}};`,
    ],
    [
      "the state of Next.js",
      `{"props":{"pageProps":{"product":{"title":"Aurora desk lamp","salePrice":49.9,"currency":"EUR","availability":"out of stock"}}}}`,
    ],
    [
      "Shopify's product, in hundredths",
      `var product = {"title":"Aurora desk lamp","handle":"aurora","price":4990,"currency":"EUR","available":false,"variants":[{"id":1}]};`,
    ],
  ])("%s", (_, script) => {
    const answer = read(page("", `<script>${script}</script>`));
    expect(answer).toMatchObject({
      price: "49.9",
      currency: "EUR",
      availability: "out_of_stock",
      how: "state",
    });
  });
});

describe("visible text", () => {
  test("the price near the heading, not the crossed-out one, shipping or other products", () => {
    const others = Array.from(
      { length: 6 },
      (_, i) => `<li><a href="/x${i}"><span class="price">${i + 3},99 €</span></a></li>`,
    );
    const html = `<div class="product-price"><del class="old-price">69,90 €</del> <span class="price">49,90 €</span></div>
      <p class="shipping-cost">+ 4,90 € Versand</p><button>In den Warenkorb</button><ul class="related">${others.join("")}</ul>`;
    expect(read(page(html, "", "de"))).toMatchObject({
      ...{ price: "49.90", listPrice: "69.90", currency: "EUR", availability: "in_stock", how: "text" },
    });
  });

  test("a price in parts", () => {
    const html = `<div class="price"><span>49</span><sup>90</sup> <span>€</span></div><button>Add to cart</button>`;
    expect(read(page(html)).price).toBe("49.90");
  });

  test("sold out, with words only", () => {
    expect(read(page(`<div class="availability">Derzeit nicht verfügbar.</div>`))).toMatchObject({
      ...{ availability: "out_of_stock", confidence: 0 },
    });
  });

  test("a labelled number", () => {
    expect(read(page("<p>Artikel-Nr.: 88-1204</p><p>EAN: 4006381333931</p>"))).toMatchObject({
      ...{ sku: "88-1204", gtin: "4006381333931" },
    });
  });

  test("a page without a price tells none", () => {
    const answer = read(page("<p>Thank you for 20 years!</p>"));
    expect(answer.price).toBeUndefined();
    expect(answer).toMatchObject({ availability: "unknown", confidence: 0 });
  });
});

describe("hostile pages", () => {
  test.each([
    ["nothing", ""],
    ["no HTML", "{}"],
    ["a million open elements", "<div class=price>".repeat(100_000)],
    ["a million closed elements", "</div>".repeat(100_000)],
    ["a long attribute", `<div class="${"price ".repeat(50_000)}">1 €</div>`],
    ["nested items", "<div itemscope itemprop=offers itemtype='http://schema.org/Product'>".repeat(20_000)],
    ["nested JSON", `<script type="application/ld+json">${"[".repeat(50_000)}</script>`],
    ["an endless script", `<script>var x = ${'{"price":'.repeat(50_000)}`],
    ["many prices", "<span class=price>12,90 €</span>".repeat(20_000)],
    ["many labels", "<p>SKU: </p>".repeat(20_000)],
  ])("%s", (_, html) => {
    expect(read(html).confidence).toBeLessThanOrEqual(1);
  });

  test("pages with anything cut out or put in", () => {
    const whole = page(
      `<div itemscope itemtype="http://schema.org/Product"><span itemprop=price>49,90 €</span></div><p>SKU: A-1</p>`,
      ldJson(product({ price: 49.9, priceCurrency: "EUR", availability: "InStock" })),
    );
    const at = fc.integer({ min: 0, max: whole.length });
    fc.assert(
      fc.property(at, at, fc.string({ unit: "binary", maxLength: 20 }), (from, to, put) => {
        const { price } = read(whole.slice(0, from) + put + whole.slice(to));
        if (price !== undefined) expect(price).toMatch(/^\d+(\.\d+)?$/);
      }),
    );
  });
});
