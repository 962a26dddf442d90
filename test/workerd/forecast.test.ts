import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import {
  daysAgo,
  holdScheduledRuns,
  importProducts,
  productRow,
  runToEnd,
  seedShop,
} from "./back-support.ts";
import { call, observation, postObservations } from "./support.ts";

interface Step {
  day: string;
  at: string;
  mean: number;
  median: number;
  ci80: [number, number];
  ci95: [number, number];
  baseline: number | null;
}
interface ForecastBody {
  source: string | null;
  price: string;
  daily: Step[];
  hourly: Step[];
  stockout: { level: string; p10: number; p50: number; p90: number } | null;
  competitor: {
    anchor: string | null;
    usesForecast: boolean;
    reasons: string[];
    forecast: { p50: string } | null;
  };
}

const SKUS = ["FOR-0", "FOR-1", "FOR-2"];
const read = async (sku: string) => call<ForecastBody>("GET", `/api/products/${sku}/forecast`);

beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts([productRow("FOR-NEW")]);
  await postObservations("forecast", "forecast-market", [observation("FOR-NEW", 19)]);
  await seedShop(SKUS);
  await postObservations("forecast", "forecast-market-2", [observation("FOR-0", 19)]);
  await env.DB.prepare("UPDATE products SET stock = 30 WHERE sku = 'FOR-0'").run();
  await runToEnd({ kind: "elasticity" });
}, 60_000);

describe("a product's forecast", () => {
  it("has 14 days from tomorrow on and 6 hours, with intervals, beside the simple one", async () => {
    const { status, body } = await read("FOR-0");
    expect(status).toBe(200);
    expect(body).toMatchObject({ source: "filter", price: "20.00" });
    expect(body.daily.map(({ day }) => day)).toEqual(Array.from({ length: 14 }, (_, h) => daysAgo(-1 - h)));
    expect(body.hourly).toHaveLength(6);
    for (const { mean, ci80, ci95, median, baseline } of body.daily) {
      expect(mean / baseline!).toBeGreaterThan(0.75);
      expect(mean / baseline!).toBeLessThan(1.33);
      const inOrder = [ci95[0], ci80[0], median, ci80[1], ci95[1]];
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    }
    const perHour = body.hourly.reduce((sum, { mean }) => sum + mean, 0) / 6;
    expect((perHour * 24) / body.daily[0]!.mean).toBeCloseTo(1, 0);
  });

  it("says when the stock runs out, where it is tracked", async () => {
    const { stockout } = (await read("FOR-0")).body;
    expect(["Critical", "Warning"]).toContain(stockout!.level);
    expect(stockout!.p10).toBeLessThanOrEqual(stockout!.p50);
    expect(stockout!.p50).toBeLessThanOrEqual(stockout!.p90);
    expect((await read("FOR-1")).body.stockout).toBeNull();
  });

  it("anchors on the competitor last seen until the forecast has shown skill", async () => {
    const { competitor } = (await read("FOR-1")).body;
    expect(competitor).toMatchObject({ anchor: null, usesForecast: false, reasons: ["no competitor"] });
  });

  it("without a day of demand is the category's share", async () => {
    const { body } = await read("FOR-NEW");
    expect(body.source).toBe("category share");
    expect((await call("GET", "/api/products/FOR-NEW/elasticity")).status).toBe(404);
  });

  it("of a product nobody knows is not found", async () => {
    expect((await read("NONE")).status).toBe(404);
  });
});

describe("a product's elasticity", () => {
  it("has its course: one point for each run that learned it, newest first", async () => {
    const run = await runToEnd({ kind: "elasticity" });
    const { body } = await call<{ mean: number; history: { runId: string; mean: number; asOf: string }[] }>(
      "GET",
      "/api/products/FOR-0/elasticity",
    );
    expect(body.history.length).toBeGreaterThanOrEqual(3);
    expect(body.history[0]).toMatchObject({ runId: run.id, mean: body.mean });
    const times = body.history.map(({ asOf }) => asOf);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it("of a dry run leaves no point", async () => {
    const count = () => env.DB.prepare("SELECT count(*) AS n FROM elasticity_history").first("n");
    const before = await count();
    await runToEnd({ kind: "elasticity", dryRun: true });
    expect(await count()).toBe(before);
  });

  it("names its inputs and how it was modelled", async () => {
    const { body } = await call("GET", "/api/products/FOR-0/elasticity");
    expect(body).toMatchObject({ period: "day", drifting: false, rows: 60, skipped: 0 });
    expect(body.inputsHash).toMatch(/^[0-9a-f]{16}$/);
  });
});
