import { describe, expect, it } from "vitest";
import { importProducts, postDemand, productRow, runToEnd, simulateDemand } from "./back-support.ts";
import { call } from "./support.ts";

const TRUTH = { relaxed: -1.5, touchy: -3.5 } as const;
const SKUS = 20;

interface ElasticityBody {
  sku: string;
  category: keyof typeof TRUTH;
  mean: number;
  sd: number;
  ci95: [number, number];
  prior: { mean: number; sd: number };
}

/** Two categories of twenty SKUs with 120 days at prices ± 20 %, all of it posted as a shop would post it. */
async function postCatalogue(name: string, seed: number, priceEvery: number): Promise<string[]> {
  const skus = Object.entries(TRUTH).flatMap(([category, elasticity], c) =>
    Array.from({ length: SKUS }, (_, i) => ({
      sku: `${name}-${category}-${i}`,
      category,
      elasticity,
      n: c * SKUS + i,
    })),
  );
  const reference = (n: number) => 10 + ((n * 7) % 40);
  const level = (n: number) => 2 + (n % 10);
  const { body } = await importProducts(
    skus.map(({ sku, category, n }) =>
      productRow(sku, { category: `${name} ${category}`, price: reference(n) }),
    ),
  );
  expect(body.inserted).toBe(2 * SKUS);
  const rows = skus.flatMap(({ sku, elasticity, n }) =>
    simulateDemand(sku, {
      seed: seed * 1_000 + n,
      elasticity,
      level: level(n),
      reference: reference(n),
      days: 120,
      priceEvery,
    }),
  );
  await postDemand(name, rows);
  return skus.map(({ sku }) => sku);
}

describe("two categories whose true elasticities are -1.5 and -3.5", () => {
  it.each([
    ["weekly", 7, 1],
    ["daily", 1, 2],
  ])(
    "are told apart from %s prices, posted and read through the API",
    async (name, priceEvery, seed) => {
      const skus = await postCatalogue(name, seed, priceEvery);
      const run = await runToEnd({ kind: "elasticity", scope: { skus } });
      expect(run).toMatchObject({ status: "done", counts: { pooled: 40 } });
      let covered = 0;
      let unsure = 0;
      for (const [category, truth] of Object.entries(TRUTH)) {
        const path = `/api/elasticities?limit=100&category=${encodeURIComponent(`${name} ${category}`)}`;
        const { items } = (await call<{ items: ElasticityBody[] }>("GET", path)).body;
        expect(items).toHaveLength(SKUS);
        const mean = items.reduce((sum, item) => sum + item.mean, 0) / SKUS;
        expect(Math.abs(mean - truth), `${category}: ${mean}`).toBeLessThan(0.6);
        covered += items.filter(({ ci95 }) => ci95[0] <= truth && truth <= ci95[1]).length;
        unsure += items.filter(({ sd, prior }) => sd >= prior.sd).length;
      }
      // a history that may have a break in it says less than its prior
      expect(unsure).toBeLessThanOrEqual(6);
      expect(covered).toBeGreaterThanOrEqual(36);
    },
    60_000,
  );
});
