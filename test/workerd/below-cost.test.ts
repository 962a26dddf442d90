import { beforeAll, describe, expect, it, vi } from "vitest";
import { importProducts, productRow, proposalsOf, runToEnd, seedShop, tick } from "./back-support.ts";
import { call } from "./support.ts";

const SELLING = "LOSS-SELLING";
const NEVER_SOLD = "LOSS-NEVER-SOLD";
const NO_COST = "LOSS-NO-COST";
const EXCLUDED = "LOSS-LIMITS";

async function setCost(sku: string, cost: string): Promise<void> {
  const from = new Date(Date.now() - 1000).toISOString();
  const body = `sku,unitCost,from\n${sku},${cost},${from}`;
  const { status } = await call("POST", "/api/import/costs", body, { "content-type": "text/csv" });
  expect(status).toBe(200);
  await tick(Date.now());
}

const openSignals = async (sku: string) =>
  (await call<{ items: Record<string, unknown>[] }>("GET", `/api/signals?sku=${sku}&status=open`)).body.items;

beforeAll(async () => {
  await seedShop([SELLING]);
  const row = productRow(EXCLUDED, { unitCost: "25.00", maxPrice: "22.00" });
  await importProducts([productRow(NEVER_SOLD, { unitCost: "10.00" }), productRow(NO_COST), row]);
}, 60_000);

describe("a cost above the price", () => {
  it.each([SELLING, NEVER_SOLD])("of %s opens a critical signal and proposes a step up", async (sku) => {
    await setCost(sku, "26.00");
    const [signal] = await vi.waitUntil(
      async () => {
        const open = await openSignals(sku);
        return open.length > 0 ? open : null;
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(signal).toMatchObject({ type: "BELOW_COST", priority: 1, evidence: { level: "critical" } });
    const run = await runToEnd({ kind: "proposals", scope: { skus: [sku] } });
    expect(run.counts).toMatchObject({ proposed: 1, blocked: 0, reasons: { floor_step_conflict: 1 } });
    const [proposal] = await proposalsOf(`sku=${sku}&status=pending`);
    expect(proposal).toMatchObject({ from: "20.00", risk: "HIGH" });
    expect(Number(proposal!.to)).toBeGreaterThan(20);
  });
});

describe("a run", () => {
  it("names the SKUs whose price it could not decide", async () => {
    const run = await runToEnd({ kind: "proposals", scope: { skus: [NO_COST, EXCLUDED] } });
    expect(run.counts).toMatchObject({
      blockedSkus: { missing_cost: [NO_COST], limits_conflict: [EXCLUDED] },
    });
  });
});
