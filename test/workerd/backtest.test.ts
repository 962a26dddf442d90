import { beforeAll, describe, expect, it } from "vitest";
import type { Incident, PlaybookPreview } from "../../domain/contract/playbooks.ts";
import {
  auditOf,
  expectSoundChains,
  holdScheduledRuns,
  person,
  runToEnd,
  seedShop,
  servedPrice,
} from "./back-support.ts";
import { end } from "./override-support.ts";
import { call } from "./support.ts";

const SKUS = ["BCK-0", "BCK-1", "BCK-2"];

beforeAll(async () => {
  await holdScheduledRuns();
  await seedShop(SKUS);
}, 60_000);

interface Figures {
  strategy: string;
  revenue: number;
  profit: number;
  profitUplift: number;
  changes: number;
  maxChange: number;
}

describe("a backtest", () => {
  it("plays the last weeks again under each strategy, and says that it is a model's answer", async () => {
    const run = await runToEnd({ kind: "backtest" });
    expect(run.status).toBe("done");
    const { backtest } = run.counts as {
      backtest: {
        basis: string;
        products: number;
        skuDays: number;
        strategies: Figures[];
        categories: Record<string, Figures[]>;
      };
    };
    expect(backtest).toMatchObject({ basis: expect.stringContaining("model"), products: 3, skuDays: 168 });
    expect(backtest.strategies.map(({ strategy }) => strategy)).toEqual([
      ...["static", "rule_based", "conversion_rules", "stock_rules", "demand_weighted"],
      "elasticity_optimizer",
    ]);
    const [still, ...others] = backtest.strategies;
    expect(still).toMatchObject({ profitUplift: 0, changes: 0 });
    const ours = others.at(-1)!;
    // the shop's best price is well above the one it asks
    expect(ours.profitUplift).toBeGreaterThan(0.01);
    expect(ours.changes).toBeGreaterThan(0);
    expect(ours.maxChange).toBeLessThanOrEqual(0.11);
    expect(backtest.categories.things!.map(({ strategy }) => strategy)).toHaveLength(6);
    for (const sku of SKUS) expect(await servedPrice(sku)).toBe("20.00");
  });
});

describe("a playbook", () => {
  const preview = async (name: string) => (await call<PlaybookPreview>("GET", `/api/playbooks/${name}`)).body;
  const open = (name: string, reason: string) => call<Incident>("POST", `/api/playbooks/${name}`, { reason });
  const close = (id: string, body = {}) => call<Incident>("POST", `/api/incidents/${id}/close`, body);
  const reason = "predictions are far off since the new feed was switched on";

  it("says what it would do, changes nothing, and asks for the right to approve", async () => {
    expect(await preview("model_failure")).toMatchObject({ kind: "FORCE_RULE_BASED", products: 3 });
    expect(await preview("data_failure")).toMatchObject({ kind: "PRICE_FREEZE", needsPostMortem: false });
    expect((await call("GET", "/api/overrides")).body).toMatchObject({ items: [] });
    const analyst = await person("watch@shop.test", "analyst");
    const denied = await analyst.call("POST", "/api/playbooks/data_failure", { reason });
    expect(denied.status).toBe(403);
  });

  it.each([
    ["model_failure", "strategy_hold"],
    ["data_failure", "frozen"],
  ])("of %s puts its override in force until it is closed", async (name, decided) => {
    const { status, body } = await open(name, reason);
    expect(status).toBe(201);
    const run = await runToEnd({ kind: "proposals", scope: { skus: SKUS }, dryRun: true });
    expect(run.counts).toMatchObject({ proposed: 0, reasons: { [decided]: 3 } });
    expect((await open(name, reason)).status).toBe(409);
    expect((await close(body.id)).body).toMatchObject({ closedBy: expect.stringContaining("key:") });
    expect((await auditOf(body.id)).map(({ action }) => action)).toEqual(["incident.close", "incident.open"]);
    expect(await runToEnd({ kind: "proposals", scope: { skus: SKUS }, dryRun: true })).toMatchObject({
      counts: { proposed: 3 },
    });
  });

  it("of severe impact stops everything until the post-mortem is written", async () => {
    const { body } = await open("severe_impact", reason);
    const held = await end(body.overrideId);
    expect(held).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await close(body.id)).toMatchObject({ status: 422, body: { errors: [{ path: "postMortem" }] } });
    const closed = await close(body.id, {
      postMortem: "A feed sent prices without tax; it is fixed and tested.",
    });
    expect(closed.body).toMatchObject({ postMortem: expect.stringContaining("without tax") });
    expect((await close(body.id)).status).toBe(409);
    const { body: list } = await call<{ items: Incident[] }>("GET", "/api/incidents");
    expect(list.items.map(({ playbook, closedAt }) => [playbook, closedAt !== undefined])).toContainEqual([
      "severe_impact",
      true,
    ]);
    await expectSoundChains();
  });
});
