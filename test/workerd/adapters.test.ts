import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, it } from "vitest";
import { addProducts, call, offersOf, receiptOf } from "./support.ts";

const secrets = new Map<string, string>();

beforeAll(async () => {
  await addProducts({ sku: "AD-1", gtin: "4006381333931" }, { sku: "AD-2" }, { sku: "AD-3" });
  for (const format of ["changedetection", "apify", "jsonld"]) {
    const { body } = await call<{ secret: string }>("POST", "/api/sources", { id: format, format });
    secrets.set(format, body.secret);
  }
  const mapped = [
    { competitor: "kettles.example", url: "https://kettles.example/1", sku: "AD-2" },
    { competitor: "market.example", competitorSku: "B0", sku: "AD-3" },
  ];
  for (const mapping of mapped)
    expect(await call("POST", "/api/mappings", mapping)).toMatchObject({ status: 201 });
});

async function hook(source: string, id: string, body: unknown) {
  const payload = JSON.stringify(body);
  const now = new Date();
  return call("POST", `/api/hooks/${source}`, payload, {
    authorization: "",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secrets.get(source)!).sign(id, now, payload),
  });
}

describe("a webhook in another's format", () => {
  it.each([
    [
      "changedetection",
      { watch_url: "https://kettles.example/1", restock: { price: 97, currency: "EUR", in_stock: true } },
      "AD-2",
      { competitor: "kettles.example", price: 9_700, availability: "in_stock" },
    ],
    [
      "apify",
      [
        {
          url: "https://market.example/dp/B0",
          asin: "B0",
          price: { value: 98.5, currency: "EUR" },
          inStock: false,
        },
      ],
      "AD-3",
      { competitor: "market.example", price: 9_850, availability: "out_of_stock" },
    ],
    [
      "jsonld",
      {
        "@type": "Product",
        gtin13: "4006381333931",
        url: "https://pens.example/p",
        offers: { price: "99.00", priceCurrency: "EUR" },
      },
      "AD-1",
      { competitor: "pens.example", price: 9_900, availability: "unknown" },
    ],
  ])("%s becomes an offer", async (source, body, sku, offer) => {
    expect(await hook(source, `${source}-1`, body)).toMatchObject({ status: 202, body: { received: 1 } });
    expect(await receiptOf(`${source}-1`)).toMatchObject({ accepted: 1, problems: [] });
    expect(await offersOf(sku)).toMatchObject([offer]);
  });

  it("of another form is refused as a whole, a wrong row by itself", async () => {
    expect(await hook("apify", "apify-2", { eventType: "TEST" })).toMatchObject({
      status: 422,
      body: { code: "invalid" },
    });
    const rows = [{ url: "https://market.example/dp/B0", asin: "B0", price: "free" }];
    expect(await hook("apify", "apify-3", rows)).toMatchObject({ status: 202 });
    expect((await receiptOf("apify-3")).problems).toMatchObject([{ row: 0, code: "non_positive_price" }]);
  });
});
