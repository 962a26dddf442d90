import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { getJson } from "../../services/runs/run-record.ts";
import { daysAgo, holdScheduledRuns, postDemand, propose, runToEnd, seedShop } from "./back-support.ts";
import { call, observation, postObservations } from "./support.ts";

const SKUS = Array.from({ length: 8 }, (_, i) => `REP-${i}`);

interface ReplayBody {
  identical: boolean;
  decisionHash: string;
  differences: { sku: string; recorded: string | null; recomputed: string | null }[];
  codeVersion: { recorded: string; present: string };
}

const replay = async (id: string, shardSize?: number) =>
  call<ReplayBody>("POST", `/api/runs/${id}/replay${shardSize ? `?shardSize=${shardSize}` : ""}`);

beforeAll(async () => {
  await holdScheduledRuns();
  await seedShop(SKUS);
  await postObservations(
    "replay",
    "replay-market",
    SKUS.map((sku, i) => observation(sku, 18 + i)),
  );
}, 60_000);

describe("a run computed again from the bucket", () => {
  it.each(["elasticity", "proposals"])("of %s is identical in shards of 1, 7 and 64", async (kind) => {
    const run = await runToEnd({ kind, scope: { skus: SKUS } });
    expect(run.decisionHash).toMatch(/^[0-9a-f]{64}$/);
    for (const size of [1, 7, 64, undefined]) {
      const { status, body } = await replay(run.id, size);
      expect(status).toBe(200);
      expect(body).toMatchObject({ identical: true, decisionHash: run.decisionHash, differences: [] });
      expect(body.codeVersion.recorded).toBe(body.codeVersion.present);
    }
  });

  it("is identical where only what differs from an earlier run was kept", async () => {
    const skus = Array.from({ length: 60 }, (_, i) => `REP-N${i}`);
    await seedShop(skus);
    await runToEnd({ kind: "proposals", scope: { skus: skus.slice(1) } });
    await postDemand("replay-new", [{ sku: "REP-N2", day: daysAgo(1), units: 40, price: 20 }]);
    await postObservations("replay-new", "replay-market", [observation("REP-N3", 17.5)]);
    for (const kind of ["elasticity", "proposals"]) {
      const run = await runToEnd({ kind, scope: { skus } });
      const key = (id: string) => `runs/${id}/snapshot/00000.json`;
      const { base } = await getJson<{ base: string }>(env.LAKE, key(run.id));
      const sizes = await Promise.all([base, run.id].map((id) => env.LAKE.head(key(id))));
      expect(sizes[1]!.size, kind).toBeLessThan(sizes[0]!.size / 2);
      const { body } = await replay(run.id, 7);
      expect(body).toMatchObject({ identical: true, decisionHash: run.decisionHash, differences: [] });
    }
  });

  it("does not look at what changed since: prices, costs, settings, demand", async () => {
    const run = await runToEnd({ kind: "proposals", scope: { skus: SKUS } });
    await env.DB.batch([
      env.DB.prepare("UPDATE products SET unit_cost = 1, stock = 0 WHERE sku LIKE 'REP-%'"),
      env.DB.prepare("DELETE FROM demand_days WHERE sku LIKE 'REP-%'"),
      env.DB.prepare("DELETE FROM elasticities WHERE sku LIKE 'REP-%'"),
    ]);
    await call("PUT", "/api/settings", { guardrails: { maxStep: 0.01 } });
    expect((await replay(run.id)).body).toMatchObject({ identical: true, differences: [] });
    await call("PUT", "/api/settings", { guardrails: { maxStep: 0.1 } });
  });

  it("names the SKU whose snapshot was tampered with", async () => {
    await seedShop(["REP-T0", "REP-T1"]);
    const run = await runToEnd({ kind: "proposals", scope: { skus: ["REP-T0", "REP-T1"] } });
    const key = `runs/${run.id}/snapshot/00000.json`;
    const snapshot = await getJson<{ own: { sku: string; unitCost: number } }[]>(env.LAKE, key);
    snapshot.find(({ own }) => own.sku === "REP-T1")!.own.unitCost = 5_000;
    await env.LAKE.put(key, JSON.stringify(snapshot));
    const { body } = await replay(run.id);
    expect(body.identical).toBe(false);
    expect(body.decisionHash).not.toBe(run.decisionHash);
    expect(body.differences.map(({ sku }) => sku)).toEqual(["REP-T1"]);
  });

  it("that nobody knows is not found, one that decided nothing has nothing to compare", async () => {
    expect((await replay("run_none")).status).toBe(404);
    const features = await runToEnd({ kind: "features", scope: { skus: ["REP-0"] } });
    expect(await replay(features.id)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect((await replay(features.id, 0.5)).status).toBe(422);
  });
});

describe("limits that couple the products of a run", () => {
  it("propose no more changes than allowed, those with the largest gains, and say how exact that is", async () => {
    const skus = ["POR-0", "POR-1", "POR-2", "POR-3"];
    await seedShop(skus);
    expect((await propose(skus)).size).toBe(4);
    await call("PUT", "/api/settings", { maxPriceChanges: 2 });
    const run = await runToEnd({ kind: "proposals", scope: { skus } });
    await call("PUT", "/api/settings", { maxPriceChanges: null });
    expect(run).toMatchObject({
      status: "done",
      counts: {
        decided: 4,
        proposed: 2,
        held: 2,
        reasons: { portfolio: 2 },
        portfolio: { changes: 2, gap: 0, feasible: true },
      },
    });
    const { body } = await call<{ items: unknown[] }>("GET", `/api/proposals?runId=${run.id}`);
    expect(body.items).toHaveLength(2);
    expect((await replay(run.id, 1)).body).toMatchObject({ identical: true, decisionHash: run.decisionHash });
  });
});
