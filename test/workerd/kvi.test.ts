import { beforeAll, describe, expect, it } from "vitest";
import {
  holdScheduledRuns,
  importProducts,
  postDemand,
  productRow,
  proposalsOf,
  runToEnd,
  simulateDemand,
} from "./back-support.ts";
import { call } from "./support.ts";

const SKUS = Array.from({ length: 20 }, (_, i) => `KVI-${String(i).padStart(2, "0")}`);

beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts(
    SKUS.map((sku, i) =>
      productRow(sku, { price: "20.00", unitCost: "6.00", ...(i < 3 && { family: "cups" }) }),
    ),
  );
  const model = { days: 120, priceEvery: 4, elasticity: -2.5, reference: 20 };
  await postDemand(
    "kvi",
    SKUS.flatMap((sku, i) => simulateDemand(sku, { ...model, level: 5 + 4 * i, seed: i })),
  );
  await runToEnd({ kind: "elasticity" });
}, 60_000);

interface Item {
  sku: string;
  kvi: boolean;
  tier?: string;
  score?: number;
}

async function items(view: string): Promise<Item[]> {
  return (await call<{ items: Item[] }>("GET", `/api/kvi?view=${view}`)).body.items;
}

describe("key value items", () => {
  it("are suggested by what sells, tagged and dismissed by people", async () => {
    const scored = await call("POST", "/api/kvi/score");
    expect(scored.body).toMatchObject({ scored: 20, suggested: 4 });
    const suggested = await items("suggested");
    expect(suggested[0]).toMatchObject({ kvi: false, tier: "A", score: 97.5 });
    expect(suggested).toHaveLength(4);
    expect(suggested.map(({ sku }) => sku)).toEqual(expect.arrayContaining(["KVI-18", "KVI-17"]));
    expect((await call("PUT", "/api/kvi/KVI-17", { kvi: true })).status).toBe(204);
    expect((await call("PUT", "/api/kvi/KVI-18", { kvi: false })).status).toBe(204);
    expect((await items("tagged")).map(({ sku }) => sku)).toEqual(["KVI-17"]);
    await call("POST", "/api/kvi/score");
    expect((await items("suggested")).map(({ sku }) => sku)).not.toContain("KVI-18");
    expect((await call("GET", "/api/products/KVI-17")).body.tags).toEqual(["kvi"]);
    expect((await call("PUT", "/api/kvi/none", { kvi: true })).status).toBe(404);
  });

  it("move in smaller steps than other products, and say why", async () => {
    await call("PUT", "/api/kvi/KVI-17", { kvi: true });
    await runToEnd({ kind: "proposals", scope: { skus: ["KVI-18", "KVI-17"] } });
    const [item] = await proposalsOf("sku=KVI-17&status=pending");
    const [other] = await proposalsOf("sku=KVI-18&status=pending");
    const step = (one: typeof item) => Math.abs(Number(one?.to) / Number(one?.from) - 1);
    expect(step(item)).toBeLessThanOrEqual(0.05);
    expect(step(other)).toBeGreaterThan(0.05);
    const { body } = await call<{ riskReasons: string[] }>("GET", `/api/proposals/${item?.id}`);
    expect(body.riskReasons.join()).toContain("key value item");
  });
});

describe("a family that moves as one", () => {
  it("is proposed one price for all, and a replay comes to the same", async () => {
    const settings = await call("PUT", "/api/settings", { familiesAsOne: { cups: "price" } });
    expect(settings.body).toMatchObject({ familiesAsOne: { cups: "price" } });
    const run = await runToEnd({ kind: "proposals" });
    const family = await Promise.all(
      SKUS.slice(0, 3).map((sku) => proposalsOf(`sku=${sku}&runId=${run.id}`)),
    );
    expect(new Set(family.map(([one]) => one?.to)).size).toBe(1);
    expect(family.flat()).toHaveLength(3);
    const replayed = await call("POST", `/api/runs/${run.id}/replay?shardSize=5`);
    expect(replayed.body).toMatchObject({ identical: true });
  });
});
