import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Model } from "../../domain/contract/models.ts";
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

  it("learn from newer data by themselves as long as code and settings are the same: the version stays", async () => {
    await demand("models-2", -3);
    const run = await runToEnd({ kind: "elasticity" });
    expect(run.counts).toMatchObject({ model: { standing: "refreshed", version: 1 } });
    const [one, ...others] = await models();
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      ...{ version: 1, status: "active", runId: run.id, refreshedAt: expect.any(String) },
      decidedBy: "first model: nothing was in force",
    });
    expect(one!.states).toMatchObject([{ trainedTo: daysAgo(1) }]);
    expect(one!.states[0]!.dataHash).not.toBe(one!.dataHash);
    expect(one!.fit.wape).toBeLessThan(one!.activeFit.wape!);
    expect(await meanOf("MOD-0")).toMatchObject({ version: 1 });
    expect((await meanOf("MOD-0")).mean).toBeLessThan(first.mean - 0.5);
    expect((await decisions()).decisionHash).not.toBe(first.hash);
  });

  it("go back to what they had learned before in one step, to the same decisions, and stay so", async () => {
    const [one] = await models();
    const analyst = await person("modeller@shop.test", "analyst");
    const path = `/api/models/${one!.id}/rollback`;
    expect((await analyst.call("POST", path, { note: "worse" })).status).toBe(403);
    const note = "the newer data overreacts";
    expect(await call("POST", path, { note, runId: "run_none" })).toMatchObject({ status: 409 });
    const back = await call<Model>("POST", path, { note });
    expect(back).toMatchObject({ status: 200, body: { version: 1, status: "active", note } });
    expect(back.body).toMatchObject({ dataHash: one!.states[0]!.dataHash, states: [{ runId: one!.runId }] });
    expect(await meanOf("MOD-0")).toMatchObject({ mean: first.mean, version: 1 });
    expect((await decisions()).decisionHash).toBe(first.hash);
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
    expect(candidate).toMatchObject({ version: 2, trigger: "person", reason: "new season" });
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
    // nor does the setting that lets newer data in: what was retrained is a new version all the same
    await call("PUT", "/api/settings", { modelApproval: "each_night" });
    const again = await call<{ runId: string }>("POST", "/api/models/retrain", { reason: "newest season" });
    await runEnd(again.body.runId);
    expect((await models("&status=active")).map(({ version }) => version)).toEqual([1]);
    expect((await models("&status=candidate")).map(({ reason }) => reason)).toEqual(["newest season"]);
    expect(await meanOf("MOD-0")).toMatchObject({ mean: first.mean, version: 1 });
    expect((await decisions()).decisionHash).toBe(first.hash);
  });

  it("of other code wait too, whatever the settings say of newer data", async () => {
    await env.DB.prepare(
      "UPDATE models SET code_version = 'older' WHERE status = 'active' AND kind = 'elasticity'",
    ).run();
    const { counts } = await runToEnd({ kind: "elasticity" });
    const why = expect.stringContaining("older");
    expect(counts).toMatchObject({ model: { standing: "candidate", inForce: 1, why } });
    expect((await models("&status=candidate")).map(({ reason }) => reason)).toEqual([why]);
    expect(await meanOf("MOD-0")).toMatchObject({ mean: first.mean, version: 1 });
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
    expect(await meanOf("MOD-0")).toMatchObject({ version: approved.body.version });
    expect((await meanOf("MOD-0")).mean).toBeLessThan(first.mean - 0.5);
    expect((await models("&status=active")).length).toBe(1);
    expect((await call("POST", path, {})).status).toBe(200);
    const reject = await call("POST", `/api/models/${candidate!.id}/reject`, {});
    expect(reject).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
  });

  it("stay one where two runs are under way at once, with the data of one of them", async () => {
    const before = await models();
    const runs = await Promise.all([1, 2].map(() => runToEnd({ kind: "elasticity" })));
    expect(runs.map(({ status }) => status)).toEqual(["done", "done"]);
    const after = await models();
    expect(after.map(({ version }) => version)).toEqual(before.map(({ version }) => version));
    expect(runs.map(({ id }) => id)).toContain(after.find(({ status }) => status === "active")!.runId);
  });

  it("do not learn from data by which they would fit worse: that is a candidate, with the reason", async () => {
    const [active] = await models("&status=active");
    const late = daysAgo(14);
    const rows = SKUS.flatMap((sku, seed) =>
      simulateDemand(sku, { seed, elasticity: -3, level: 100, reference: 20, days: 120, priceEvery: 7 }),
    ).map((row) => (row.day >= late ? { ...row, price: 30, units: 100 } : row));
    await postDemand("models-3", rows);
    await env.DB.prepare("UPDATE elasticities SET mean = -0.01").run();
    const { counts } = await runToEnd({ kind: "elasticity" });
    expect(counts).toMatchObject({ model: { standing: "candidate", inForce: active!.version } });
    const [candidate] = await models("&status=candidate");
    expect(candidate!.failures[0]).toMatch(/^its error is /);
    expect(candidate!.reason).toBe(candidate!.failures.join("; "));
    expect(await models("&status=active")).toEqual([active]);
    expect((await meanOf("MOD-0")).version).toBe(active!.version);
    const partial = await runToEnd({ kind: "elasticity", scope: { skus: SKUS } });
    expect(partial.counts).toMatchObject({ model: { standing: "kept_out" } });
    expect(await models("&status=candidate")).toEqual([candidate]);
  });

  it("stand beside the price gate and the matcher, each with its data, its figures and who decided it", async () => {
    const { body } = await call<{ items: Model[] }>("GET", "/api/models?status=active&sort=version");
    expect(body.items.map(({ kind }) => kind).toSorted()).toEqual(["elasticity", "gate", "matcher"]);
    for (const model of body.items)
      expect(model, model.kind).toMatchObject({
        ...{ version: expect.any(Number), codeVersion: expect.any(String), decidedBy: expect.any(String) },
        ...{ dataHash: expect.stringMatching(/^[0-9a-f]{64}$/), decidedAt: expect.any(String) },
        configHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    for (const { metrics } of body.items) expect(Object.keys(metrics).length).toBeGreaterThan(1);
    const shipped = body.items.filter(({ kind }) => kind !== "elasticity");
    for (const { id, trainedOn } of shipped) {
      expect(trainedOn).toBeDefined();
      for (const step of ["approve", "reject", "rollback"])
        expect((await call("POST", `/api/models/${id}/${step}`, { note: "x" })).status).toBe(409);
    }
  });

  it("of the price gate follow the settings that it goes by, with who changed them; the others stay", async () => {
    const gates = async () =>
      (await call<{ items: Model[] }>("GET", "/api/models?kind=gate&sort=version")).body.items;
    const before = await gates();
    await call("PUT", "/api/settings", { signals: { undercut: 0.06 } });
    expect(await gates()).toEqual(before);
    const boss = await person("gatekeeper@shop.test", "admin");
    await boss.call("PUT", "/api/settings", { signals: { anomalyDeviations: 5 } });
    await call("PUT", "/api/settings", { signals: { undercut: 0.05 } });
    expect(await gates()).toMatchObject([
      { version: 1, status: "retired", trigger: "release" },
      { version: 2, status: "active", trigger: "settings", decidedBy: "user:gatekeeper@shop.test" },
    ]);
    expect((await models("&status=active")).length).toBe(1);
  });
});
