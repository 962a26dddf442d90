import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import type { LakeTableName } from "../../domain/lake/tables.ts";
import { portsOf } from "../../durable/ports.ts";
import { skuShard } from "../../durable/stubs.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { compactLake } from "../../services/lake/compact-lake.ts";
import { exportLake } from "../../services/lake/export-lake.ts";
import { readParquet } from "../../services/lake/parquet.ts";
import { restoreSkus } from "../../services/lake/restore-skus.ts";
import { addProducts, call, fetchAs, postObservations, receiptOf } from "./support.ts";

const install = env as unknown as Env;
const NOW = Date.now();
const at = (msAgo: number) => new Date(NOW - msAgo).toISOString();

function context(now = NOW) {
  return { ...serviceContext(install, systemActor("lake"), now), inboxes: portsOf(install).inboxes };
}

interface Files {
  items: { key: string; table: LakeTableName; date: string; rows: number; sha256: string }[];
}

/** All rows of a table, read from the listed files as any reader would. */
async function lakeRows(table: LakeTableName) {
  const { body } = await call<Files>("GET", `/api/lake/files?table=${table}&limit=500`);
  const rows = [];
  for (const { key, rows: count } of body.items) {
    const file = await fetchAs(`/api/lake/file?key=${encodeURIComponent(key)}`);
    const read = await readParquet(table, await file.arrayBuffer());
    expect(read).toHaveLength(count);
    rows.push(...read);
  }
  return rows;
}

/** Observations of so many SKUs, one a day for three days. */
function observations(skus: readonly string[], price: number) {
  return skus.flatMap((sku, i) =>
    [2, 1, 0].map((day) => ({
      ...{ sku, competitor: "rival", price: price + i, observedAt: at(day * DAY_MS + HOUR_MS) },
    })),
  );
}

const SKUS = ["LAKE-A", "LAKE-B", "LAKE-C"];
let accepted = 0;

beforeAll(async () => {
  await addProducts(...SKUS.map((sku) => ({ sku })));
  accepted = (await postObservations("lake", "first", [...observations(SKUS, 90), { sku: "?" }])).accepted;
  const event = { sku: "LAKE-A", sessionId: "session-of-ada", at: at(HOUR_MS) };
  const posts = {
    events: [
      { ...event, id: "e1", type: "view" },
      { ...event, id: "e2", type: "purchase", quantity: 2, price: 99.5 },
      { id: "e3", type: "page_view", sessionId: "session-of-bob", at: at(HOUR_MS) },
    ],
    inventory: [{ id: "i1", sku: "LAKE-B", warehouse: "w", type: "snapshot", quantity: 7, at: at(HOUR_MS) }],
  };
  for (const [kind, events] of Object.entries(posts)) {
    await call("POST", `/api/ingest/${kind}`, { source: "shop", batchId: `of-${kind}`, events });
    await receiptOf(`of-${kind}`);
  }
  const rows = [{ sku: "LAKE-C", day: "2026-01-31", units: 4, price: 100 }];
  await call("POST", "/api/ingest/demand", { source: "shop", batchId: "of-demand", rows });
  await receiptOf("of-demand");
});

describe("the lake", () => {
  it("has each accepted row once, under the date of its time, as it was understood", async () => {
    const exported = await call<{ rows: number }>("POST", "/api/lake/export");
    expect(exported).toMatchObject({ status: 200, body: { passes: 1 } });
    const rows = await lakeRows("observations");
    expect(rows).toHaveLength(accepted);
    expect(rows[0]).toMatchObject({
      ...{ sku: "LAKE-A", competitor: "rival", price: 9_000, landed_price: 9_000, currency: "EUR" },
      ...{ source: "lake", batch: "first", chunk: 0, row: 0, correction: false, seller: null },
      observed_at: NOW - 2 * DAY_MS - HOUR_MS,
    });
    const dates = (await call<Files>("GET", "/api/lake/files?table=observations")).body.items;
    expect(dates.map(({ date }) => date)).toEqual(
      [2, 1, 0].map((d) => at(d * DAY_MS + HOUR_MS).slice(0, 10)),
    );
    const events = await lakeRows("events");
    expect(events.map(({ type, price, quantity }) => [type, price, quantity]).sort()).toEqual([
      ...[
        ["page_view", null, 1],
        ["product_view", null, 1],
        ["purchase", 9_950, 2],
      ],
    ]);
    expect(await lakeRows("inventory")).toMatchObject([{ warehouse: "w", quantity: 7, effect: "set" }]);
    expect(await lakeRows("demand")).toMatchObject([{ day: "2026-01-31", units: 4, price: 10_000 }]);
  });

  it("says what it holds, and lists its files in the bucket with their checksums", async () => {
    const { body } = await call<{ waiting: number; tables: { name: string; rows: number }[] }>(
      "GET",
      "/api/lake",
    );
    expect(body).toMatchObject({ waiting: 0, manifest: "lake/manifest.json" });
    expect(body.tables.find(({ name }) => name === "observations")).toMatchObject({
      rows: accepted,
      parts: 3,
    });
    const manifest = await (await env.LAKE.get("lake/manifest.json"))!.json<{ files: Files["items"] }>();
    const { items } = (await call<Files>("GET", "/api/lake/files?limit=500")).body;
    expect(manifest.files.map(({ key, sha256 }) => [key, sha256])).toEqual(
      items.map(({ key, sha256 }) => [key, sha256]),
    );
  });

  it("has each row once wherever an export is interrupted, and when two are at it", async () => {
    const broken = (method: string) => () => Promise.reject(new Error(`${method}: killed by the test`));
    const interruptions = [
      (ctx: ReturnType<typeof context>) => {
        let puts = 0;
        const put: R2Bucket["put"] = (...values: Parameters<R2Bucket["put"]>) =>
          puts++ > 0 ? broken("put")() : (env.LAKE.put(...values) as never);
        return { ...ctx, lake: Object.assign(Object.create(env.LAKE), { put }) as R2Bucket };
      },
      (ctx: ReturnType<typeof context>) => ({
        ...ctx,
        d1: Object.assign(Object.create(env.DB), { batch: broken("batch") }) as D1Database,
      }),
      (ctx: ReturnType<typeof context>) => ({
        ...ctx,
        inboxes: { ...ctx.inboxes, dropLake: broken("dropLake") },
      }),
      (ctx: ReturnType<typeof context>) => {
        const put = (key: string, ...rest: [never]) =>
          key.endsWith("manifest.json") ? broken("put")() : env.LAKE.put(key, ...rest);
        return { ...ctx, lake: Object.assign(Object.create(env.LAKE), { put }) as unknown as R2Bucket };
      },
    ];
    for (const [i, interrupt] of interruptions.entries()) {
      accepted += (await postObservations("lake", `cut-${i}`, observations(SKUS, 80 - i))).accepted;
      const now = NOW + 10 * i;
      await expect(exportLake(interrupt(context(now))), `interruption ${i}`).rejects.toThrow("killed");
      await Promise.allSettled([exportLake(context(now + 1)), exportLake(context(now + 2))]);
      const rows = await lakeRows("observations");
      expect(rows, `after interruption ${i}`).toHaveLength(accepted);
      expect(new Set(rows.map(({ batch, chunk, row }) => `${batch} ${chunk} ${row}`)).size).toBe(accepted);
      expect((await call("GET", "/api/lake")).body).toMatchObject({ waiting: 0 });
    }
  });

  it("takes in what was in quarantine once it is believed, as its receipt does", async () => {
    const slip = { ...observations(["LAKE-A"], 0.5)[0], observedAt: at(MINUTE_MS) };
    expect((await postObservations("lake", "slip", [slip])).quarantined).toBe(1);
    await exportLake(context());
    expect(await lakeRows("quarantined")).toMatchObject([{ batch: "slip", price: 50 }]);
    expect(await lakeRows("observations")).toHaveLength(accepted);
    const { items } = (await call<{ items: { id: string }[] }>("GET", "/api/quarantine?status=open")).body;
    await call("POST", `/api/quarantine/${items[0]!.id}/release`);
    expect(await receiptOf("slip")).toMatchObject({ accepted: 1, quarantined: 0 });
    accepted++;
    for (const later of [1, 2]) {
      await exportLake(context(Date.now() + 5 * later * MINUTE_MS), { all: true });
      expect(await lakeRows("observations")).toHaveLength(accepted);
    }
  });

  it("merges the files of a date into one, and deletes them a while later", async () => {
    const before = await lakeRows("observations");
    await expect(compactLake(context())).resolves.toMatchObject({ merged: expect.any(Number), deleted: 0 });
    const after = await lakeRows("observations");
    const names = (rows: typeof after) => rows.map((row) => JSON.stringify(row)).sort();
    expect(names(after)).toEqual(names(before));
    const { items } = (await call<Files>("GET", "/api/lake/files?table=observations")).body;
    expect(new Set(items.map(({ date }) => date)).size).toBe(items.length);
    const later = await compactLake(context(NOW + HOUR_MS));
    expect(later.deleted).toBeGreaterThan(5);
    const kept = (await env.LAKE.list({ prefix: "lake/observations/" })).objects.map(({ key }) => key);
    expect(kept.sort()).toEqual(items.map(({ key }) => key));
  });

  it("gives a lost shard its rows again: it then says what the old one said", async () => {
    const ports = portsOf(install);
    const spare = 900;
    const ctx = {
      ...context(),
      ports: { ...ports, shards: { ...ports.shards, addresses: async () => () => spare } },
      waitUntil: () => undefined,
    };
    const restored = await restoreSkus(ctx, (sku) => sku !== "LAKE-A", null);
    expect(restored).toMatchObject({ next: null, rows: ((accepted - 1) * 2) / 3 + 2 });
    const shardOf = await ports.shards.addresses();
    for (const sku of ["LAKE-B", "LAKE-C"]) {
      const old = skuShard(install, shardOf(sku));
      const rebuilt = skuShard(install, spare);
      const wanted = (await old.offers(sku)).map((offer) => ({ ...offer, version: expect.any(Number) }));
      expect(await rebuilt.offers(sku)).toEqual(wanted);
      expect(await rebuilt.history([sku], NOW + DAY_MS)).toEqual(await old.history([sku], NOW + DAY_MS));
    }
    const { items } = (await call<Files>("GET", "/api/lake/files?table=observations")).body;
    const { date, key } = items[0]!;
    const from = (name: string, rows: number) => restoreSkus(ctx, () => true, { date, key: name, rows });
    // within a file it goes on where it was; a file that is gone by now was merged, so its date begins again
    expect((await from(key, 0)).rows - (await from(key, 2)).rows).toBe(2);
    expect((await from(`${key}-gone`, 2)).rows).toBe((await from("", 0)).rows);
    const byHttp = await call("POST", "/api/lake/restore", { skus: ["LAKE-A"] });
    expect(byHttp).toMatchObject({ status: 200, body: { nextCursor: null } });
  });

  it("takes the hash of an erased visitor out of its files", async () => {
    const { visitor } = (await lakeRows("events")).find(({ type }) => type === "purchase")!;
    await call("POST", "/api/privacy/erase", { sessionIds: ["session-of-ada"] });
    await compactLake(context(NOW + 3 * HOUR_MS));
    const events = await lakeRows("events");
    expect(events).toHaveLength(3);
    expect(events.map((row) => row.visitor)).not.toContain(visitor);
    expect(events.filter((row) => row.visitor === null)).toHaveLength(2);
  });

  it("is emptied by table: what the database has comes again, posted rows only go if that is said", async () => {
    await call("PUT", "/api/products/LAKE-A/price", { price: "101.00", reason: "a test of the lake" });
    await call("POST", "/api/lake/export");
    const ledger = await lakeRows("ledger");
    expect(ledger.length).toBeGreaterThan(0);
    const reset = (body: object) => call("POST", "/api/lake/reset", body);
    expect(await reset({ tables: ["ledger"] })).toMatchObject({ status: 200 });
    expect(await lakeRows("ledger")).toEqual([]);
    await call("POST", "/api/lake/export");
    expect(await lakeRows("ledger")).toEqual(ledger);
    expect(await reset({ tables: ["demand"] })).toMatchObject({ status: 422, body: { code: "invalid" } });
    expect(await reset({ tables: ["demand"], discard: true })).toMatchObject({ status: 200 });
    expect(await lakeRows("demand")).toEqual([]);
    expect(await lakeRows("observations")).toHaveLength(accepted);
  });
});
