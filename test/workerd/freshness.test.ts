import { beforeAll, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../domain/base/time.ts";
import { importProducts, productRow, proposalsOf, runToEnd } from "./back-support.ts";
import { call, observation, postObservations } from "./support.ts";

const SKU = "FRESH-1";
const observedAt = new Date(Date.now() - 5 * HOUR_MS).toISOString();
const list = async (path: string) =>
  (await call<{ items: Record<string, unknown>[] }>("GET", path)).body.items;

beforeAll(async () => {
  const change = {
    strategy: "competitor_follow",
    undercut: 0.05,
    guardrails: { charmEndings: false },
    signals: { offerFreshHoursByCompetitor: { quick: 1 } },
  };
  expect((await call("PUT", "/api/settings", change)).status).toBe(200);
  await importProducts([productRow(SKU, { price: "100.00", unitCost: "50.00" })]);
  await postObservations("fresh", "fresh-1", [
    observation(SKU, 80, { competitor: "quick", observedAt }),
    observation(SKU, 99, { competitor: "slow", observedAt }),
  ]);
});

describe("an offer older than its competitor's own limit", () => {
  it("is stale in the list of offers, and one of the same age within its limit is not", async () => {
    expect(await list(`/api/products/${SKU}/offers`)).toMatchObject([
      { competitor: "quick", price: "80.00", fresh: false, status: "stale" },
      { competitor: "slow", price: "99.00", fresh: true, status: "accepted" },
    ]);
  });

  it("opens no signal", async () => {
    const signals = await list(`/api/signals?sku=${SKU}`);
    expect(signals.filter(({ competitor }) => competitor === "quick")).toEqual([]);
  });

  it("counts in the trend only as long as it was fresh", async () => {
    const trend = await list(`/api/products/${SKU}/trend?window=1h`);
    const hours = (name: string) => trend.filter(({ competitor }) => competitor === name).length;
    expect(hours("quick")).toBeLessThanOrEqual(2);
    expect(hours("slow")).toBeGreaterThanOrEqual(5);
  });

  it("sets no price: the fresh one is followed", async () => {
    const run = await runToEnd({ kind: "proposals", scope: { skus: [SKU] } });
    expect(run).toMatchObject({ status: "done", counts: { proposed: 1 } });
    const [proposal] = await proposalsOf(`runId=${run.id}`);
    expect(proposal).toMatchObject({ from: "100.00", to: "94.05" });
    const inputs = (
      await call<{ explanation: { inputs: unknown[] } }>("GET", `/api/proposals/${proposal!.id}`)
    ).body.explanation.inputs;
    expect(inputs).toContainEqual(expect.objectContaining({ value: "slow 99.00 EUR" }));
  });
});
