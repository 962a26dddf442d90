import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { FakeShopify } from "../support/stores/fake-shopify.ts";
import { addProposals } from "./proposals-support.ts";
import { CONNECTIONS } from "./stores-support.ts";
import { call } from "./support.ts";

/** What the product's own objects send goes to this shop. */
const fake = new FakeShopify();
const real = globalThis.fetch;
/** What was sent to an endpoint. */
const told: { headers: Headers; body: string }[] = [];

beforeAll(async () => {
  vi.stubGlobal("fetch", async (input: RequestInfo, init?: RequestInit) => {
    if (String(input).startsWith("https://shop.test/")) return fake.fetch(String(input), init);
    if (!String(input).startsWith("https://receiver.example/")) return real(input, init);
    told.push({ headers: new Headers(init?.headers), body: String(init?.body) });
    return new Response("ok");
  });
  for (const sku of ["S-1", "S-2", "S-3"]) fake.add(sku, "10.00", { more: { cost: "4.00" } });
  const { status } = await call("POST", "/api/stores", {
    ...{ id: "main", kind: "shopify", mode: "live", name: "Main shop" },
    ...CONNECTIONS.shopify,
  });
  expect(status).toBe(201);
});
afterAll(() => vi.unstubAllGlobals());

interface StoreBody {
  status: string;
  listings: number;
  edited: number;
  unconfirmed: number;
  waiting: number;
  lastError?: string;
  job?: { finishedAt?: string; counts: Record<string, number>; problems: object[] };
}

async function storeOf(id = "main"): Promise<StoreBody> {
  return (await call<StoreBody>("GET", `/api/stores/${id}`)).body;
}

async function jobDone(): Promise<StoreBody> {
  return vi.waitUntil(
    async () => {
      const store = await storeOf();
      return store.job?.finishedAt ? store : null;
    },
    { timeout: 20_000, interval: 100 },
  );
}

async function confirmedPrice(sku: string, price: string) {
  return vi.waitUntil(
    async () => {
      const { body } = await call<{
        items: { to: string; stores?: { state: string; confirmed: boolean }[] }[];
      }>("GET", `/api/products/${sku}/history`);
      const entry = body.items.find(({ to }) => to === price);
      return entry?.stores?.[0]?.confirmed ? entry : null;
    },
    { timeout: 20_000, interval: 100 },
  );
}

test("credentials are sealed, and never shown", async () => {
  const { body } = await call("GET", "/api/stores/main");
  expect(JSON.stringify(body)).not.toContain("shpat");
  const stored = await env.DB.prepare("SELECT credentials FROM stores WHERE id = 'main'").first<{
    credentials: string;
  }>();
  expect(stored?.credentials).toMatch(/^ey[\w-]+\.\./);
  const audited = await call("GET", "/api/audit?limit=20");
  expect(JSON.stringify(audited.body)).not.toContain("shpat");
});

test("a bad connection is refused by the names of its fields", async () => {
  const { options, credentials } = CONNECTIONS.shopify;
  const bad = {
    id: "bad",
    kind: "shopify",
    options: { ...options, url: "http://shop.example" },
    credentials,
  };
  const refused = await call<{ errors: { path: string }[] }>("POST", "/api/stores", bad);
  expect(refused.status).toBe(422);
  expect(refused.body.errors[0]?.path).toBe("options.url");
  const twice = await call("POST", "/api/stores", { id: "main", kind: "shopify", options, credentials });
  expect(twice.status).toBe(409);
  const changed = await call<{ errors: { path: string }[] }>("PATCH", "/api/stores/main", {
    options: { urll: "x" },
  });
  expect(changed.status).toBe(422);
  expect((await call("PATCH", "/api/stores/none", { name: "x" })).status).toBe(404);
});

test("a store is asked who it is", async () => {
  const { body } = await call("POST", "/api/stores/main/test");
  expect(body).toEqual({
    ok: true,
    name: "Fake shop",
    currency: "EUR",
    pricesIncludeTax: true,
    problems: [],
  });
  fake.token = "another";
  const denied = await call<{ ok: boolean; problems: string[] }>("POST", "/api/stores/main/test");
  expect(denied.body).toMatchObject({ ok: false, problems: [expect.stringContaining("credentials")] });
  fake.token = "shpat_test";
});

test("a dry run counts, an import takes, and a second one changes nothing", async () => {
  await call("POST", "/api/stores/main/import", { dryRun: true });
  expect((await jobDone()).job?.counts).toMatchObject({ read: 3, inserted: 3 });
  expect((await call("GET", "/api/products/S-1")).status).toBe(404);
  fake.orders.push({
    ...{ id: "gid://shopify/Order/1", processedAt: new Date().toISOString(), customer: null, refunds: [] },
    lineItems: {
      nodes: [
        {
          id: "gid://shopify/LineItem/1",
          sku: "S-1",
          quantity: 2,
          discountedUnitPriceSet: { shopMoney: { amount: "9.0" } },
        },
      ],
    },
  });
  await call("POST", "/api/stores/main/import", {});
  expect((await jobDone()).job).toMatchObject({ counts: { inserted: 3, sales: 1 }, problems: [] });
  expect((await call("GET", "/api/products/S-1")).body).toMatchObject({
    price: "10.00",
    unitCost: "4.00",
    category: "Things",
  });
  await call("POST", "/api/stores/main/import", {});
  expect((await jobDone()).job).toMatchObject({ counts: { unchanged: 3 } });
  await vi.waitUntil(
    async () => (await call<{ stock?: number }>("GET", "/api/products/S-1")).body.stock === 5,
    20_000,
  );
});

test("an applied price is written, read back and confirmed in the product's history", async () => {
  await call("PUT", "/api/products/S-1/price", {
    price: "9.49",
    reason: "a test of the whole way into the store",
  });
  expect(await confirmedPrice("S-1", "9.49")).toMatchObject({
    stores: [{ store: "main", state: "confirmed" }],
  });
  expect(fake.priceOf("S-1")).toBe("9.49");
  await call("POST", "/api/prices/S-1/rollback");
  await vi.waitUntil(() => fake.priceOf("S-1") === "10.00", 20_000);
});

test("an approved price goes out as a signed event and into the store, and its ledger entry is confirmed", async () => {
  const endpoint = await call<{ id: string; secret: string }>("POST", "/api/endpoints", {
    ...{ url: "https://receiver.example/hook", types: ["price.applied"] },
  });
  await addProposals([{ id: "prp_store", sku: "S-1", from: 1_000, to: 1_050 }]);
  const approved = await call("POST", "/api/proposals/prp_store/approve", {});
  expect(approved).toMatchObject({ status: 200, body: { status: "applied" } });
  await vi.waitUntil(() => told.length > 0, 20_000);
  const [{ headers, body }] = told as [(typeof told)[number]];
  const event = new Webhook(endpoint.body.secret).verify(body, Object.fromEntries(headers));
  expect(event).toMatchObject({ sku: "S-1", data: { to: "10.50", cause: { id: "prp_store" } } });
  expect(await confirmedPrice("S-1", "10.50")).toMatchObject({
    ...{ cause: { kind: "proposal", id: "prp_store" }, stores: [{ store: "main", state: "confirmed" }] },
  });
  expect(fake.priceOf("S-1")).toBe("10.50");
  expect(fake.writes.filter(({ price }) => price === "10.50")).toHaveLength(1);
  await call("DELETE", `/api/endpoints/${endpoint.body.id}`);
  expect(told).toHaveLength(1);
});

test("what somebody else changed waits for a person, who accepts it or writes ours", async () => {
  fake.edit("S-2", "9.00");
  fake.edit("S-3", "8.00");
  await call("POST", "/api/stores/main/check");
  await jobDone();
  const edited = await call<{ items: object[] }>("GET", "/api/stores/main/prices?view=edited");
  expect(edited.body.items).toMatchObject([
    { sku: "S-2", price: "10.00", edited: { price: "9.00" } },
    { sku: "S-3", price: "10.00", edited: { price: "8.00" } },
  ]);
  const signals = await call<{ items: object[] }>("GET", "/api/signals?type=STORE_PRICE_CHANGED&status=open");
  expect(signals.body.items).toHaveLength(2);
  const accepted = await call("POST", "/api/stores/main/prices/S-2/decide", {
    action: "accept",
    note: "the shop's own sale",
  });
  expect(accepted).toMatchObject({ status: 200, body: { price: "9.00" } });
  const note = "a mistake of the shop's staff, as they told us on the phone today";
  await call("POST", "/api/stores/main/prices/S-3/decide", { action: "overwrite", note });
  await vi.waitUntil(() => fake.priceOf("S-3") === "10.00", 20_000);
  expect(await confirmedPrice("S-2", "9.00")).toBeTruthy();
  expect(fake.priceOf("S-2")).toBe("9.00");
  expect(
    (await call<{ items: object[] }>("GET", "/api/signals?type=STORE_PRICE_CHANGED&status=open")).body.items,
  ).toEqual([]);
  const again = await call("POST", "/api/stores/main/prices/S-3/decide", { action: "overwrite", note });
  expect(again.status).toBe(409);
});

test("prices that differ are listed, and written when asked", async () => {
  await call("PATCH", "/api/stores/main", { mode: "read_only" });
  expect((await call("POST", "/api/stores/main/push", {})).status).toBe(409);
  await call("PUT", "/api/products/S-3/price", {
    price: "9.49",
    reason: "while nothing is written to the store",
  });
  await call("PATCH", "/api/stores/main", { mode: "live" });
  const { body } = await call<{ items: object[] }>("GET", "/api/stores/main/prices?view=different");
  expect(body.items).toMatchObject([{ sku: "S-3", price: "9.49", storePrice: "10.00" }]);
  expect((await call("POST", "/api/stores/main/push", {})).body).toEqual({ queued: 1 });
  await vi.waitUntil(() => fake.priceOf("S-3") === "9.49", 20_000);
  const log = await call<{ items: object[] }>("GET", "/api/stores/main/writes?sku=S-3");
  expect(log.body.items[0]).toMatchObject({ price: "9.49" });
});

test("a store is disconnected with all that was known of it", async () => {
  expect((await call("DELETE", "/api/stores/main")).status).toBe(204);
  expect((await call("GET", "/api/stores/main")).status).toBe(404);
  const left = await env.DB.prepare("SELECT count(*) AS n FROM store_listings").first<{ n: number }>();
  expect(left?.n).toBe(0);
});
