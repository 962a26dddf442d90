import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import { readActivity } from "../../services/analysis/read-activity.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { importProducts, productRow } from "./back-support.ts";
import { DAY, dayOf, HOUR, type PostedEvent, postDemand, postEvents, rollUp } from "./marts-support.ts";
import { call, fetchAs, receiptOf } from "./support.ts";

const NOW = Date.now() - 60_000;
const NOTHING = { views: 0, searches: 0, carts: 0, purchases: 0, units: 0, revenue: 0 };
let ids = 0;

function event(type: PostedEvent["type"], more: Partial<PostedEvent> = {}): PostedEvent {
  return { id: `an-${ids++}`, type, sku: "AN-1", sessionId: "one", device: "mobile", at: NOW, ...more };
}

/** A customer with so many orders of one unit, the last so many days ago. */
function orders(customerId: string, count: number, daysAgo: number, price: string): PostedEvent[] {
  return Array.from({ length: count }, () =>
    event("purchase", { customerId, sessionId: customerId, price, at: NOW - daysAgo * DAY }),
  );
}

beforeAll(async () => {
  await importProducts([
    productRow("AN-1", { category: "lamps", price: "20.00" }),
    productRow("AN-2", { category: "desks", price: "30.00" }),
  ]);
  const shop = { sku: undefined as never };
  await postEvents("funnel", [
    event("page_view", shop),
    event("product_view"),
    event("add_to_cart"),
    event("page_view", { ...shop, sessionId: "two", device: "desktop" }),
    event("product_view", { sessionId: "two", sku: "AN-2", device: "desktop" }),
    ...orders("ada", 3, 0, "50.00"),
    ...orders("bob", 1, 2, "5.00"),
    event("refund", { customerId: "ada", sessionId: "ada", price: "50.00" }),
  ]);
  await postDemand("days", [
    { sku: "AN-2", day: dayOf(NOW - 3 * DAY), units: 4, price: "30.00" },
    { sku: "AN-2", day: dayOf(NOW - 4 * DAY), units: 0, price: "30.00" },
  ]);
  await rollUp(["AN-1", "AN-2"]);
}, 90_000);

describe("the funnel", () => {
  it("of the shop begins with the page view, and of a category with the product view", async () => {
    const { body } = await call<Funnel>("GET", "/api/analysis/funnel");
    expect(body.steps.map(({ sessions }) => sessions)).toEqual([2, 2, 1, 2]);
    expect(body.steps.map(({ ofBase }) => ofBase)).toEqual([1, 1, 0.5, 1]);
    expect(body.shopPageViews).toBe(2);
    expect(body.topPurchaseHours).toEqual([new Date(NOW).getUTCHours()]);
    expect(body.events.filter(({ count }) => count > 0)).toEqual([
      { type: "views", count: 4 },
      { type: "carts", count: 1 },
      { type: "purchases", count: 4 },
      { type: "refunds", count: 1 },
    ]);
    const lamps = body.categories.find(({ category }) => category === "lamps")!;
    expect(lamps.steps.map(({ ofBase }) => ofBase)).toEqual([null, 1, 1, 2]);
    const desks = await call<Funnel>("GET", "/api/analysis/funnel?category=desks&device=desktop");
    expect(desks.body.steps.map(({ sessions }) => sessions)).toEqual([0, 1, 0, 0]);
    expect(desks.body.devices).toEqual([
      expect.objectContaining({ device: "desktop", sessions: 1, conversion: 0 }),
    ]);
  });

  it("compares sessions that bought with those that did not", async () => {
    const { body } = await call<Funnel>("GET", "/api/analysis/funnel");
    expect(
      body.groups.map(({ converted, sessions, meanEvents }) => [converted, sessions, meanEvents]),
    ).toEqual([
      [true, 2, 2.5],
      [false, 2, 2.5],
    ]);
    expect(body.histogram.filter(({ sessions }) => sessions > 0)).toEqual([
      { eventsFrom: 1, eventsTo: 1, sessions: 1, converted: 1 },
      { eventsFrom: 2, eventsTo: 2, sessions: 1, converted: 0 },
      { eventsFrom: 3, eventsTo: 3, sessions: 1, converted: 0 },
      { eventsFrom: 4, eventsTo: 4, sessions: 1, converted: 1 },
    ]);
  });
});

describe("what shoppers did lately", () => {
  it("is of the newest whole hour and day, beside the ones before", async () => {
    const inTwoHours = serviceContext(env as unknown as Env, systemActor("test"), NOW + 2 * HOUR);
    const { asOf, hour, day } = await readActivity(inTwoHours, undefined, "UTC");
    const began = NOW - (NOW % HOUR);
    expect(asOf).toBe(began + HOUR);
    const seen = { views: 2, searches: 0, carts: 1, purchases: 3, units: 3, revenue: 15_000 };
    expect(hour).toEqual({ now: seen, before: { ...seen, ...NOTHING } });
    expect(day.now).toEqual(seen);
    const desks = await readActivity(inTwoHours, "desks", "UTC");
    expect(desks.hour.now).toEqual({ ...seen, ...NOTHING, views: 1 });
  });

  it("is answered with money of the install's currency", async () => {
    const { body } = await call<{ asOf: string; hour: { now: object } }>("GET", "/api/analysis/activity");
    expect(Date.parse(body.asOf) % HOUR).toBe(0);
    expect(body).toMatchObject({ currency: "EUR", day: { before: { revenue: "5.00" } } });
  });
});

describe("what shoppers did last", () => {
  it("is told with the product and the device, and without who it was", async () => {
    const { body } = await call<{ items: Record<string, unknown>[] }>(
      "GET",
      "/api/analysis/latest-events?limit=200",
    );
    // bob's order is two days old
    expect(body.items).toHaveLength(9);
    const at = new Date(NOW).toISOString();
    const viewed = { at, type: "product_view", device: "desktop", sku: "AN-2", category: "desks" };
    expect(body.items).toContainEqual({ ...viewed, title: expect.any(String) });
    const ofShop = { sku: null, title: null, category: null };
    expect(body.items).toContainEqual({ at, type: "page_view", device: "mobile", ...ofShop });
    expect(Object.keys(body.items[0]!).sort()).toEqual(["at", "category", "device", "sku", "title", "type"]);
    const few = await call<{ items: object[] }>("GET", "/api/analysis/latest-events?limit=3");
    expect(few.body.items).toHaveLength(3);
    expect((await call("GET", "/api/analysis/latest-events?limit=201")).status).toBe(422);
  });
});

describe("the customers", () => {
  it("are scored by recency, orders and what they spent less refunds", async () => {
    const { body } = await call<{ items: Record<string, unknown>[] }>("GET", "/api/analysis/customers/list");
    expect(
      body.items.map(({ orders, spend, recencyDays, recency, frequency }) => [
        orders,
        spend,
        recencyDays,
        recency,
        frequency,
      ]),
    ).toEqual([
      [3, "100.00", expect.any(Number), 2, 2],
      [1, "5.00", expect.any(Number), 1, 1],
    ]);
    const report = await call<{ customers: number; segments: { segment: string; customers: number }[] }>(
      "GET",
      "/api/analysis/customers",
    );
    expect(report.body.customers).toBe(2);
    expect(
      report.body.segments.filter(({ customers }) => customers > 0).map(({ segment }) => segment),
    ).toEqual(["Lost", "Needs Attention"]);
    const csv = await (await fetchAs("/api/analysis/customers/list")).text();
    expect(csv).not.toMatch(/ada|bob/);
  });

  it("are forgotten by the shop's own id", async () => {
    expect((await call("POST", "/api/privacy/erase", { customerIds: ["bob"] })).body).toEqual({ erased: 1 });
    expect((await call("POST", "/api/privacy/erase", {})).status).toBe(422);
    const { body } = await call<{ items: unknown[] }>("GET", "/api/analysis/customers/list");
    expect(body.items).toHaveLength(1);
  });
});

describe("the demand", () => {
  it("is ranked by category and shown by the hour of the week", async () => {
    const from = dayOf(NOW - 4 * DAY);
    const { body } = await call<Demand>("GET", `/api/analysis/demand?from=${from}`);
    expect(body.ranking.map(({ category, units }) => [category, units])).toEqual([
      ["desks", 4],
      ["lamps", 4],
    ]);
    // one of the finished days sold four, the others nothing: standard deviation over mean
    const finished = (Date.parse(dayOf(Date.now())) - Date.parse(from)) / DAY;
    expect(body.ranking[0]!.variation).toBeCloseTo(Math.sqrt(finished - 1), 4);
    const hour = new Date(NOW).getUTCHours();
    expect(body.topCells[0]).toMatchObject({ hour, mean: 3 });
    expect(body.hourly.find(({ category }) => category === "lamps")!.purchases).toHaveLength(48);
  });
});

describe("the stock", () => {
  it("lasts so many hours at the rate of the days that are over", async () => {
    const count = (id: string, sku: string, warehouse: string, quantity: number) => ({
      ...{ id, sku, warehouse, type: "snapshot", quantity, at: new Date(NOW).toISOString() },
    });
    const counted = [
      count("c-1", "AN-2", "north", 10),
      count("c-2", "AN-2", "south", 6),
      count("c-3", "AN-1", "north", 0),
      { ...count("c-4", "AN-2", "north", 3), type: "sale", at: new Date(NOW + 1).toISOString() },
      { ...count("c-5", "AN-2", "north", 3), type: "stock_returned", at: new Date(NOW + 2).toISOString() },
    ];
    await call("POST", "/api/ingest/inventory", { source: "shop", batchId: "counts", events: counted });
    await receiptOf("counts", "done", "shop");
    const { body } = await call<{ items: Record<string, unknown>[] }>("GET", "/api/analysis/stock");
    // two days of 24 hours are known, with four units
    const desks = {
      stock: 16,
      unitsPerHour: 0.08333,
      level: "Healthy",
      hoursToStockout: 192,
      restockNow: false,
    };
    expect(body.items).toEqual([
      expect.objectContaining({ sku: "AN-1", level: "Out of stock", hoursToStockout: 0 }),
      expect.objectContaining({ sku: "AN-2", ...desks, safetyStock: 21, restockUnits: 19 }),
    ]);
    // three were sold from the north, and what lies there counts like five more: 6.125 of 8, and 1.875
    expect(body.items[1]!.warehouses).toEqual([
      { warehouse: "north", units: 10, hoursToStockout: 156.7 },
      { warehouse: "south", units: 6, hoursToStockout: 307.2 },
    ]);
    const out = await call<{ items: { sku: string }[] }>("GET", "/api/analysis/stock?level=Out%20of%20stock");
    expect(out.body.items.map(({ sku }) => sku)).toEqual(["AN-1"]);
    const summary = await call<{ levels: object[]; warehouses: object[] }>(
      "GET",
      "/api/analysis/stock/summary",
    );
    expect(summary.body.levels).toContainEqual({ level: "Healthy", products: 1 });
    const south = { warehouse: "south", category: "desks", units: 6, products: 1, empty: 0 };
    expect(summary.body.warehouses).toContainEqual(south);
  });
});

describe("the elasticities", () => {
  it("are none before a run, and nothing can be simulated", async () => {
    const nothing = { asOf: null, products: 0, identified: 0, mean: null, pricesRight: null };
    const none = { ...nothing, histogram: [], categories: [] };
    expect((await call("GET", "/api/analysis/elasticity")).body).toMatchObject(none);
    const { body } = await call("GET", "/api/analysis/revenue-simulation?changePct=-10");
    expect(body).toMatchObject({
      products: 0,
      fixedElasticity: -1.5,
      totals: { before: "0.00", fixed: "0.00" },
    });
    expect((await call("GET", "/api/analysis/revenue-simulation?changePct=-99")).status).toBe(422);
  });

  it("spread over forty classes, and move revenue with their interval beside the fixed one", async () => {
    const report = JSON.stringify({ ci95: [-2.5, -1.5], demand: { logMean: Math.log(10) } });
    const learned = (sku: string, mean: number, own: number) =>
      env.DB.prepare("INSERT INTO elasticities VALUES (?1, ?2, 0.2, ?3, 'elastic', ?4, 'run', ?5)").bind(
        ...[sku, mean, own, report, NOW],
      );
    await env.DB.batch([learned("AN-1", -2, 1), learned("AN-2", -1, 0)]);
    await rollUp(["AN-1"]);
    const { body } = await call<{ histogram: { products: number }[] }>("GET", "/api/analysis/elasticity");
    expect(body).toMatchObject({ products: 2, identified: 1, mean: -1.5 });
    const [first, ...others] = body.histogram;
    expect([body.histogram.length, first!.products, others.at(-1)!.products]).toEqual([40, 1, 1]);
    const lamps = await call("GET", "/api/analysis/revenue-simulation?changePct=-10&category=lamps");
    expect(lamps.body).toMatchObject({
      products: 1,
      // 10 units at 20.00, to 18.00: 200 · 0.9^(1 + e)
      totals: { before: "200.00", fixed: "210.82", mean: "222.22", low: "210.82", high: "234.24" },
      items: [expect.objectContaining({ sku: "AN-1", from: "20.00", to: "18.00", unitsPerDay: 10 })],
    });
  });
});

interface Funnel {
  events: { type: string; count: number }[];
  steps: { sessions: number; ofBase: number | null }[];
  shopPageViews: number;
  topPurchaseHours: number[];
  categories: { category: string; steps: { ofBase: number | null }[] }[];
  devices: object[];
  groups: { converted: boolean; sessions: number; meanEvents: number }[];
  histogram: { sessions: number }[];
}

interface Demand {
  ranking: { category: string; units: number; variation: number }[];
  topCells: { hour: number; mean: number }[];
  hourly: { category: string; purchases: number[] }[];
}
