import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { ChallengerFit } from "../../domain/pricing/challenger/fit.ts";
import type { PricingSnapshot } from "../../domain/runs/propose.ts";
import { findJson } from "../../services/runs/run-record.ts";
import { getSnapshots } from "../../services/runs/snapshot-store.ts";
import {
  holdScheduledRuns,
  importProducts,
  type ProposalBody,
  person,
  postDemand,
  productRow,
  proposalsOf,
  type RunBody,
  runToEnd,
  simulateDemand,
} from "./back-support.ts";
import { call } from "./support.ts";

const LAMPS = Array.from({ length: 24 }, (_, i) => `LAMP-${String(i).padStart(2, "0")}`);
const MUGS = ["MUG-0", "MUG-1"];
const RUGS = Array.from({ length: 24 }, (_, i) => `RUG-${String(i).padStart(2, "0")}`);

async function choose(strategyByCategory: Record<string, string>) {
  const admin = await person("admin@shop.test", "admin");
  const { status } = await admin.call("PUT", "/api/settings", { strategyByCategory });
  expect(status).toBe(200);
}

function modelOf(run: RunBody, category: string): Promise<ChallengerFit | null> {
  return findJson<ChallengerFit>(env.LAKE, `runs/${run.id}/challenger/${category}.json`);
}

async function snapshotsOf(run: RunBody): Promise<PricingSnapshot[]> {
  const { objects } = await env.LAKE.list({ prefix: `runs/${run.id}/snapshot/` });
  const parts = objects.map((_, shard) => getSnapshots<PricingSnapshot>(env.LAKE, run.id, shard));
  return (await Promise.all(parts)).flat();
}

beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts([
    ...LAMPS.map((sku) => productRow(sku, { category: "lamps", unitCost: "10.00" })),
    ...MUGS.map((sku) => productRow(sku, { category: "mugs", unitCost: "10.00" })),
    ...RUGS.map((sku) => productRow(sku, { category: "rugs", unitCost: "10.00" })),
  ]);
  const model = { level: 20, reference: 20, days: 150, priceEvery: 4, elasticity: -1.5 };
  const rows = [...LAMPS, ...MUGS, ...RUGS].flatMap((sku, seed) => {
    const plain = simulateDemand(sku, { ...model, seed });
    if (!sku.startsWith("LAMP")) return plain;
    // dearer than 20.00 hardly sells: an elasticity cannot say so, trees can
    const scarce = simulateDemand(sku, { ...model, seed, level: 6 });
    return plain.map((row, k) => (Number(row.price) > 20 ? scarce[k]! : row));
  });
  await postDemand("challenger", rows);
}, 60_000);

describe("prices by the challenger", () => {
  it("rest on a model of the category, kept under the run that fitted it", async () => {
    const before = await runToEnd({ kind: "elasticity" });
    expect(before.counts.challengers).toBeUndefined();
    expect(await modelOf(before, "lamps")).toBeNull();

    await choose({ lamps: "ml_challenger", mugs: "ml_challenger", rugs: "ml_challenger" });
    const learned = await runToEnd({ kind: "elasticity" });
    expect(learned).toMatchObject({
      status: "done",
      counts: {
        challengers: {
          lamps: { rows: expect.any(Number), promotion: { promoted: true } },
          rugs: {
            promotion: {
              promoted: false,
              why: expect.stringContaining("elasticity model"),
              filter: { deviance: expect.any(Number) },
              challenger: { deviance: expect.any(Number) },
            },
          },
          mugs: { why: expect.stringContaining("days of demand to learn from") },
        },
      },
    });
    expect((await modelOf(learned, "lamps"))!.kind).toBe("fitted");
    expect((await call("POST", `/api/runs/${learned.id}/replay`)).body).toMatchObject({ identical: true });

    const answer = async (sku: string) =>
      (await call<{ challenger: unknown }>("GET", `/api/products/${sku}/elasticity`)).body.challenger;
    expect(await answer("LAMP-00")).toEqual({ slope: expect.any(Number), why: null });
    expect(await answer("RUG-00")).toEqual({ slope: null, why: expect.stringContaining("elasticity model") });

    const run = await runToEnd({ kind: "proposals" });
    const views = (await snapshotsOf(run)).map(({ own }) => [own.sku, own.elasticity?.challenger?.kind]);
    expect(Object.fromEntries(views)).toMatchObject({
      "LAMP-00": "fitted",
      "MUG-0": "none",
      "RUG-00": "none",
    });
    const proposals = await proposalsOf(`run=${run.id}`);
    const sentenceOf = async (prefix: string) => {
      const { id } = proposals.find(({ sku }) => sku.startsWith(prefix))!;
      return (await call<ProposalBody>("GET", `/api/proposals/${id}`)).body.explanation.sentence;
    };
    expect(await sentenceOf("LAMP")).toMatch(/\(filter −.*, challenger −.* at a weight of \d+ %\)/);
    expect(await sentenceOf("MUG")).toMatch(
      /\(as the elasticity optimizer: \d+ days of demand to learn from/,
    );
    expect((await call("POST", `/api/runs/${run.id}/replay`)).body).toMatchObject({ identical: true });
  });
});
