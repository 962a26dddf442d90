import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import { demandDays } from "../../db/schema.ts";
import { key } from "../../domain/base/keyed-random.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { portsOf } from "../../durable/ports.ts";
import { sendRunShards } from "../../services/queues.ts";
import { readDemand } from "../../services/runs/read-demand.ts";
import { runShard } from "../../services/runs/run-shard.ts";
import { proposalsOf, runEnd, runToEnd } from "./back-support.ts";
import {
  asOf,
  context,
  deliver,
  elasticities,
  endOf,
  rowsOf,
  SKUS,
  seedRuns,
  shardsOf,
  startInShards,
} from "./runs-support.ts";
import { call } from "./support.ts";

beforeAll(seedRuns, 60_000);

describe("an elasticity run", () => {
  it("ends done, says what it pooled, and stores one elasticity a SKU", async () => {
    const run = await runToEnd({ kind: "elasticity", scope: { skus: SKUS } });
    expect(run).toMatchObject({
      status: "done",
      phase: "save",
      failures: [],
      counts: {
        skus: 12,
        pooled: 12,
        own: { identified: true, ci95: [expect.any(Number), expect.any(Number)] },
        competitor: { ci95: [expect.any(Number), expect.any(Number)] },
      },
    });
    const { body } = await call<{ items: Record<string, unknown>[] }>("GET", "/api/elasticities?limit=500");
    expect(body.items.map(({ sku }) => sku)).toEqual(SKUS);
    for (const item of body.items) {
      expect(item.runId).toBe(run.id);
      expect(item.mean).toBeLessThan(0);
    }
    const one = await call("GET", "/api/products/RUN-00/elasticity");
    const { title, previousMean, ...listed } = body.items[0]!;
    expect(title).toBe("Thing RUN-00");
    expect(previousMean).toBeLessThan(0);
    expect(one.body).toMatchObject(listed);
    expect((await call("GET", "/api/products/NONE/elasticity")).status).toBe(404);
  });

  it("gives the same elasticities whatever its shards are", async () => {
    const shuffled = (sku: string) => key(7, Number(sku.slice(4)));
    const results: unknown[] = [];
    for (const [size, objectOf] of [
      [1, () => 0],
      [5, shuffled],
      [64, shuffled],
    ] as const) {
      await env.DB.prepare("DELETE FROM elasticities").run();
      expect(await endOf({ kind: "elasticity", size, objectOf })).toMatchObject({ status: "done" });
      results.push(await elasticities());
    }
    expect(results[0]).toHaveLength(12);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it("that looked at an older state never overwrites a newer elasticity", async () => {
    const before = await elasticities();
    expect(await endOf({ kind: "elasticity", asOf: asOf - 20 * 86_400_000 })).toMatchObject({
      status: "done",
    });
    expect(await elasticities()).toEqual(before);
  });

  it("on a dry run stores none", async () => {
    const before = await elasticities();
    const run = await endOf({ kind: "elasticity", dryRun: true, asOf: Date.now() });
    expect(run).toMatchObject({ status: "done", counts: { pooled: 12 } });
    expect(await elasticities()).toEqual(before);
  });
});

describe("a shard", () => {
  it("computed twice gives the same rows", async () => {
    const { wake } = await startInShards({ kind: "elasticity" });
    const ctx = context();
    const readHistories = async (skus: readonly string[]) => skus.map((sku) => ({ sku, competitors: [] }));
    const none = { readHistories, ports: portsOf(env as unknown as Env) };
    const snapshot = async () => (await env.LAKE.get(`runs/${wake[0]!.runId}/filter/00000.json`))!.text();
    expect(await runShard(ctx, wake[0]!, none)).toBeNull();
    const first = await snapshot();
    await env.DB.prepare("UPDATE run_shards SET status = 'waiting', started_at = NULL WHERE run_id = ?1")
      .bind(wake[0]!.runId)
      .run();
    await runShard(ctx, wake[0]!, none);
    expect(await snapshot()).toBe(first);
    const days = await runShard(ctx, wake[1]!, none);
    expect(days).toEqual([{ ...wake[0]!, phase: 1 }]);
    const identify = await runShard(ctx, days![0]!, none);
    expect(identify).toHaveLength(2);
    expect(await runShard(ctx, identify![0]!, none)).toBeNull();
    const pool = await runShard(ctx, identify![1]!, none);
    expect(pool).toEqual([{ ...wake[0]!, phase: 3 }]);
    const finish = await runShard(ctx, pool![0]!, none);
    expect(finish).toHaveLength(2);
    await runShard(ctx, finish![0]!, none);
    const judge = await runShard(ctx, finish![1]!, none);
    expect(judge).toEqual([{ ...wake[0]!, phase: 5 }]);
    const save = await runShard(ctx, judge![0]!, none);
    expect(save).toHaveLength(2);
    await runShard(ctx, save![0]!, none);
    const rows = await elasticities();
    await env.DB.prepare(
      "UPDATE run_shards SET status = 'waiting', started_at = NULL WHERE run_id = ?1 AND phase = 6",
    )
      .bind(wake[0]!.runId)
      .run();
    await runShard(ctx, save![0]!, none);
    expect(await elasticities()).toEqual(rows);
    await runShard(ctx, save![1]!, none);
    expect(await runEnd(wake[0]!.runId)).toMatchObject({ status: "done" });
  });

  it("of proposals delivered three times at once makes each proposal once", async () => {
    const { runId, wake } = await startInShards({ kind: "proposals", size: 12 });
    const results = await Promise.all([deliver(wake), deliver(wake), deliver(wake)]);
    for (const { explicitAcks } of results) expect(explicitAcks).toEqual(["m0"]);
    await runEnd(runId);
    const proposals = await proposalsOf(`runId=${runId}`);
    const proposed = proposals.map(({ sku }) => sku);
    expect(new Set(proposed).size).toBe(proposed.length);
    expect(proposed.length).toBeGreaterThanOrEqual(SKUS.length - 2);
    expect(proposals.every(({ status }) => status === "pending")).toBe(true);
  });

  it("of an ended run, an earlier phase or an unknown run is not computed", async () => {
    const { runId, wake } = await startInShards({ kind: "elasticity" });
    await sendRunShards(env, wake);
    await runEnd(runId);
    const state = async () => [
      await elasticities(),
      await shardsOf(runId),
      await rowsOf("SELECT * FROM runs WHERE id = ?1", runId),
    ];
    const before = await state();
    const failing = { LAKE: new Proxy(env.LAKE, { get: () => () => Promise.reject(new Error("touched")) }) };
    const strange = [
      { ...wake[0]!, phase: 1 },
      { ...wake[0]!, phase: 99 },
      { ...wake[0]!, shard: 99 },
      { ...wake[0]!, runId: "run_none" },
    ];
    const { explicitAcks } = await deliver([...wake, ...strange], failing);
    expect(explicitAcks).toHaveLength(6);
    expect(await state()).toEqual(before);
  });

  it("that is no message of the queue is parked", async () => {
    await deliver([{ type: "run", runId: "x" } as RunShardMessage]);
    const { body } = await call<{ items: { reason: string }[] }>("GET", "/api/dead-letters");
    expect(body.items.map(({ reason }) => reason)).toContain("not a message of this queue");
  });
});

describe("starting a run", () => {
  it.each<[string, unknown, string]>([
    ["an unknown kind", { kind: "magic" }, "kind"],
    ["an unknown field", { kind: "features", colour: "red" }, "colour"],
    ["an unknown SKU", { kind: "features", scope: { skus: ["RUN-00", "NONE"] } }, "scope.skus"],
    ["an invalid time", { kind: "features", asOf: "yesterday" }, "asOf"],
    ["a future time", { kind: "features", asOf: "2999-01-01T00:00:00Z" }, "asOf"],
  ])("with %s is refused", async (_, body, path) => {
    const answer = await call<{ errors: { path: string }[] }>("POST", "/api/runs", body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((error) => error.path)).toEqual([path]);
  });

  it("with nothing in its scope is done at once", async () => {
    expect(await runToEnd({ kind: "elasticity", scope: { category: "nothing here" } })).toMatchObject({
      status: "done",
      counts: { skus: 0 },
    });
  });

  it("is listed newest first, and an unknown one is not found", async () => {
    const { id } = await runToEnd({ kind: "features", scope: { skus: ["RUN-00"] } });
    const { body } = await call<{ items: { id: string }[] }>("GET", "/api/runs?limit=4");
    // the four held runs are dated far ahead
    expect(body.items).toHaveLength(4);
    const all = await call<{ items: { id: string }[] }>("GET", "/api/runs?limit=500");
    expect(all.body.items[4]!.id).toBe(id);
    expect((await call("GET", "/api/runs/run_none")).status).toBe(404);
  });

  it("shows its progress", async () => {
    const { runId, wake } = await startInShards({ kind: "elasticity", size: 4 });
    const at = async () => (await call("GET", `/api/runs/${runId}`)).body;
    expect(await at()).toMatchObject({ status: "queued", phase: "filter", shards: { total: 3, done: 0 } });
    await deliver(wake.slice(0, 2));
    expect(await at()).toMatchObject({ status: "running", phase: "filter", shards: { total: 3, done: 2 } });
    await deliver(wake.slice(2));
    await runEnd(runId);
    expect(await at()).toMatchObject({ phase: "save", shards: { total: 3, done: 3, failed: 0 } });
  });
});

describe("the days of demand that a run reads", () => {
  it("are those of the database, in order and to the last digit; of a SKU without recent ones the newest", async () => {
    const week = { period: "week" as const, promotions: '{"flyer":0.5}' };
    const stored = [
      { sku: "DAY-1", day: "2026-03-02", price: 1_000, exposure: 1 / 3, promo: 0, views: null, carts: null },
      { sku: "DAY-1", day: "2026-03-01", price: 999, exposure: null, promo: 1, views: 7, carts: null },
      { sku: "DAY-2", day: "2025-12-29", price: 500, exposure: 1, promo: 0, views: null, carts: 2, ...week },
    ].map((day, i) => ({ ...{ units: i, period: null, promotions: null }, ...day }));
    const { d1, db } = context();
    for (const { exposure, promo, ...day } of stored)
      await db.insert(demandDays).values({
        ...{ ...day, inStockShare: exposure, promo: promo === 1, revenue: 0, version: 1 },
      });
    const span = { first: "2026-02-01", last: "2026-03-31" };
    const read = await readDemand({ d1 }, ["DAY-1", "DAY-2", "DAY-3"], span);
    expect([...read.keys()].sort()).toEqual(["DAY-1", "DAY-2"]);
    expect(read.get("DAY-1")).toEqual([stored[1], stored[0]]);
    expect(read.get("DAY-2")).toEqual([stored[2]]);
  });
});
