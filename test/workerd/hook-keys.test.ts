import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, it } from "vitest";
import { addProducts, call, observation, offersOf, receiptOf } from "./support.ts";

const AGO = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
let key = "";

async function keyOf(body: object): Promise<string> {
  const made = await call<{ key: string }>("POST", "/api/keys", { scopes: ["ingest"], ...body });
  expect(made.status).toBe(201);
  return made.body.key;
}

async function sourceOf(id: string, format: string, more: object = {}): Promise<string> {
  const { body } = await call<{ secret: string }>("POST", "/api/sources", { id, format, ...more });
  return body.secret;
}

async function hook(source: string, body: unknown, headers: Record<string, string>, query = "") {
  return call<{ batchId: string; received: number }>("POST", `/api/hooks/${source}${query}`, body, {
    authorization: "",
    ...headers,
  });
}

/** Posts with the key and waits; answers the receipt. */
async function posted(source: string, body: unknown) {
  const { status, body: accepted } = await hook(source, body, { authorization: `Bearer ${key}` });
  expect(status).toBe(202);
  return receiptOf(accepted.batchId, "done", source);
}

beforeAll(async () => {
  key = await keyOf({ name: "scraper" });
  await addProducts(
    { sku: "HK-1" },
    { sku: "HK-2", gtin: "4012345678918" },
    { sku: "HK-3" },
    { sku: "HK-4" },
    { sku: "HK-5" },
  );
  for (const format of ["changedetection", "apify", "jsonld"]) await sourceOf(format, format);
  await sourceOf("signed", "pricewright");
  const mappings = { 1: "HK-1", 2: "HK-4", 3: "HK-5" };
  for (const [page, sku] of Object.entries(mappings)) {
    const mapping = { competitor: "shop.example", url: `https://shop.example/p/${page}`, sku };
    expect((await call("POST", "/api/mappings", mapping)).status).toBe(201);
  }
});

describe("who may post to a hook", () => {
  const restock = {
    watch_url: "https://www.shop.example/p/1/?utm_source=x#top",
    restock: { price: 49.9, currency: "EUR", in_stock: true },
  };

  it.each([
    ["a key as bearer", () => ({ authorization: `Bearer ${key}` })],
    ["a key as password of basic authentication", () => ({ authorization: `Basic ${btoa(`cdio:${key}`)}` })],
  ])("%s", async (_, headers) => {
    expect(await hook("changedetection", restock, headers())).toMatchObject({
      status: 202,
      body: { received: 1 },
    });
  });

  it("nobody without a key, or with an unknown one, and no token unless the source allows it", async () => {
    expect((await hook("changedetection", restock, {})).status).toBe(401);
    expect((await hook("changedetection", restock, { authorization: "Bearer nonsense" })).status).toBe(401);
    expect((await hook("changedetection", restock, {}, `?token=${key}`)).status).toBe(401);
    await sourceOf("by-token", "changedetection", { allowToken: true });
    expect((await hook("by-token", restock, {}, `?token=${key}`)).status).toBe(202);
  });

  it("whoever signs, also under the names of Svix", async () => {
    const secret = await sourceOf("svix", "pricewright");
    const payload = JSON.stringify({ observations: [] });
    const now = new Date();
    const headers = {
      "svix-id": "msg_1",
      "svix-timestamp": String(Math.floor(now.getTime() / 1000)),
      "svix-signature": new Webhook(secret).sign("msg_1", now, payload),
    };
    expect(await hook("svix", payload, headers)).toMatchObject({ status: 202, body: { batchId: "msg_1" } });
  });

  it("a key that is given sources only as these; nobody under a signed source's name", async () => {
    const own = await keyOf({ name: "own", sources: ["mine"] });
    const post = (source: string, by: string) =>
      call(
        "POST",
        "/api/ingest/observations",
        { source, observations: [] },
        { authorization: `Bearer ${by}` },
      );
    expect((await post("mine", own)).status).toBe(202);
    expect((await post("theirs", own)).status).toBe(403);
    expect((await post("signed", key)).status).toBe(403);
    expect((await post("signed", await keyOf({ name: "given", sources: ["signed"] }))).status).toBe(202);
    expect((await hook("changedetection", restock, { authorization: `Bearer ${own}` })).status).toBe(403);
  });
});

describe("what tools send", () => {
  it("changedetection.io: templates' None, signs, floats, times without a zone, Apprise's text", async () => {
    const watch_url = "http://shop.example/p/2";
    await posted("changedetection", {
      watch_url,
      price: "98.00",
      currency: "€",
      in_stock: "True",
      timestamp: AGO(9),
    });
    const sold = { watch_url, price: "None", currency: "None", in_stock: "False", timestamp: AGO(8) };
    expect(await posted("changedetection", sold)).toMatchObject({ accepted: 1, problems: [] });
    expect(await offersOf("HK-4")).toMatchObject([{ price: 9800, availability: "out_of_stock" }]);
    const float = {
      watch_url,
      price: "96.69999999999999",
      currency: "EUR",
      timestamp: "2026-11-29 14:00:00",
    };
    const receipt = await posted("changedetection", float);
    expect(receipt.problems).toMatchObject([{ code: "ignored_field", path: "timestamp", warning: true }]);
    const message = `${watch_url} has changed\n---\n(changed) was 99,00 €\n(into) 95,00 €\n---`;
    expect(
      await posted("changedetection", { version: "1.0", title: "x", message, type: "info" }),
    ).toMatchObject({ accepted: 1 });
    expect(await offersOf("HK-4")).toMatchObject([{ price: 9500 }]);
  });

  it("Apify: words for availability, numeric times, and more than a thousand items", async () => {
    const item = { url: "https://rival.example/1", gtin: "4012345678918", currency: "EUR" };
    await posted("apify", [{ ...item, price: 98, inStock: true, scrapedAt: AGO(60) }]);
    await posted("apify", [{ ...item, price: 92, scrapedAt: Date.now() - 2 * 86_400_000 }]);
    expect(await offersOf("HK-2")).toMatchObject([{ price: 9800 }]);
    await posted("apify", [{ ...item, price: 79, availability: "Out of stock", scrapedAt: AGO(5) }]);
    expect(await offersOf("HK-2")).toMatchObject([{ price: 7900, availability: "out_of_stock" }]);
    const many = Array.from({ length: 1_001 }, (_, i) => ({
      ...item,
      price: 98,
      scrapedAt: Date.now() - 86_400_000 - i * 1000,
    }));
    const { body } = await hook("apify", many, { authorization: `Bearer ${key}` });
    expect(body.received).toBe(1_001);
    expect(await receiptOf(`${body.batchId}.2`, "done", "apify")).toMatchObject({ received: 1 });
    const named = await hook(
      "apify",
      { resource: { defaultDatasetId: "abc" } },
      { authorization: `Bearer ${key}` },
    );
    expect(named).toMatchObject({ status: 422, body: { detail: expect.stringContaining("APIFY_TOKEN") } });
  });

  it("JSON-LD: prices as pages write them, list prices told apart, sellers as offers of their own", async () => {
    const jsonld = {
      "@type": "Product",
      name: "Kettle",
      offers: [
        {
          "@type": "Offer",
          price: "98,90",
          priceCurrency: "EUR",
          seller: { name: "A" },
          availability: "InStock",
        },
        {
          "@type": "Offer",
          seller: { name: "B" },
          priceSpecification: [
            {
              "@type": "UnitPriceSpecification",
              priceType: "https://schema.org/ListPrice",
              price: 120,
              priceCurrency: "EUR",
            },
            { "@type": "UnitPriceSpecification", price: "€97.50", priceCurrency: "EUR" },
          ],
        },
      ],
    };
    const url = "https://shop.example/p/3?gclid=1";
    expect(await posted("jsonld", { url, observedAt: AGO(1), jsonld })).toMatchObject({
      accepted: 2,
      problems: [],
    });
    const { body } = await call<{ items: { price: string; sellers: unknown[] }[] }>(
      "GET",
      "/api/products/HK-5/offers",
    );
    expect(body.items[0]).toMatchObject({ seller: "B", price: "97.50" });
    expect(body.items[0]!.sellers.length).toBeGreaterThan(1);
  });
});

it("an id is one of its source and kind: two shops' events, and two kinds' batches", async () => {
  const event = (quantity: number, more: object = {}) => ({
    ...{ id: "1001", type: "purchase", sku: "HK-3", sessionId: "a", quantity, at: AGO(20) },
    ...more,
  });
  for (const [source, quantity] of [
    ["shop-de", 1],
    ["shop-fr", 3],
  ] as const) {
    const sent = await call("POST", "/api/ingest/events", {
      batchId: "ids",
      source,
      events: [event(quantity)],
    });
    expect(sent.status).toBe(202);
    expect(await receiptOf("ids", "done", source)).toMatchObject({ accepted: 1 });
  }
  const gift = event(1, { id: "1002", price: 0 });
  await call("POST", "/api/ingest/events", { batchId: "gift", source: "shop-de", events: [gift] });
  expect(await receiptOf("gift", "done", "shop-de")).toMatchObject({ accepted: 1 });
  const { body } = await call<{ items: { units: number }[] }>("GET", "/api/products/HK-3/demand");
  expect(body.items.reduce((sum, { units }) => sum + units, 0)).toBe(5);
  const both = { batchId: "both", source: "shop-de" };
  expect((await call("POST", "/api/ingest/events", { ...both, events: [] })).status).toBe(202);
  const rows = [observation("HK-3", 98)];
  expect((await call("POST", "/api/ingest/observations", { ...both, observations: rows })).status).toBe(202);
  expect((await call("GET", "/api/ingest/batches/both?source=shop-de")).status).toBe(409);
  const kind = await call("GET", "/api/ingest/batches/both?source=shop-de&kind=observations");
  expect(kind).toMatchObject({ status: 200, body: { received: 1 } });
});

it("competitors are merged, and left out, at once", async () => {
  await addProducts({ sku: "MG-1" });
  const rows = [
    observation("MG-1", 80, { competitor: "Bolt" }),
    observation("MG-1", 82, { competitor: "Bolt Inc" }),
  ];
  await call("POST", "/api/ingest/observations", { batchId: "mg", source: "mg", observations: rows });
  await receiptOf("mg", "done", "mg");
  expect(await offersOf("MG-1")).toHaveLength(2);
  const again = observation("MG-1", 81, { competitor: " BOLT ", observedAt: AGO(0) });
  await call("POST", "/api/ingest/observations", { batchId: "mg2", source: "mg", observations: [again] });
  await receiptOf("mg2", "done", "mg");
  expect(await offersOf("MG-1")).toHaveLength(2);
  const merged = await call("POST", "/api/competitors/Bolt%20Inc/merge", { into: "Bolt" });
  expect(merged).toMatchObject({ status: 200, body: { id: "Bolt" } });
  const late = observation("MG-1", 83, { competitor: "bolt inc", observedAt: AGO(0) });
  await call("POST", "/api/ingest/observations", { batchId: "mg3", source: "mg", observations: [late] });
  await receiptOf("mg3", "done", "mg");
  const { body } = await call<{ items: { competitor: string }[] }>("GET", "/api/products/MG-1/offers");
  expect(body.items.map(({ competitor }) => competitor)).toEqual(["Bolt"]);
  const moves = await call<{ items: unknown[] }>("GET", "/api/movements");
  expect(moves.status).toBe(200);
});
