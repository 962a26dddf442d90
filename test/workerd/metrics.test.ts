import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { database } from "../../db/database.ts";
import type { Env } from "../../db/env.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import { portsOf } from "../../durable/ports.ts";
import { readMetrics } from "../../services/metrics/read-metrics.ts";
import { noteOutcomes } from "../../services/operate/job-failures.ts";
import { app } from "../../worker/app.ts";
import { runCron } from "../../worker/cron.ts";
import { readOpenMetrics } from "../support/open-metrics.ts";
import { fetchRaw } from "./back-support.ts";
import { addProducts, adminKey, call, fetchAs, observation, postObservations } from "./support.ts";

/** The samples of a metric, by what their labels say. */
async function scrape(name: string): Promise<Record<string, number>> {
  const response = await fetchAs("/metrics");
  expect(response.headers.get("content-type")).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
  const family = readOpenMetrics(new TextDecoder().decode(await response.arrayBuffer())).get(name);
  const samples = (family?.samples ?? []).map(({ name: full, labels, value }) => [
    [full.replace(`${name}_`, "").replace(name, ""), ...Object.values(labels)].filter(Boolean).join(" "),
    value,
  ]);
  return Object.fromEntries(samples);
}

/** The rows that D1 reads for a request, for its key too. Only `all` says what it read, so each query is made by it as well. */
async function rowsReadFor(path: string): Promise<number> {
  let rows = 0;
  const counting = (inner: D1PreparedStatement, text: string): D1PreparedStatement =>
    new Proxy(inner, {
      get(target, name) {
        const method = Reflect.get(target, name) as (...values: unknown[]) => Promise<unknown>;
        if (name === "bind") return (...values: unknown[]) => counting(target.bind(...values), text);
        return async (...values: unknown[]) => {
          if (/^select/i.test(text)) rows += (await target.all()).meta.rows_read;
          return method.apply(target, values);
        };
      },
    });
  const d1 = new Proxy(env.DB, {
    get: (target, name) =>
      name === "prepare"
        ? (text: string) => counting(target.prepare(text), text)
        : Reflect.get(target, name).bind(target),
  });
  const headers = { authorization: `Bearer ${await adminKey()}` };
  const bindings = { ...env, ENFORCE_LIMITS: "off", DB: d1 } as unknown as Env;
  const ctx = createExecutionContext();
  const { status } = await app.fetch(new Request(`https://shop.test${path}`, { headers }), bindings, ctx);
  await waitOnExecutionContext(ctx);
  expect(status).toBe(200);
  return rows;
}

/** A minute at which the gauges are taken, and that is over for everything that was written by now. */
const GAUGES_AT = Math.ceil((Date.now() + 2 * MINUTE_MS) / (5 * MINUTE_MS)) * 5 * MINUTE_MS;

beforeAll(async () => {
  await addProducts({ sku: "MET-A" }, { sku: "MET-B" });
  const seen = observation("MET-A", 60);
  await postObservations("met", "one", [seen, observation("MET-B", 100), { sku: "no" }]);
  await postObservations("met", "two", [seen]);
  await runCron(env as unknown as Env, "* * * * *", GAUGES_AT);
  await runCron(env as unknown as Env, "0 * * * *", GAUGES_AT);
}, 60_000);

describe("metrics", () => {
  it("count each posted row once, by its verdict, with the time until it was projected", async () => {
    const rows = await vi.waitUntil(async () => {
      const found = await scrape("pricewright_ingest_rows");
      return found["total observations duplicates"] === 1 ? found : null;
    });
    expect(rows).toEqual({
      "total observations accepted": 2,
      "total observations duplicates": 1,
      "total observations rejected": 1,
    });
    const latency = await scrape("pricewright_ingest_latency_seconds");
    expect(latency["count observations"]).toBe(2);
    expect(latency["bucket observations +Inf"]).toBe(2);
    expect(latency["sum observations"]).toBeGreaterThan(0);
  });

  it("count each request by its part of the API, its status and its time", async () => {
    const before = await scrape("pricewright_request_latency_seconds");
    await call("GET", "/api/products/MET-A");
    await call("GET", "/api/products/nothing");
    const after = await scrape("pricewright_request_latency_seconds");
    const more = (key: string) => (after[key] ?? 0) - (before[key] ?? 0);
    expect([more("count products 2xx"), more("count products 4xx")]).toEqual([1, 1]);
    expect(more("bucket products 4xx +Inf")).toBe(1);
    expect(Object.keys(after).filter((key) => key.includes("MET-A"))).toEqual([]);
  });

  it("say what is open, waiting and counted from the chains, and count nothing twice", async () => {
    const open = Object.entries(await scrape("pricewright_signals"));
    expect(open.filter(([labels, number]) => /^open [1-3]$/.test(labels) && number > 0)).not.toEqual([]);
    const opened = await scrape("pricewright_signals_opened");
    expect(opened["total UNDERCUT"]).toBe(1);
    const entries = await scrape("pricewright_audit_entries");
    expect(entries["total key.create"]).toBe(1);
    expect(await scrape("pricewright_outbox_rows")).toEqual({ "": 0 });
    expect(await scrape("pricewright_inbox_chunks")).toEqual({ "": 0 });
    expect(Object.values(await scrape("pricewright_database_size_bytes"))[0]).toBeGreaterThan(100_000);
    expect((await scrape("pricewright_shard_stored_bytes")).all).toBeGreaterThan(0);
    await runCron(env as unknown as Env, "* * * * *", GAUGES_AT + 5 * MINUTE_MS);
    expect(await scrape("pricewright_signals_opened")).toEqual(opened);
    expect(await scrape("pricewright_audit_entries")).toEqual(entries);
  });

  it("count the failures of scheduled jobs", async () => {
    const ctx = { d1: env.DB, db: database(env.DB), now: GAUGES_AT };
    for (const error of ["down", "down", null]) await noteOutcomes(ctx, new Map([["fx", error]]));
    expect(await scrape("pricewright_cron_failures")).toMatchObject({ "total fx": 2 });
  });

  it("cost few rows read, and leave out what an object does not answer", async () => {
    const rows = await rowsReadFor("/metrics");
    expect(rows).toBeGreaterThan(3);
    expect(rows).toBeLessThanOrEqual(20);
    const inboxes = { loads: () => Promise.reject(new Error("Network connection lost.")) };
    const text = await readMetrics({ d1: env.DB, inboxes, now: Date.now() });
    expect(readOpenMetrics(text).has("pricewright_inbox_chunks")).toBe(false);
    expect(await portsOf(env as unknown as Env).inboxes.loads()).toHaveLength(8);
  });

  it("are for who may read, and for the scraper's token, which opens nothing else", async () => {
    expect((await fetchRaw("/metrics")).status).toBe(401);
    const ingest = await call<{ key: string }>("POST", "/api/keys", { name: "in", scopes: ["ingest"] });
    const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
    expect((await fetchRaw("/metrics", as(ingest.body.key))).status).toBe(403);
    expect((await fetchRaw("/metrics", as("a-token-for-scrapers-only"))).status).toBe(200);
    expect((await fetchRaw("/metrics", as("a-token-for-scrapers-onlx"))).status).toBe(401);
    expect((await fetchRaw("/api/products", as("a-token-for-scrapers-only"))).status).toBe(401);
  });
});
