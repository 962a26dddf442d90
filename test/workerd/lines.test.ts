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

const FAMILIES = Array.from({ length: 6 }, (_, i) => `line-${i}`);

beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts(
    FAMILIES.flatMap((family, i) => [
      productRow(`ONE-${i}`, { price: "20.00", unitCost: "15.50", family, packSize: 1 }),
      productRow(`SIX-${i}`, { price: "120.00", unitCost: "93.00", family, packSize: 6 }),
      productRow(`GOOD-${i}`, { price: "20.00", unitCost: "8.00", family: `${family}-ladder`, lineRank: 1 }),
      productRow(`BEST-${i}`, { price: "20.00", unitCost: "8.00", family: `${family}-ladder`, lineRank: 2 }),
    ]),
  );
  const model = { level: 20, days: 120, priceEvery: 4, elasticity: -2.5 };
  const rows = FAMILIES.flatMap((_, i) =>
    ["ONE", "SIX", "GOOD", "BEST"].flatMap((name, k) =>
      simulateDemand(`${name}-${i}`, { ...model, seed: 4 * i + k, reference: name === "SIX" ? 120 : 20 }),
    ),
  );
  await postDemand("lines", rows);
  await runToEnd({ kind: "elasticity" });
}, 60_000);

describe("a run of elasticities", () => {
  it("says how demand answers to the family's prices, and adds to it what the last run knew", async () => {
    const run = await runToEnd({ kind: "elasticity" });
    expect(run.counts.cross).toMatchObject({ families: 12, complements: expect.any(Number) });
    const { body } = await call("GET", "/api/products/ONE-0/elasticity");
    expect(body.family).toMatchObject({
      mean: expect.any(Number),
      ci95: [expect.any(Number), expect.any(Number)],
      kind: expect.stringMatching(/substitutes|complements|undecided/),
    });
    const first = (body.family as { sd: number }).sd;
    expect(first).toBeLessThan(0.4);
    // the same days again teach nothing
    await runToEnd({ kind: "elasticity" });
    const again = (await call("GET", "/api/products/ONE-0/elasticity")).body.family as { sd: number };
    expect(again.sd).toBeCloseTo(first, 6);
    const replayed = await call("POST", `/api/runs/${run.id}/replay?shardSize=5`);
    expect(replayed.body).toMatchObject({ identical: true });
  });
});

describe("a run of proposals", () => {
  it("chooses the prices of a ladder together, and a replay comes to the same", async () => {
    const run = await runToEnd({ kind: "proposals" });
    expect(run.status).toBe("done");
    expect(run.counts.inLines).toBeGreaterThan(0);
    const proposals = await proposalsOf(`run=${run.id}`);
    const priceOf = (sku: string, current: number) =>
      Number(proposals.find((one) => one.sku === sku)?.to ?? current);
    for (const i of FAMILIES.keys()) {
      expect(priceOf(`SIX-${i}`, 120)).toBeLessThanOrEqual(6 * priceOf(`ONE-${i}`, 20) + 1e-9);
      expect(priceOf(`GOOD-${i}`, 20)).toBeLessThanOrEqual(priceOf(`BEST-${i}`, 20));
    }
    // a six-pack that costs six times the single can rise only with it
    expect(proposals.some(({ sku, to }) => sku.startsWith("SIX") && Number(to) > 120)).toBe(true);
    const replayed = await call("POST", `/api/runs/${run.id}/replay?shardSize=5`);
    expect(replayed.body).toMatchObject({ identical: true });
    const { body } = await call("GET", "/api/products/BEST-0");
    expect(body).toMatchObject({ family: "line-0-ladder", lineRank: 2 });
  });

  it("names in the proposal the products of the family that move too", async () => {
    const six = (await proposalsOf("status=pending")).find(({ sku }) => sku.startsWith("SIX"))!;
    const { body } = await call<{ explanation: { sentence: string } }>("GET", `/api/proposals/${six.id}`);
    expect(body.explanation.sentence).toMatch(/Chosen together with its family: ONE-\d at \d\d\.\d\d EUR\./);
  });
});
