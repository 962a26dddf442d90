import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { DAY_MS } from "../../domain/base/time.ts";
import type { FeatureDay } from "../../domain/learning/features/sku-features.ts";
import { GENESIS } from "../../domain/ledger/entries.ts";
import { portsOf } from "../../durable/ports.ts";
import { exportChain } from "../../services/chains/export-chain.ts";
import { keepHeads } from "../../services/chains/kept-heads.ts";
import { sealMonths } from "../../services/chains/seal-months.ts";
import { verifyChains, verifyInFull } from "../../services/chains/verify.ts";
import { exportLake } from "../../services/lake/export-lake.ts";
import { sendRunShards } from "../../services/queues.ts";
import { findJson } from "../../services/runs/run-record.ts";
import { startRun } from "../../services/runs/start-run.ts";
import {
  holdScheduledRuns,
  importProducts,
  type ProposalBody,
  productRow,
  propose,
  type RunBody,
  runEnd,
  runToEnd,
  seedShop,
} from "./back-support.ts";
import { context, endOf, rowsOf, snapshotOf } from "./runs-support.ts";
import { call } from "./support.ts";

const SKUS = ["KEEP-1", "KEEP-2", "KEEP-3", "KEEP-4"];

/** What has not gone to the lake yet is not removed. */
const exportAt = (now: number) =>
  exportLake({ ...context(now), inboxes: portsOf(env).inboxes }, { all: true });

/** The retention run of a night some days from now. */
async function retainIn(days: number): Promise<RunBody> {
  const ctx = context(Date.now() + days * DAY_MS);
  await exportAt(ctx.now);
  const { runId, wake } = await startRun(ctx, { kind: "retention", objectOf: () => 0 });
  await sendRunShards(env, wake);
  return runEnd(runId);
}

async function archived(table: string): Promise<Record<string, unknown>[]> {
  const { objects } = await env.LAKE.list({ prefix: `archive/${table}/` });
  const texts = objects.map(async ({ key }) => {
    const packed = (await env.LAKE.get(key))!.body;
    return new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
  });
  return (await Promise.all(texts)).flatMap((text) =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}

const keysOf = async (runId: string, part: string) =>
  (await env.LAKE.list({ prefix: `runs/${runId}/${part}` })).objects.map(({ key }) => key);

beforeAll(async () => {
  await holdScheduledRuns();
  await seedShop(SKUS);
  await runToEnd({ kind: "elasticity" });
}, 60_000);

describe("a retention run", () => {
  it("archives proposals some time after their end, with their explanation, and tells the audit", async () => {
    const [first, second] = [...(await propose(SKUS)).values()] as [ProposalBody, ProposalBody];
    await call("POST", `/api/proposals/${first.id}/reject`, { note: "too dear" });
    expect((await retainIn(20)).counts.removed).not.toHaveProperty("proposals");
    const run = await retainIn(31);
    expect(run).toMatchObject({ kind: "retention", status: "done" });
    expect((run.counts as { removed: Record<string, number> }).removed.proposals).toBe(1);
    expect((await call("GET", `/api/proposals/${first.id}`)).status).toBe(404);
    expect((await call("GET", `/api/proposals/${second.id}`)).status).toBe(200);
    const [row] = await archived("proposals");
    expect(row).toMatchObject({ id: first.id, note: "too dear", status: "rejected" });
    const explained = await findJson<Record<string, { sentence: string }>>(
      env.LAKE,
      `runs/${row!.runId}/explained/${String(row!.shard).padStart(5, "0")}.json`,
    );
    expect(explained![String(row!.sku)]!.sentence).not.toBe("");
    const { body } = await call<{ items: { subject: string; detail: unknown }[] }>(
      "GET",
      "/api/audit?action=data.archive",
    );
    expect(body.items[0]).toMatchObject({ subject: run.id, detail: { removed: { proposals: 1 } } });
    // the entry that rejected it is there, its row is not
    const later = { ...context(Date.now() + 31 * DAY_MS), vault: portsOf(env).vault };
    expect((await verifyInFull(later, null)).bad).toBeNull();
    const now = { ...context(), vault: portsOf(env).vault };
    expect((await verifyInFull(now, null)).bad).toMatchObject({ part: "proposals", at: first.id });
    await env.DB.prepare("DELETE FROM job_failures").run();
  });

  it("removes nothing on a dry run, and counts", async () => {
    await env.DB.prepare(
      `INSERT INTO signals (id, sku, type, status, priority, severity, confidence, message, evidence, opened_at,
         updated_at, resolved_at, version)
       VALUES ('sig_old', 'KEEP-1', 'UNDERCUT', 'resolved', 1, 1, 1, '', '{}', 0, 0, 0, 1)`,
    ).run();
    const { wake, runId } = await startRun(context(), { kind: "retention", dryRun: true, objectOf: () => 0 });
    await sendRunShards(env, wake);
    expect((await runEnd(runId)).counts).toMatchObject({ removed: { signals: 1 } });
    expect(await rowsOf("SELECT id FROM signals WHERE id = 'sig_old'")).toHaveLength(1);
    await retainIn(0);
    expect(await rowsOf("SELECT id FROM signals WHERE id = 'sig_old'")).toHaveLength(0);
    expect(await archived("signals")).toEqual([expect.objectContaining({ id: "sig_old" })]);
  });

  it("keeps resolved signals that somebody acknowledged for longer than the others", async () => {
    const insert = env.DB.prepare(
      `INSERT INTO signals (id, sku, type, status, priority, severity, confidence, message, evidence, opened_at,
         updated_at, resolved_at, acknowledged_by, version)
       VALUES (?1, 'KEEP-1', 'UNDERCUT', 'resolved', 1, 1, 1, '', '{}', ?2, ?2, ?2, ?3, 1)`,
    );
    const now = Date.now();
    await env.DB.batch([insert.bind("sig_unseen", now, null), insert.bind("sig_seen", now, "user:ann")]);
    const left = () => rowsOf("SELECT id FROM signals WHERE id IN ('sig_unseen', 'sig_seen') ORDER BY 1");
    await retainIn(29);
    expect(await left()).toEqual([{ id: "sig_seen" }, { id: "sig_unseen" }]);
    await retainIn(31);
    expect(await left()).toEqual([{ id: "sig_seen" }]);
    await retainIn(91);
    expect(await left()).toEqual([]);
  });

  it("leaves of the elasticities of long ago the last of each week", async () => {
    const monday = Date.UTC(2024, 0, 4); // weeks are counted from a Thursday
    const days = Array.from({ length: 21 }, (_, i) => monday + i * DAY_MS);
    const insert = env.DB.prepare(
      "INSERT INTO elasticity_history (sku, as_of, mean, sd, identified, label, run_id) VALUES ('KEEP-2', ?1, 0, 1, 0, '', '')",
    );
    await env.DB.batch(days.map((day) => insert.bind(day)));
    const asOf = (monday + 120 * DAY_MS - Date.now()) / DAY_MS;
    await retainIn(asOf);
    const left = await rowsOf(
      "SELECT as_of FROM elasticity_history WHERE as_of < ?1 ORDER BY 1",
      monday + 30 * DAY_MS,
    );
    expect(left.map((row) => (Number(row.as_of) - monday) / DAY_MS)).toEqual([6, 13, 20]);
  });
});

describe("what the bucket keeps of a run", () => {
  it("is first what replays it, then what the newest forecasts need, and then nothing", async () => {
    const before = await runToEnd({ kind: "elasticity" });
    const scoped = await runToEnd({ kind: "proposals", scope: { skus: SKUS } });
    const newest = await runToEnd({ kind: "elasticity" });
    await retainIn(3);
    expect(await rowsOf("SELECT 1 FROM run_shards WHERE run_id IN (?1, ?2)", before.id, scoped.id)).toEqual(
      [],
    );
    expect(await keysOf(before.id, "filter/")).toEqual([]);
    expect((await keysOf(newest.id, "filter/")).length).toBeGreaterThan(0);
    for (const run of [before, scoped])
      expect((await call("POST", `/api/runs/${run.id}/replay`)).body).toMatchObject({ identical: true });
    const { body } = await call<{ items: unknown[] }>("GET", `/api/decisions?runId=${scoped.id}&sku=KEEP-3`);
    expect(body.items).toHaveLength(1);
    // the next night goes on from the filters of the newest
    const next = await runToEnd({ kind: "elasticity" });
    const [filtered] = await rowsOf("SELECT counts FROM run_shards WHERE run_id = ?1 AND phase = 0", next.id);
    expect(JSON.parse(String(filtered!.counts))).toMatchObject({ resumed: SKUS.length });
    await retainIn(40);
    expect(await keysOf(before.id, "")).toEqual([]);
    expect(await keysOf(scoped.id, "snapshot/")).not.toEqual([]); // its proposals are there still
    expect((await call("POST", `/api/runs/${before.id}/replay`)).status).toBe(409);
    expect((await call("GET", "/api/products/KEEP-1/forecast")).status).toBe(200);
    await retainIn(100);
    expect((await call("GET", `/api/runs/${before.id}`)).status).toBe(404);
    expect(await archived("runs")).toContainEqual(expect.objectContaining({ id: before.id }));
    await retainIn(1_000);
    expect(await archived("signals")).toEqual([]);
  });

  it("stays as long as a later run needs it whose snapshots are made again from its own", async () => {
    const base = await runToEnd({ kind: "elasticity" });
    const later = await runToEnd({ kind: "elasticity" });
    await runToEnd({ kind: "elasticity" });
    await env.DB.prepare("UPDATE runs SET base_run_id = ?1, finished_at = finished_at + ?2 WHERE id = ?3")
      .bind(base.id, 10 * DAY_MS, later.id)
      .run();
    await retainIn(40);
    expect(await keysOf(base.id, "snapshot/")).not.toEqual([]);
    await retainIn(47);
    expect(await keysOf(later.id, "snapshot/")).toEqual([]);
    await retainIn(48);
    expect(await keysOf(base.id, "snapshot/")).toEqual([]);
  });

  it("has what a version of the model learned as long as it can be gone back to", async () => {
    const [older, newer] = [await runToEnd({ kind: "elasticity" }), await runToEnd({ kind: "elasticity" })];
    const inForce = "/api/models?status=active&kind=elasticity";
    const [active] = (await call<{ items: { id: string }[] }>("GET", inForce)).body.items;
    const goBackTo = (run: RunBody) =>
      call("POST", `/api/models/${active!.id}/rollback`, { note: "worse", runId: run.id });
    await retainIn(29);
    expect((await goBackTo(older)).status).toBe(200);
    expect(await rowsOf("SELECT DISTINCT run_id FROM forecasts")).toEqual([{ run_id: older.id }]);
    expect((await call("GET", "/api/products/KEEP-1/forecast")).status).toBe(200);
    await retainIn(100);
    expect((await call("GET", "/api/products/KEEP-1/forecast")).status).toBe(200);
    expect(await goBackTo(newer)).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
  });
});

describe("ledger and audit", () => {
  const later = (months: number) => ({
    ...context(Date.now() + months * 31 * DAY_MS),
    vault: portsOf(env).vault,
  });

  it("are sealed by the month, leave the database after thirteen, and stay provable", async () => {
    await importProducts([productRow("SEAL-1"), productRow("SEAL-2")]);
    await call("PUT", "/api/products/SEAL-1/price", { price: "21.00", reason: "by hand" });
    await call("PUT", "/api/products/SEAL-1/price", { price: "22.00", reason: "by hand" });
    await keepHeads(later(4));
    const count = async (table: string) => Number((await rowsOf(`SELECT count(*) AS n FROM ${table}`))[0]!.n);
    const [ledger, audit] = [await count("price_ledger"), await count("audit")];
    await sealMonths(later(2));
    expect(await count("price_ledger")).toBe(ledger);
    await exportAt(later(15).now);
    await sealMonths(later(15));
    // an entry stays for each price in force; the kept head is one of them
    expect(await count("price_ledger")).toBe(await count("products"));
    expect(await count("audit")).toBeLessThan(audit);
    expect((await verifyChains(later(15))).bad).toBeNull();
    expect((await verifyInFull(later(15), null)).bad).toBeNull();
    const lines = await new Response(await exportChain(later(15), "ledger")).text();
    const entries = lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { seq: number; prevHash: string });
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: ledger }, (_, i) => i + 1));
    expect(entries[0]!.prevHash).toBe(GENESIS);
  });

  it("show a sealed month that was changed, and an old entry that was", async () => {
    const [first] = (await env.LAKE.list({ prefix: "chains/ledger/" })).objects;
    const before = await (await env.LAKE.get(first!.key))!.bytes();
    await env.LAKE.delete(first!.key);
    expect((await verifyInFull(later(15), null)).bad).toMatchObject({ part: "seals", at: first!.key });
    await env.LAKE.put(first!.key, before);
    await env.DB.prepare("UPDATE price_ledger SET actor = 'nobody' WHERE seq = 1").run();
    expect((await verifyInFull(later(15), null)).bad).toMatchObject({ part: "ledger", at: 1 });
  });
});

describe("days of demand", () => {
  it("leave the database once they are rolled up, and runs then ask the shards for them", async () => {
    const count = async () =>
      Number((await rowsOf("SELECT count(*) AS n FROM demand_days WHERE sku = 'KEEP-2'"))[0]!.n);
    const daysAt = async (days: number) => {
      const at = Date.now() + days * DAY_MS;
      const run = await endOf({ kind: "elasticity", skus: ["KEEP-2"], now: at, asOf: at });
      return (await snapshotOf(run.id))[0]!.features.days;
    };
    const known = await daysAt(0);
    expect(known).toHaveLength(120);
    await retainIn(230);
    expect(await count()).toBe(120);
    const [from, to] = [known[0]!.day, known.at(-1)!.day];
    const rebuild = async () => {
      expect((await call("POST", "/api/marts/rebuild", { from, to })).status).toBe(202);
      const rolled =
        "SELECT count(*) AS n FROM mart_days WHERE mart = 'daily_demand' AND day BETWEEN ?1 AND ?2";
      await expect
        .poll(async () => (await rowsOf(rolled, from, to))[0]!.n, { timeout: 20_000 })
        .toBe(known.length);
    };
    await rebuild();
    // the rows were posted within the hour: they would be rolled up once more before they go
    await env.DB.prepare("UPDATE changed_days SET at = 0").run();
    const demand = () => call("GET", `/api/marts/daily-demand?from=${from}&to=${to}&limit=200`);
    const rolledUp = (await demand()).body;
    const run = await retainIn(230);
    expect(run.counts).toMatchObject({ removed: { demand: expect.any(Number) } });
    // a product's newest day stays
    expect(await count()).toBe(1);
    const plain = (days: FeatureDay[]) => days.map(({ cheapest: _, ...day }) => day);
    expect(plain(await daysAt(230))).toEqual(plain(known));
    // a day that is no longer whole is not rolled up again
    await rebuild();
    expect((await demand()).body).toEqual(rolledUp);
  });
});
