import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { PriceTest, RepricingReturn, TestPreview } from "../../domain/contract/experiments.ts";
import {
  auditOf,
  type DemandRow,
  daysAgo,
  holdScheduledRuns,
  importProducts,
  person,
  postDemand,
  productRow,
  proposalsOf,
  runToEnd,
} from "./back-support.ts";
import { call } from "./support.ts";

const SKUS = Array.from({ length: 64 }, (_, i) => `PT-${String(i).padStart(2, "0")}`);
const DAYS = 70;
/** Days of the test that are told as over. */
const TESTED = 21;

const DEFINITION = {
  name: "Lower markup",
  design: "sku_cluster",
  arms: [{ name: "as now" }, { name: "lower", change: { strategy: "cost_plus", markup: 0.85 } }],
  scope: { category: "tested" },
  days: 28,
  effect: 0.3,
};

const unitsOf = (i: number, t: number) => 20 + ((7 * t + 5 * i) % 9);
let approver: Awaited<ReturnType<typeof person>>;
let test: PriceTest;

beforeAll(async () => {
  await holdScheduledRuns();
  approver = await person("approver@shop.test", "approver");
  await importProducts([
    ...SKUS.map((sku) => productRow(sku, { unitCost: "10.00", category: "tested" })),
    productRow("PT-FREE", { category: "tested" }),
  ]);
  const rows = SKUS.flatMap((sku, i) =>
    Array.from({ length: DAYS }, (_, t) => ({
      sku,
      day: daysAgo(DAYS - t),
      units: unitsOf(i, t),
      price: 20,
    })),
  );
  await postDemand("tests", rows);
  await call("PUT", "/api/settings", { strategy: "cost_plus", markup: 0.95 });
}, 60_000);

describe("a price test", () => {
  it("says beforehand what it can find, and which products cannot take part", async () => {
    const { status, body } = await call<TestPreview>("POST", "/api/price-tests/preview", DEFINITION);
    expect(status).toBe(200);
    expect(body).toMatchObject({ products: 64, clusters: 64, tooFew: false, left: { cost: 1 } });
    expect(body.power.map(({ days }) => days)).toEqual([14, 28, 56]);
    expect(body.power[0]!.mdePct).toBeGreaterThan(body.power[2]!.mdePct!);
    expect(body.chance).toBeGreaterThan(0.9);
    expect(Number(body.dailyProfit)).toBeCloseTo(64 * 24 * 10, -3);
  });

  it("is refused with the field that is wrong, and without enough clusters does not start", async () => {
    const bad = await call<{ errors: { path: string }[] }>("POST", "/api/price-tests", {
      ...DEFINITION,
      arms: [{ name: "a" }, { name: "b", change: { guardrails: { marginMin: 0 } } }],
    });
    expect([bad.status, bad.body.errors[0]!.path]).toEqual([422, "arms.1.change.guardrails.marginMin"]);
    const small = { ...DEFINITION, scope: { skus: SKUS.slice(0, 10) } };
    const draft = await call<PriceTest>("POST", "/api/price-tests", small);
    expect(draft.body.preview.tooFew).toBe(true);
    const start = await call("POST", `/api/price-tests/${draft.body.id}/start`);
    expect(start).toMatchObject({ status: 422, body: { code: "invalid" } });
    expect(await call("POST", "/api/price-tests/nope/start")).toMatchObject({ status: 404 });
  });

  it("is drafted by an analyst and started by somebody who may approve, once", async () => {
    const analyst = await person("analyst@shop.test", "analyst");
    const drafted = await analyst.call<PriceTest>("POST", "/api/price-tests", DEFINITION);
    expect(drafted).toMatchObject({ status: 201, body: { status: "draft", name: "Lower markup" } });
    const path = `/api/price-tests/${drafted.body.id}`;
    expect((await analyst.call("POST", `${path}/start`)).status).toBe(403);
    const started = await approver.call<PriceTest>("POST", `${path}/start`);
    expect(started.body).toMatchObject({ status: "running", firstDay: daysAgo(-1) });
    test = started.body;
    expect(await approver.call("POST", `${path}/start`)).toMatchObject({ status: 409 });
    expect((await auditOf(test.id)).map(({ action }) => action)).toEqual([
      "price_test.start",
      "price_test.create",
    ]);
    const other = await call<TestPreview>("POST", "/api/price-tests/preview", DEFINITION);
    expect(other).toMatchObject({ status: 422, body: { left: { otherTest: 64 } } });
  });

  it("prices its products by their arms from its first day on, through the guardrails", async () => {
    const before = await runToEnd({ kind: "proposals", scope: { skus: SKUS }, dryRun: true });
    expect(before.counts).toMatchObject({ decided: 64 });
    await env.DB.prepare("UPDATE price_tests SET first_day = ?1 WHERE id = ?2")
      .bind(daysAgo(TESTED), test.id)
      .run();
    const run = await runToEnd({ kind: "proposals", scope: { skus: SKUS } });
    const armOf = await arms();
    expect([...armOf.values()].filter((arm) => arm === "lower")).toHaveLength(32);
    const proposed = await proposalsOf(`runId=${run.id}`);
    for (const { sku, to } of proposed)
      expect([sku, to]).toEqual([sku, armOf.get(sku) === "lower" ? "18.49" : "19.49"]);
    expect(proposed.length).toBe(64);
    const { body } = await call<{ explanation: { inputs: unknown[] } }>(
      "GET",
      `/api/decisions/${run.id}:PT-00`,
    );
    expect(JSON.stringify(body)).toContain(`Lower markup, arm ${armOf.get("PT-00")}`);
    const replay = await call("POST", `/api/runs/${run.id}/replay?shardSize=7`);
    expect(replay.body).toMatchObject({ identical: true });
  });

  it("is decided by the evaluation: the lift in money with its interval, and the test ends", async () => {
    const armOf = await arms();
    const rows = SKUS.flatMap((sku, i): DemandRow[] =>
      Array.from({ length: TESTED }, (_, t) => {
        const factor = armOf.get(sku) === "lower" ? 2 : 1;
        return { sku, day: daysAgo(TESTED - t), units: unitsOf(i, DAYS - TESTED + t) * factor, price: 20 };
      }),
    );
    await postDemand("tested", rows);
    const run = await runToEnd({ kind: "evaluation" });
    expect(run).toMatchObject({ status: "done", counts: { tests: 1 } });
    const { body } = await call<PriceTest>("GET", `/api/price-tests/${test.id}`);
    expect(body).toMatchObject({ status: "done", endReason: "winner", endedBy: "system:run" });
    const [arm] = body.result!.arms;
    expect(arm).toMatchObject({ arm: "lower", profit: { n: 32 } });
    expect(arm!.profit.effectPct).toBeGreaterThan(85);
    expect(arm!.profit.effectPct).toBeLessThan(115);
    const [lo, hi] = arm!.total.interval.map(Number) as [number, number];
    expect(lo).toBeGreaterThan(0);
    expect(hi).toBeGreaterThan(Number(arm!.total.perDay));
    const after = await runToEnd({ kind: "proposals", scope: { skus: SKUS } });
    const tos = new Set((await proposalsOf(`runId=${after.id}`)).map(({ to }) => to));
    expect([...tos]).toEqual(["19.49"]);
    expect(await approver.call("POST", `/api/price-tests/${test.id}/stop`, { reason: "x" })).toMatchObject({
      status: 409,
    });
  });

  async function arms(): Promise<Map<string, string>> {
    const path = `/api/price-tests/${test.id}/products?limit=100&sort=matched`;
    const { body } = await call<{ items: { sku: string; arm: string }[] }>("GET", path);
    return new Map(body.items.map(({ sku, arm }) => [sku, arm]));
  }
});

describe("the hold-out", () => {
  it("keeps its share of the products, says so in their decisions, and tells what repricing earns", async () => {
    const none = await call<RepricingReturn>("GET", "/api/return");
    expect(none.body).toMatchObject({
      measured: false,
      why: expect.stringContaining("to compare with"),
    });
    await call("PUT", "/api/settings", { holdOut: { share: 0.45, salt: 3 } });
    const run = await runToEnd({ kind: "proposals", scope: { skus: SKUS } });
    const held = (run.counts as { reasons: Record<string, number> }).reasons.held_out!;
    expect(held).toBeGreaterThanOrEqual(20);
    expect(run.counts).toMatchObject({ proposed: 64 - held });
    const { body } = await call<{ items: { sku: string }[] }>(
      "GET",
      `/api/decisions?runId=${run.id}&reason=held_out&limit=100`,
    );
    expect(body.items).toHaveLength(held);
    const proposals = await proposalsOf(`runId=${run.id}`);
    const first = await call("POST", `/api/proposals/${proposals[0]!.id}/approve`, { note: "a".repeat(60) });
    expect(first.status).toBe(200);
    // as if prices had been changed for four weeks, and the changed ones earned twice as much since
    await env.DB.prepare("UPDATE price_ledger SET at = ?1 WHERE cause_kind = 'proposal'")
      .bind(Date.parse(daysAgo(28)))
      .run();
    const rows = proposals.flatMap(({ sku }, i): DemandRow[] =>
      Array.from({ length: 27 }, (_, t) => ({
        sku,
        day: daysAgo(27 - t),
        units: 2 * unitsOf(i, t),
        price: 20,
      })),
    );
    await postDemand("repriced", rows);
    await runToEnd({ kind: "evaluation" });
    const { body: gain } = await call<RepricingReturn>("GET", "/api/return");
    expect(gain).toMatchObject({ measured: true, heldOut: held, currency: "EUR" });
    const [lo, hi] = gain.interval95Pct!;
    expect(lo).toBeGreaterThan(0);
    expect(gain.gainPct).toBeGreaterThan(lo);
    expect(hi).toBeGreaterThan(gain.gainPct!);
    expect(gain.history).toHaveLength(1);
  });
});
