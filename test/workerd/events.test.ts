import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { addProducts, call, receiptOf } from "./support.ts";

const MINUTE = 60_000;
const today = new Date().toISOString().slice(0, 10);
let ids = 0;

beforeAll(async () => {
  await addProducts(
    ...["E-1", "E-2", "E-3", "E-4", "E-5", "E-6", "E-WHO"].map((sku) => ({ sku, price: 2_000 })),
  );
});

/** An event of a minute ago, with an id of its own. */
function event(type: string, more: Record<string, unknown> = {}) {
  const at = new Date(Date.now() - MINUTE).toISOString();
  return { id: `event-${ids++}`, type, sku: "E-1", sessionId: "s-1", at, ...more };
}

async function postEvents(batchId: string, events: unknown[], source = "shop") {
  const { status } = await call("POST", "/api/ingest/events", { source, batchId, events });
  expect(status).toBe(202);
  return receiptOf(batchId, "done", source);
}

async function demandOf(sku: string) {
  const { body } = await call<{ items: Record<string, unknown>[] }>("GET", `/api/products/${sku}/demand`);
  return body.items;
}

async function behaviourOf(sku: string, window: string) {
  const path = `/api/products/${sku}/behaviour?window=${window}`;
  return (await call<{ items: Record<string, unknown>[] }>("GET", path)).body.items;
}

describe("events of the shop", () => {
  it("become the day's demand, once for each id", async () => {
    const bought = event("purchase", { quantity: 2, price: "18.00" });
    const events = [
      event("product_view", { device: "mobile" }),
      event("view"),
      event("cart", { device: "desktop" }),
      bought,
      event("purchase", { at: Math.floor(Date.now() / 1000) }),
    ];
    expect(await postEvents("e-1", events)).toMatchObject({ accepted: 5, problems: [] });
    const day = { day: today, units: 3, revenue: "56.00", price: "18.67", views: 2, carts: 1, promo: false };
    expect(await demandOf("E-1")).toEqual([day]);
    expect(await postEvents("e-2", [bought, event("view")])).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(await demandOf("E-1")).toEqual([{ ...day, views: 3 }]);
    const row = await env.DB.prepare("SELECT units, views FROM demand_days WHERE sku = 'E-1'").first();
    expect(row).toMatchObject({ units: 3 });
  });

  it("say how many were there, with what, and how many of them bought", async () => {
    const at = Date.now() - MINUTE;
    const of = (type: string, sessionId: string, device?: string) =>
      event(type, { sku: "E-WHO", sessionId, device, at });
    const seen = [of("view", "a", "mobile"), of("view", "a", "mobile"), of("view", "b", "desktop")];
    const done = [of("view", "c"), of("purchase", "b", "desktop")];
    expect(await postEvents("e-who", [...seen, ...done])).toMatchObject({ accepted: 5 });
    const visitorsByDevice = { mobile: 1, desktop: 1, tablet: 0, unknown: 1 };
    for (const window of ["5m", "1h", "1d"])
      expect(await behaviourOf("E-WHO", window)).toMatchObject([
        { views: 4, purchases: 1, conversion: 0.25, visitors: 3, visitorsByDevice },
      ]);
  });

  it("of what is sold by weight count to three decimals; pieces are whole", async () => {
    const kilo = { sku: "E-KG", title: "Apples", category: "fruit", price: "3.99", quantityUnit: "kg" };
    expect((await call("POST", "/api/products", kilo)).status).toBe(201);
    const sold = (quantity: unknown, sku = "E-KG", price?: string) =>
      event("purchase", { sku, quantity, ...(price === undefined ? {} : { price }) });
    const rows = [sold(0.1), sold("0,2"), sold(0.75, "E-KG", "0,00 €"), sold(0.0001), sold(0.75, "E-1")];
    expect(await postEvents("e-kg", rows)).toMatchObject({
      accepted: 3,
      problems: [3, 4].map((row) => ({ row, code: "wrong_type", path: "quantity" })),
    });
    expect(await demandOf("E-KG")).toMatchObject([{ units: 1.05, revenue: "1.20" }]);
    const at = new Date(Date.now() - MINUTE).toISOString();
    const stocked = [["snapshot", 10] as const, ["sale", 0.35] as const].map(([type, quantity], i) => {
      const moment = new Date(Date.parse(at) + i).toISOString();
      return { id: `kg-${i}`, sku: "E-KG", warehouse: "w", type, quantity, at: moment };
    });
    const inventory = { source: "shop", batchId: "s-kg", events: stocked };
    expect((await call("POST", "/api/ingest/inventory", inventory)).status).toBe(202);
    await receiptOf("s-kg", "done", "shop");
    const { body } = await call("GET", "/api/products/E-KG");
    expect(body).toMatchObject({ quantityUnit: "kg", stock: 9.65 });
    const stock = await call("GET", "/api/products/E-KG/stock");
    const shelf = { warehouse: "w", units: 9.65, hoursToStockout: null };
    expect(stock.body).toMatchObject({ quantityUnit: "kg", warehouses: [shelf] });
  });

  it("are judged one by one", async () => {
    const late = new Date(Date.now() - 73 * 60 * MINUTE).toISOString();
    const rows: [unknown, string, string][] = [
      [event("haggle"), "wrong_type", "type"],
      [event("purchase", { sku: undefined }), "missing_field", "sku"],
      [event("view", { sku: "nobody" }), "unknown_sku", "sku"],
      [event("view", { colour: "red" }), "unknown_field", "colour"],
      [event("purchase", { price: "-1" }), "non_positive_price", "price"],
      [event("purchase", { price: { minor: 1, currency: "USD" } }), "currency_mismatch", "price"],
      [event("purchase", { price: 9e11, quantity: 1e6 }), "price_too_large", "price"],
      [event("purchase", { quantity: 0 }), "wrong_type", "quantity"],
      [event("view", { at: "yesterday" }), "bad_time", "at"],
      [event("view", { at: "2099-01-01T00:00:00Z" }), "future_time", "at"],
      [event("view", { at: late }), "too_late", "at"],
      [{ ...event("view"), sessionId: undefined }, "missing_field", "sessionId"],
    ];
    const receipt = await postEvents("e-3", [...rows.map(([row]) => row), event("view", { sku: "E-2" })]);
    expect(receipt).toMatchObject({ accepted: 1, rejected: rows.length });
    expect(receipt.problems.map(({ code, path }) => [code, path])).toEqual(
      rows.map(([, code, path]) => [code, path]),
    );
  });

  it("give rates per window, 0 where there is nothing to divide by", async () => {
    const at = Date.now() - MINUTE;
    const of = (type: string, count: number) =>
      Array.from({ length: count }, () =>
        event(type, { sku: "E-3", at, sessionId: "s-3", dwellSeconds: 30 }),
      );
    await postEvents("e-4", [
      ...of("view", 8),
      ...of("search", 4),
      ...of("price_comparison", 2),
      ...of("purchase", 1),
    ]);
    const rates = { searchRate: 0.5, searchCartRate: 0, cartPurchaseRate: 0, viewCompareRate: 0.25 };
    for (const window of ["5m", "1h", "1d"]) {
      const [point, ...more] = await behaviourOf("E-3", window);
      expect(more).toEqual([]);
      expect(point).toMatchObject({
        views: 8,
        searches: 4,
        units: 1,
        revenue: "20.00",
        avgDwellSeconds: 30,
        ...rates,
      });
    }
  });

  it("without a product count for their session only, once", async () => {
    const page = event("page_view", { sku: undefined, sessionId: "s-9" });
    expect(await postEvents("e-5", [page, event("search", { sku: undefined })])).toMatchObject({
      accepted: 2,
    });
    expect(await postEvents("e-6", [page])).toMatchObject({ duplicates: 1 });
  });

  it("are counted but not added once the day is posted", async () => {
    await postEvents("e-7", [event("purchase", { sku: "E-4", quantity: 5 })]);
    const row = { sku: "E-4", day: today, units: 9, price: "20.00" };
    await call("POST", "/api/ingest/demand", { source: "shop", batchId: "e-8", rows: [row] });
    expect(await receiptOf("e-8")).toMatchObject({ accepted: 1 });
    await postEvents("e-9", [event("purchase", { sku: "E-4", quantity: 3 })]);
    expect(await demandOf("E-4")).toMatchObject([{ units: 9, revenue: "180.00" }]);
    expect(await behaviourOf("E-4", "1d")).toMatchObject([{ units: 8, purchases: 2 }]);
  });

  it("open a surge if far more is sold than usual", async () => {
    const rows = Array.from({ length: 28 }, (_, i) => {
      const day = new Date(Date.now() - (i + 1) * 86_400_000).toISOString().slice(0, 10);
      return { sku: "E-5", day, units: 2 + (i % 3), price: "20.00" };
    });
    await call("POST", "/api/ingest/demand", { source: "shop", batchId: "e-10", rows });
    await receiptOf("e-10");
    await postEvents("e-11", [event("purchase", { sku: "E-5", quantity: 12 })]);
    const { body } = await call<{ items: unknown[] }>("GET", "/api/signals?sku=E-5&type=DEMAND_SURGE");
    expect(body.items).toMatchObject([{ status: "open", evidence: { units: 12 }, sku: "E-5" }]);
  });

  it("have reported a cart without a purchase, and its purchase, when their batch is done", async () => {
    const cart = (minutes: number) =>
      event("add_to_cart", { sku: "E-6", sessionId: "s-6", at: Date.now() - minutes * MINUTE });
    const status = async () => {
      const path = "/api/signals?sku=E-6&type=CART_NO_PURCHASE";
      return (await call<{ items: { status: string }[] }>("GET", path)).body.items.map((one) => one.status);
    };
    await postEvents("e-12", [cart(9), cart(5), cart(2)]);
    expect(await status()).toEqual(["open"]);
    // of another product: the session is known, and what it had in its cart
    await postEvents("e-13", [event("purchase", { sku: "E-1", sessionId: "s-6", at: Date.now() })]);
    expect(await status()).toEqual(["resolved"]);
  });
});

describe("demand history", () => {
  it("replaces the day and is judged row by row", async () => {
    await addProducts({ sku: "Q-1" });
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const post = async (batchId: string, rows: unknown[]) => {
      expect(await call("POST", "/api/ingest/demand", { source: "shop", batchId, rows })).toMatchObject({
        status: 202,
      });
      return receiptOf(batchId);
    };
    const first = await post("q-1", [
      { sku: "Q-1", day, units: 3, price: "99.90" },
      { sku: "Q-1", day: "2026-13-01", units: 1, price: 1 },
      { sku: "Q-1", day, units: 1.5, price: 1 },
      { sku: "none", day, units: 1, price: 1 },
    ]);
    expect(first).toMatchObject({ accepted: 1, rejected: 3 });
    expect(first.problems.map(({ code }) => code)).toEqual(["bad_time", "wrong_type", "unknown_sku"]);
    await post("q-2", [{ sku: "Q-1", day, units: 5, price: "99.90" }]);
    const stored = await env.DB.prepare(
      "SELECT units, price, revenue FROM demand_days WHERE sku = 'Q-1'",
    ).all();
    expect(stored.results).toEqual([{ units: 5, price: 9_990, revenue: 49_950 }]);
  });
});
