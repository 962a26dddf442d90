import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { PoolInput, SkuSnapshot } from "../../domain/runs/learned.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import { getJson, resultKey } from "../../services/runs/run-record.ts";
import { getSnapshots } from "../../services/runs/snapshot-store.ts";
import {
  holdScheduledRuns,
  importProducts,
  postDemand,
  productRow,
  runToEnd,
  simulateDemand,
} from "./back-support.ts";
import { call } from "./support.ts";

const CALM = Array.from({ length: 20 }, (_, i) => `CALM-${i}`);
const KEEN = Array.from({ length: 20 }, (_, i) => `KEEN-${i}`);

const shardsOf = async (id: string) =>
  (await env.DB.prepare("SELECT counts FROM run_shards WHERE run_id = ?1").bind(id).all<{ counts: string }>())
    .results;
const manifestOf = (id: string) => getJson<RunManifest>(env.LAKE, `runs/${id}/run.json`);

beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts([
    ...CALM.map((sku) => productRow(sku, { category: "calm", unitCost: "10.00" })),
    ...KEEN.map((sku) => productRow(sku, { category: "keen", unitCost: "10.00" })),
  ]);
  const model = { level: 20, reference: 20, days: 120, priceEvery: 4 };
  await postDemand("science", [
    ...CALM.flatMap((sku, seed) => simulateDemand(sku, { ...model, seed, elasticity: -1.5 })),
    ...KEEN.flatMap((sku, seed) => simulateDemand(sku, { ...model, seed: 100 + seed, elasticity: -3.5 })),
  ]);
}, 60_000);

interface Item {
  sku: string;
  mean: number;
  previousMean: number | null;
  sd: number;
  ci95: [number, number];
  prior: { sd: number };
  identified: boolean;
}

interface Learned {
  runId: string;
  mean: number;
  low: number | null;
  high: number | null;
}

describe("the elasticities of a generated shop", () => {
  it("are −1.5 and −3.5 by category, with honest intervals", async () => {
    const run = await runToEnd({ kind: "elasticity" });
    expect(run).toMatchObject({ status: "done", counts: { pooled: 40, competitor: { identified: false } } });
    const categories = run.counts.categories as Record<string, { own: number }>;
    expect(Math.abs(categories.calm!.own + 1.5)).toBeLessThan(0.4);
    expect(Math.abs(categories.keen!.own + 3.5)).toBeLessThan(0.4);
    const { items } = (await call<{ items: Item[] }>("GET", "/api/elasticities?limit=500")).body;
    expect(items).toHaveLength(40);
    expect(items.every(({ previousMean }) => previousMean === null)).toBe(true);
    const truth = ({ sku }: Item) => (sku.startsWith("CALM") ? -1.5 : -3.5);
    expect(items.filter(({ mean }) => mean >= 0)).toEqual([]);
    // a history that may have a break in it says less than its prior
    expect(items.filter(({ sd, prior }) => sd >= prior.sd).length).toBeLessThanOrEqual(2);
    const covered = items.filter((item) => item.ci95[0] <= truth(item) && truth(item) <= item.ci95[1]);
    expect(covered.length).toBeGreaterThanOrEqual(36);
  });

  it("start from what the last run of the whole shop learned, which is part of the snapshot", async () => {
    const [cold, warm] = [await runToEnd({ kind: "elasticity" }), await runToEnd({ kind: "elasticity" })];
    const manifest = await manifestOf(warm.id);
    expect(manifest).toMatchObject({ kind: "elasticity", skus: 40, previous: { runId: cold.id } });
    expect(manifest.previous!.pooled.daily!.skus).toBe(40);
    // of a run over a part of the shop nothing is taken over
    const part = await runToEnd({ kind: "elasticity", scope: { skus: CALM.slice(0, 2) } });
    expect((await manifestOf((await runToEnd({ kind: "elasticity" })).id)).previous!.runId).not.toBe(part.id);
    // nor is it a point of the course of the whole
    const course = async (query: string) =>
      (await call<{ course: Learned[] }>("GET", `/api/analysis/elasticity${query}`)).body.course;
    const whole = await course("");
    expect(whole).toHaveLength(4);
    expect(whole[1]).toMatchObject({ runId: cold.id, mean: (cold.counts.own as { mean: number }).mean });
    expect(whole.every(({ mean, low, high }) => low! < mean && mean < high!)).toBe(true);
    const { own } = (warm.counts.categories as Record<string, { own: number }>).keen!;
    expect((await course("?category=keen"))[2]).toMatchObject({ runId: warm.id, mean: own, low: null });
    expect(await course("?brand=none")).toEqual([]);
    const { items } = (await call<{ items: Item[] }>("GET", "/api/elasticities?limit=500")).body;
    expect(items.every(({ previousMean }) => previousMean! < 0)).toBe(true);
    const { body } = await call("POST", `/api/runs/${warm.id}/replay?shardSize=7`);
    expect(body).toMatchObject({ identical: true, decisionHash: warm.decisionHash });
  });

  it("say how right the shop's own prices seem, of the whole catalogue and as long as that is asked", async () => {
    const told = async (query = "") =>
      (await call<{ pricesRight: object | null }>("GET", `/api/analysis/elasticity${query}`)).body
        .pricesRight;
    const run = await runToEnd({ kind: "elasticity" });
    const { each, inTheMean } = run.counts.pricesRight as { each: number; inTheMean: number };
    expect(each + inTheMean).toBeGreaterThan(0);
    expect(each + inTheMean).toBeLessThanOrEqual(1);
    const rounded = { each: Number(each.toFixed(3)), inTheMean: Number(inTheMean.toFixed(3)) };
    // neither a dry run, nor one of the past, nor one over a part of the shop is what prices are proposed by
    const asOf = new Date(Date.now() - 20 * 86_400_000).toISOString(); // later than what the next test learns
    const others = [{ dryRun: true }, { asOf }, { scope: { skus: CALM.slice(0, 2) } }];
    for (const other of others) await runToEnd({ kind: "elasticity", ...other });
    for (const query of ["", "?category=keen", "?category=none", "?brand=none"])
      expect(await told(query)).toEqual(rounded);
    const doubt = await call("PUT", "/api/settings", { pricesInformed: false });
    expect(doubt.status).toBe(200);
    const doubting = await runToEnd({ kind: "elasticity" });
    expect(doubting.counts).not.toHaveProperty("pricesRight");
    expect(await told()).toBeNull();
    await call("PUT", "/api/settings", { pricesInformed: true });
  });

  it("go on from the filters of the last run, but for a SKU whose past is not what it was", async () => {
    await runToEnd({ kind: "elasticity" });
    const resumed = async (id: string) =>
      (await shardsOf(id)).reduce((sum, { counts }) => sum + (JSON.parse(counts).resumed ?? 0), 0);
    const again = await runToEnd({ kind: "elasticity" });
    expect(await resumed(again.id)).toBe(40);
    const [row] = simulateDemand("CALM-3", {
      level: 20,
      reference: 20,
      days: 50,
      priceEvery: 4,
      seed: 3,
      elasticity: -1.5,
    });
    await postDemand("late", [{ ...row!, units: row!.units + 30 }]);
    const late = await runToEnd({ kind: "elasticity" });
    expect(await resumed(late.id)).toBe(39);
    const { body } = await call("POST", `/api/runs/${late.id}/replay?shardSize=7`);
    expect(body).toMatchObject({ identical: true, decisionHash: late.decisionHash });
    // what the last run left may be gone from the bucket
    const { runId } = (await manifestOf(late.id)).previous!;
    expect(runId).toBe(again.id);
    const left = await env.LAKE.list({ prefix: `runs/${late.id}/filter/` });
    await env.LAKE.delete(left.objects.map(({ key }) => key));
    expect(await resumed((await runToEnd({ kind: "elasticity" })).id)).toBe(0);
  });

  it("of the past do not start from what was learned later", async () => {
    // at noon: a day counts once most of it is over
    const day = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
    const asOf = `${day}T12:00:00.000Z`;
    const run = await runToEnd({ kind: "elasticity", asOf });
    expect((await manifestOf(run.id)).previous).toBeNull();
    const inputs = await getJson<PoolInput[]>(env.LAKE, resultKey(run.id, "statistics", 0));
    expect(inputs[0]!.sufficient.n).toBe(90);
  });
});

describe("whether prices followed demand", () => {
  it("is asked with the unit cost of each day, where it changed, and answered with the elasticity", async () => {
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    const costs = [200, 60].map(
      (ago, k) => `{"sku":"CALM-0","unitCost":"1${k}.00","from":"${day(ago)}T00:00:00Z"}`,
    );
    const imported = await call("POST", "/api/import/costs", costs.join("\n"), {
      "content-type": "application/x-ndjson",
    });
    expect(imported.body).toMatchObject({ inserted: 2, rejected: [] });
    const run = await runToEnd({ kind: "elasticity" });
    const { calm } = run.counts.categories as Record<string, { endogeneity: { priceFeedback: number } }>;
    expect(Math.abs(calm!.endogeneity.priceFeedback)).toBeLessThan(4);
    const snapshots = await Promise.all(
      (await env.LAKE.list({ prefix: `runs/${run.id}/snapshot/` })).objects.map((_, shard) =>
        getSnapshots<SkuSnapshot>(env.LAKE, run.id, shard),
      ),
    );
    const daysOf = (sku: string) =>
      snapshots.flat().find(({ features }) => features.sku === sku)!.features.days;
    const priced = daysOf("CALM-0").map(({ day: on, cost }) => [on < day(60) ? 1000 : 1100, cost]);
    expect(priced.filter(([expected, cost]) => expected !== cost)).toEqual([]);
    expect(daysOf("CALM-1").some(({ cost }) => cost !== undefined)).toBe(false);
    const { body } = await call<Record<string, unknown>>("GET", "/api/products/CALM-0/elasticity");
    expect(body).toMatchObject({
      endogeneityFlag: false,
      endogeneity: { priceFeedback: expect.any(Number), category: { priceFeedback: expect.any(Number) } },
    });
    const replayed = await call("POST", `/api/runs/${run.id}/replay?shardSize=7`);
    expect(replayed.body).toMatchObject({ identical: true });
  });
});

describe("uneven days", () => {
  it("are modelled by the week, and the run says how many", async () => {
    const skus = Array.from({ length: 6 }, (_, i) => `BULK-${i}`);
    await importProducts(skus.map((sku) => productRow(sku, { category: "bulk" })));
    const model = { level: 900, reference: 20, days: 210, priceEvery: 14, elasticity: -2 };
    const rows = skus.flatMap((sku, seed) => simulateDemand(sku, { ...model, seed: 200 + seed }));
    const uneven = rows.map((row, k) => ({
      ...row,
      units: k % 7 === 0 ? row.units * 6 : Math.round(row.units / 12),
    }));
    await postDemand("bulk", uneven);
    const run = await runToEnd({ kind: "elasticity" });
    expect(run.counts).toMatchObject({ pooled: 46, weekly: { skus: 6 } });
    const { body } = await call<{ period: string; mean: number }>("GET", "/api/products/BULK-0/elasticity");
    expect(body.period).toBe("week");
    expect(body.mean).toBeLessThan(0);
    const replayed = await call("POST", `/api/runs/${run.id}/replay?shardSize=1`);
    expect(replayed.body).toMatchObject({ identical: true });
  });
});
