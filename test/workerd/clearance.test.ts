import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import {
  daysAgo,
  holdScheduledRuns,
  importProducts,
  productRow,
  propose,
  runToEnd,
  seedShop,
} from "./back-support.ts";
import { call } from "./support.ts";

interface Detail {
  explanation: {
    inputs: { name: string; value: unknown }[];
    guardrails: { name: string; before: string; after: string; why: string }[];
  };
}

const setStock = (sku: string, units: number) =>
  env.DB.prepare("UPDATE products SET stock = ?2 WHERE sku = ?1").bind(sku, units).run();
const row = (sku: string, changes: object) => productRow(sku, { unitCost: "10.00", ...changes });
const detailOf = async (id: string) => (await call<Detail>("GET", `/api/proposals/${id}`)).body.explanation;

beforeAll(holdScheduledRuns);

describe("the dates of a product", () => {
  it("are taken from a file or a request, and shown", async () => {
    const csv =
      "sku,title,category,price,clearanceDate,salvageValue,restockDate,launchDate\n" +
      "DAT-A,Coat,coats,80.00,2026-02-28,12.50,2026-02-01,2025-09-01\n" +
      "DAT-B,Coat,coats,80.00,28.02.2026,,,\n";
    const { body } = await importProducts(csv);
    expect(body).toMatchObject({ inserted: 1, rejected: [{ line: 3 }] });
    const dates = { clearanceDate: "2026-02-28", restockDate: "2026-02-01", launchDate: "2025-09-01" };
    const product = await call("GET", "/api/products/DAT-A");
    expect(product.body).toMatchObject({ ...dates, salvageValue: "12.50" });
    const { sku: _, ...rest } = productRow("DAT-A", { clearanceDate: "2026-03-31" });
    const replaced = (await call("PUT", "/api/products/DAT-A", rest)).body;
    expect(replaced).toMatchObject({ clearanceDate: "2026-03-31" });
    expect(Object.keys(replaced)).not.toContain("salvageValue");
  });
});

describe("stock that has to be gone", () => {
  it("is priced lower than usual, and the proposal says why", async () => {
    const skus = ["CLR-A", "CLR-B"];
    await seedShop(skus);
    // it sells a hundred a day; without a date the optimum is dearer than now
    const usual = await propose(skus);
    expect(usual.get("CLR-A")).toMatchObject({ from: "20.00" });
    expect(Number(usual.get("CLR-A")!.to)).toBeGreaterThan(20);
    await importProducts([row("CLR-A", { clearanceDate: daysAgo(-5), salvageValue: "1.00" })]);
    await setStock("CLR-A", 5_000);
    const clearing = (await propose(skus)).get("CLR-A")!;
    expect(Number(clearing.to)).toBeLessThan(20);
    const { inputs, guardrails } = await detailOf(clearing.id);
    const facts = new Map(inputs.map(({ name, value }) => [name, value]));
    expect(facts.get("stock has to be gone by the end of")).toBe(daysAgo(-5));
    expect(facts.get("net worth of a unit left over")).toBe("1.00 EUR");
    expect(guardrails.find(({ name }) => name === "clearance")?.why).toContain("5000 units have to be sold");
    expect(guardrails.at(-1)).toMatchObject({ name: "floor" });
  });

  it("is priced as usual again once the date is over", async () => {
    await importProducts([row("CLR-A", { clearanceDate: daysAgo(1) })]);
    expect(Number((await propose(["CLR-A"])).get("CLR-A")!.to)).toBeGreaterThan(20);
  });
});

describe("a product's first days", () => {
  it("keep its price, and the run counts it as kept", async () => {
    await importProducts([row("CLR-B", { launchDate: daysAgo(2) })]);
    const run = await runToEnd({ kind: "proposals", scope: { skus: ["CLR-B"] } });
    expect(run.counts).toMatchObject({ held: 1, reasons: { launch: 1 } });
    await call("PUT", "/api/settings", { guardrails: { launchHoldDays: 1 } });
    const after = await runToEnd({ kind: "proposals", scope: { skus: ["CLR-B"] } });
    expect(after.counts).toMatchObject({ proposed: 1 });
    await call("PUT", "/api/settings", { guardrails: { launchHoldDays: 7 } });
  });
});
