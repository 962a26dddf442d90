import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { watchContext } from "../../durable/ports.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { fetchDue } from "../../services/watch/fetch-due.ts";
import { addProducts, call, offersOf } from "./support.ts";

interface Page {
  id: string;
  outcome?: string;
  detail?: string;
  failures: number;
  price?: string;
  nextAt: string;
}

const PRICE = (price: string, state = "InStock") => `<html><head><script type="application/ld+json">
{"@type":"Product","name":"Lamp","offers":{"@type":"Offer","price":"${price}","priceCurrency":"EUR",
"availability":"https://schema.org/${state}"}}</script></head><body><h1>Lamp</h1></body></html>`;

/** Pages by address; a host without rules answers 404 for its robots.txt. */
let web: Record<string, () => Response>;
let asked: { url: string; headers: Headers }[];

const page =
  (html: string, headers = {}) =>
  () =>
    new Response(html, { headers: { "content-type": "text/html; charset=utf-8", ...headers } });

beforeEach(async () => {
  web = {};
  asked = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const url = String(input);
    asked.push({ url, headers: new Headers(init?.headers) });
    return web[url]?.() ?? new Response("", { status: 404 });
  });
  await env.DB.prepare("DELETE FROM watched_pages").run();
  await env.DB.prepare("DELETE FROM watched_hosts").run();
  await call("PUT", "/api/settings", {
    watch: {
      enabled: true,
      agent: "PriceBot/1.0 (+https://shop.test/bot)",
      perHostPerMinute: 60,
      everyMinutes: 60,
    },
  });
});
afterEach(() => void vi.restoreAllMocks());

async function watch(url: string, more: object = {}) {
  const { status, body } = await call<Page>("POST", "/api/watch", { url, ...more });
  expect(status).toBe(201);
  return body.id;
}

const tick = (after = 0) => {
  const ctx = serviceContext(env, systemActor("watch"), Date.now() + after);
  const sleep = () => Promise.resolve();
  return fetchDue({ ...watchContext(env, { ...ctx, sleep }), clock: () => Date.now() + after });
};
const stateOf = async (id: string) =>
  (await call<{ items: Page[] }>("GET", "/api/watch")).body.items.find((one) => one.id === id)!;
const pagesAsked = () => asked.map(({ url }) => url).filter((url) => !url.endsWith("/robots.txt"));

describe("the watch list", () => {
  test("posts what a page shows into the ordinary line", async () => {
    await addProducts({ sku: "WATCH-1" });
    web["https://nord.example/lamp"] = page(PRICE("89.90"), { etag: '"v1"' });
    const id = await watch("https://www.nord.example/lamp?utm_source=x", { sku: "WATCH-1" });
    web["https://www.nord.example/lamp?utm_source=x"] = web["https://nord.example/lamp"]!;
    expect(await tick()).toEqual({ fetched: 1, posted: 1 });
    await vi.waitFor(async () => {
      expect(await offersOf("WATCH-1")).toMatchObject([{ competitor: "nord.example", price: 8990 }]);
    });
    expect(await stateOf(id)).toMatchObject({ outcome: "read", failures: 0, price: "89.90" });
    expect(asked.at(-1)?.headers.get("user-agent")).toBe("PriceBot/1.0 (+https://shop.test/bot)");
  });

  test("asks for changes only, and sees an unchanged page again", async () => {
    await addProducts({ sku: "WATCH-2" });
    const url = "https://sued.example/a";
    web[url] = page(PRICE("70.00"), { etag: '"v1"' });
    const id = await watch(url, { sku: "WATCH-2" });
    await tick();
    web[url] = () => new Response(null, { status: 304 });
    expect(await tick(2 * 3_600_000)).toEqual({ fetched: 1, posted: 1 });
    expect(asked.at(-1)?.headers.get("if-none-match")).toBe('"v1"');
    expect(await stateOf(id)).toMatchObject({ outcome: "unchanged", price: "70.00" });
  });

  test("keeps to the rules of the host, which it asks for once a day", async () => {
    web["https://closed.example/robots.txt"] = page("User-agent: PriceBot\nDisallow: /private", {
      "content-type": "text/plain",
    });
    web["https://closed.example/open"] = page(PRICE("10.00"));
    const shut = await watch("https://closed.example/private/a");
    await watch("https://closed.example/open");
    expect(await tick()).toEqual({ fetched: 2, posted: 1 });
    expect(await stateOf(shut)).toMatchObject({ outcome: "robots" });
    expect(asked.map(({ url }) => url).toSorted()).toEqual([
      "https://closed.example/open",
      "https://closed.example/robots.txt",
    ]);
  });

  test("asks nothing of a host that cannot say what it allows", async () => {
    web["https://down.example/robots.txt"] = () => new Response("", { status: 500 });
    const id = await watch("https://down.example/a");
    await tick();
    expect(pagesAsked()).toEqual([]);
    expect(await stateOf(id)).toMatchObject({ outcome: "robots" });
  });

  test.each<[string, () => Response, string]>([
    ["a page without a price", page("<html><body>Nothing here</body></html>"), "no_price"],
    ["a page that is gone", () => new Response("", { status: 410 }), "not_found"],
    ["a host that refuses", () => new Response("", { status: 403 }), "refused"],
    ["a fault of the host", () => new Response("", { status: 502 }), "server_error"],
    ["a picture", () => new Response("x", { headers: { "content-type": "image/png" } }), "not_a_page"],
    ["a page that is too large", page("x".repeat(5_100_000)), "too_large"],
    [
      "a redirect to an address of the inside",
      () => new Response("", { status: 302, headers: { location: "http://169.254.169.254/meta" } }),
      "not_public",
    ],
  ])("notes %s by its kind, and comes later", async (_, answer, outcome) => {
    web["https://bad.example/a"] = answer;
    const id = await watch("https://bad.example/a");
    expect(await tick()).toEqual({ fetched: 1, posted: 0 });
    const state = await stateOf(id);
    expect(state).toMatchObject({ outcome, failures: 1 });
    expect(Date.parse(state.nextAt) - Date.now()).toBeGreaterThan(100 * 60_000);
    expect(pagesAsked()).toEqual(["https://bad.example/a"]);
  });

  test("leaves a busy host alone for as long as it says", async () => {
    web["https://busy.example/a"] = () =>
      new Response("", { status: 429, headers: { "retry-after": "7200" } });
    for (const name of ["a", "b", "c"]) await watch(`https://busy.example/${name}`);
    expect(await tick()).toEqual({ fetched: 1, posted: 0 });
    expect(await tick(3_600_000)).toEqual({ fetched: 0, posted: 0 });
  });

  test("fetches nothing while it is off, and a page now if somebody asks", async () => {
    await call("PUT", "/api/settings", {
      watch: { enabled: false, agent: "x/1.0", perHostPerMinute: 6, everyMinutes: 60 },
    });
    web["https://now.example/a"] = page(PRICE("5.00", "OutOfStock"));
    const id = await watch("https://now.example/a");
    expect(await tick()).toEqual({ fetched: 0, posted: 0 });
    const { body } = await call<Page>("POST", `/api/watch/${id}/fetch`);
    expect(body).toMatchObject({ outcome: "read", availability: "out_of_stock" });
  });

  test("refuses addresses that are not public, what is watched already, and unknown SKUs", async () => {
    for (const url of [
      "http://127.0.0.1/a",
      "http://10.1.2.3/a",
      "http://metadata.internal/",
      "http://[::1]/",
    ])
      expect((await call("POST", "/api/watch", { url })).status, url).toBe(422);
    await watch("https://twice.example/a");
    expect((await call("POST", "/api/watch", { url: "http://www.twice.example/a/#top" })).status).toBe(409);
    expect((await call("POST", "/api/watch", { url: "https://x.example/a", sku: "NONE" })).status).toBe(422);
  });
});
