import { afterAll, beforeAll, expect, it } from "vitest";
import { readAll } from "../../scripts/client/runs.ts";
import { type Install, newStateDir, startInstall } from "../support/install.ts";
import { postShop, runToEnd } from "../support/posting.ts";
import { generateShop, today } from "../support/shop.ts";

interface Elasticity {
  sku: string;
  mean: number;
  sd: number;
  ci95: [number, number];
}

const state = newStateDir();
let install: Install;
beforeAll(async () => {
  install = await startInstall(state.path);
});
afterAll(async () => {
  await install?.stop();
  state.remove();
});

it("finds two categories' elasticities again from their prices and sales", async () => {
  const truth = { Basics: -1.5, Luxuries: -3.5 };
  const shop = generateShop({
    categories: truth,
    skusPerCategory: 20,
    days: 120,
    priceRange: 0.2,
    competitors: ["northmart"],
    seed: 3,
    today: today(),
  });
  await postShop(install.api, shop);
  expect(await runToEnd(install.api, "elasticity")).toMatchObject({ status: "done" });
  const found = await readAll<Elasticity>(install.api, "/api/elasticities");
  expect(found).toHaveLength(40);

  let covered = 0;
  for (const [category, elasticity] of Object.entries(truth)) {
    const ofCategory = found.filter(({ sku }) => sku.startsWith(category.slice(0, 3).toUpperCase()));
    const mean = ofCategory.reduce((sum, each) => sum + each.mean, 0) / ofCategory.length;
    expect(Math.abs(mean - elasticity)).toBeLessThan(0.6);
    covered += ofCategory.filter(({ ci95: [low, high] }) => low <= elasticity && elasticity <= high).length;
  }
  expect(covered).toBeGreaterThanOrEqual(36);
});
