import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Model, ShippedModel } from "../../domain/contract/models.ts";
import {
  auditOf,
  daysAgo,
  expectSoundChains,
  holdScheduledRuns,
  importProducts,
  person,
  postDemand,
  productRow,
  type RunBody,
  runEnd,
  runToEnd,
  simulateDemand,
} from "./back-support.ts";
import { call } from "./support.ts";

const SKUS = Array.from({ length: 6 }, (_, i) => `MOD-${i}`);

async function demand(source: string, elasticity: number): Promise<void> {
  const rows = SKUS.flatMap((sku, seed) =>
    simulateDemand(sku, { seed, elasticity, level: 100, reference: 20, days: 120, priceEvery: 7 }),
  );
  await postDemand(source, rows);
}

async function models(query = ""): Promise<Model[]> {
  return (await call<{ items: Model[] }>("GET", `/api/models?sort=version&kind=elasticity${query}`)).body
    .items;
}

const meanOf = async (sku: string) =>
  (await call<{ mean: number; version: number }>("GET", `/api/products/${sku}/elasticity`)).body;

/** The decisions of a run, as one hash; the run keeps nothing. */
const decisions = async (): Promise<RunBody> =>
  runToEnd({ kind: "proposals", scope: { skus: SKUS }, dryRun: true });

beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts(SKUS.map((sku) => productRow(sku, { unitCost: "10.00" })));
  await demand("models-1", -1.4);
}, 60_000);

describe("the versions of what is learned", () => {
  let first: { hash: string; mean: number };

  it("begin with the first run over the whole catalogue, and decisions name theirs", async () => {
    const run = await runToEnd({ kind: "elasticity" });
    expect(await models()).toMatchObject([
      {
        ...{ version: 1, status: "active", trigger: "first", products: 6, runId: run.id },
        ...{ decidedBy: "first model: nothing was in force", trainedTo: daysAgo(1) },
      },
    ]);
    const { mean, version } = await meanOf("MOD-0");
    expect(version).toBe(1);
    const run1 = await decisions();
    first = { hash: run1.decisionHash!, mean };
    const { body } = await call("GET", `/api/products/MOD-0/elasticity`);
    expect(body).toMatchObject({ version: 1 });
  });

  it("follow each other every night by the standing approval of the settings", async () => {
    await demand("models-2", -3);
    await runToEnd({ kind: "elasticity" });
    const [one, two] = await models();
    expect([one!.status, two!.status]).toEqual(["retired", "active"]);
    expect(two).toMatchObject({ version: 2, trigger: "night", decidedBy: "standing approval: settings" });
    expect(two!.fit.wape).toBeLessThan(two!.activeFit.wape!);
    expect(two!.dataHash).not.toBe(one!.dataHash);
    expect((await meanOf("MOD-0")).mean).toBeLessThan(first.mean - 0.5);
    expect((await decisions()).decisionHash).not.toBe(first.hash);
  });

  it("are rolled back in one step, to the same decisions, and from then on a person approves each", async () => {
    const [one] = await models();
    const analyst = await person("modeller@shop.test", "analyst");
    const path = `/api/models/${one!.id}/rollback`;
    expect((await analyst.call("POST", path, { note: "worse" })).status).toBe(403);
    const back = await call<Model>("POST", path, { note: "the new one overreacts" });
    expect(back).toMatchObject({
      status: 200,
      body: { version: 1, status: "active", note: "the new one overreacts" },
    });
    expect(await meanOf("MOD-0")).toMatchObject({ mean: first.mean, version: 1 });
    expect((await decisions()).decisionHash).toBe(first.hash);
    expect((await models()).map(({ status }) => status)).toEqual(["active", "rolled_back"]);
    const { body } = await call("GET", "/api/settings");
    expect(body).toMatchObject({ modelApproval: "approved" });
    expect((await auditOf(one!.id)).map(({ action }) => action)).toEqual(["model.rollback"]);
    await expectSoundChains();
  });

  it("wait as candidates for their approval, and no other route puts them in force", async () => {
    const analyst = await person("trainer@shop.test", "analyst");
    const { body } = await analyst.call<{ runId: string }>("POST", "/api/models/retrain", {
      reason: "new season",
    });
    await runEnd(body.runId);
    const candidate = (await models("&status=candidate"))[0]!;
    expect(candidate).toMatchObject({ version: 3, trigger: "person", reason: "new season" });
    expect(candidate.expiresAt).toBeDefined();
    const routes: [string, string, unknown?][] = [
      ["POST", `/api/models/${candidate.id}/approve`, {}],
      ["POST", `/api/models/${candidate.id}/rollback`, { note: "x" }],
      ["POST", "/api/models/retrain", { reason: "again" }],
      ["POST", "/api/runs", { kind: "elasticity" }],
      ["POST", "/api/runs", { kind: "elasticity", scope: { skus: SKUS } }],
      ["PUT", "/api/settings", { modelApproval: "each_night" }],
      ["POST", "/api/overrides", { scope: "global", kind: "FORCE_RULE_BASED", reason: "x" }],
    ];
    for (const [method, path, sent] of routes) {
      const answer = await analyst.call<{ runId?: string }>(method, path, sent);
      expect([method, path, [202, 403].includes(answer.status)]).toEqual([method, path, true]);
      if (answer.body.runId) await runEnd(answer.body.runId);
    }
    expect((await models("&status=active")).map(({ version }) => version)).toEqual([1]);
    expect(await meanOf("MOD-0")).toMatchObject({ mean: first.mean, version: 1 });
    expect((await decisions()).decisionHash).toBe(first.hash);
  });

  it("are approved by somebody who may, once, with a reason where their gates failed", async () => {
    const [candidate] = await models("&status=candidate");
    await env.DB.prepare(
      "UPDATE models SET metrics = json_set(metrics, '$.failures', json('[\"its error is larger\"]')) WHERE id = ?1",
    )
      .bind(candidate!.id)
      .run();
    const path = `/api/models/${candidate!.id}/approve`;
    expect(await call("POST", path, {})).toMatchObject({ status: 422, body: { code: "reason_required" } });
    const approver = await person("boss@shop.test", "approver");
    const note = "the shop moved to a new season and the old elasticities no longer hold";
    const approved = await approver.call<Model>("POST", path, { note });
    expect(approved.body).toMatchObject({ status: "active", decidedBy: "user:boss@shop.test", note });
    expect((await meanOf("MOD-0")).mean).toBeLessThan(first.mean - 0.5);
    expect((await models("&status=active")).length).toBe(1);
    expect((await call("POST", path, {})).status).toBe(200);
    const reject = await call("POST", `/api/models/${candidate!.id}/reject`, {});
    expect(reject).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
  });

  it("are one each where two runs are under way at once, and the newer one stays in force", async () => {
    await call("PUT", "/api/settings", { modelApproval: "each_night" });
    const before = (await models()).length;
    const runs = await Promise.all([1, 2].map(() => runToEnd({ kind: "elasticity" })));
    expect(runs.map(({ status }) => status)).toEqual(["done", "done"]);
    const all = await models();
    expect(all.length).toBe(before + 2);
    expect(new Set(all.map(({ version }) => version)).size).toBe(all.length);
    expect(all.filter(({ status }) => status === "active")).toEqual([all.at(-1)]);
  });

  it("that come with the release or the settings are named with who decided them", async () => {
    const { body } = await call<{ items: ShippedModel[] }>("GET", "/api/models/shipped");
    expect(body.items).toMatchObject([
      { kind: "gate", approvedBy: expect.stringMatching(/^(key|user):/) },
      { kind: "matcher", approvedBy: "the release", hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });
});
