import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { getJson } from "../../services/runs/run-record.ts";
import {
  daysAgo,
  holdScheduledRuns,
  importProducts,
  productRow,
  runToEnd,
  seedShop,
} from "./back-support.ts";
import { call, observation, postObservations, receiptOf } from "./support.ts";

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
  asOf: string;
  hourlyAsOf: string;
  stockout: { level: string; p10: number; p50: number; p90: number; beforeReceipt: number | null } | null;
  competitor: {
    anchor: string | null;
    usesForecast: boolean;
    scoredDays: number;
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

interface Score {
  sku: string;
  scoredDays: number;
  skill: number | null;
}

describe("how near the forecasts of competitors' prices came", () => {
  const list = async (query = "") =>
    (await call<{ items: Score[]; total: number }>("GET", `/api/forecasts${query}`)).body;

  it("is listed for each product, as the run left it", async () => {
    const { items } = await list();
    expect(items.map(({ sku }) => sku)).toEqual([...SKUS, "FOR-NEW"]);
    const { scoredDays } = (await read("FOR-0")).body.competitor;
    const alone = { scoredDays, mae: null, baselineMae: null, skill: null, usesForecast: false };
    expect(items[0]).toMatchObject({ ...alone, currency: "EUR", price: "20.00" });
  });

  it("ranks the products by what the forecast is worth", async () => {
    const score = (sku: string, mae: number, before: number) =>
      env.DB.prepare(
        "UPDATE forecasts SET price_scored = 20, price_mae = ?2, price_baseline_mae = ?3, uses_forecast = 1 WHERE sku = ?1",
      ).bind(sku, mae, before);
    await env.DB.batch([score("FOR-0", 40, 50), score("FOR-1", 25.4, 100), score("FOR-2", 30, 0)]);
    const { items } = await list("?sort=-gain");
    expect(items.map(({ sku, skill }) => [sku, skill])).toEqual([
      ["FOR-1", 0.746],
      ["FOR-0", 0.2],
      ["FOR-2", null],
      ["FOR-NEW", null],
    ]);
    expect(items[0]).toMatchObject({ mae: "0.25", baselineMae: "1.00", scoredDays: 20, usesForecast: true });
    expect(await list("?usesForecast=false&limit=1")).toMatchObject({
      total: 1,
      items: [{ sku: "FOR-NEW" }],
    });
  });
});

describe("the next hours", () => {
  const buy = (sku: string, id: string, hoursAgo: number) => ({
    ...{ id, type: "purchase", sku, sessionId: id, quantity: 4 },
    at: new Date(Date.now() - hoursAgo * 3_600_000).toISOString(),
  });
  const sumOf = (steps: Step[]) => steps.reduce((sum, { mean }) => sum + mean, 0);

  it("are told as of the request, with what the shop's events say of the hours before", async () => {
    const before = (await read("FOR-2")).body;
    expect(before.hourly[0]!.baseline).toBeNull();
    const events = [30, 5, 4, 3, 2, 1].map((hours) => buy("FOR-2", `fh-${hours}`, hours));
    await call("POST", "/api/ingest/events", { source: "shop", batchId: "fh", events });
    await receiptOf("fh", "done", "shop");
    const { body } = await read("FOR-2");
    expect(body.hourly[0]!.baseline).toBeGreaterThan(0);
    expect(body.daily).toEqual(before.daily);
    const [first] = body.hourly;
    const age = Date.now() - Date.parse(first!.at);
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(3_600_000);
    expect(Date.parse(body.hourlyAsOf)).toBeGreaterThanOrEqual(Date.parse(body.asOf));
  });

  it("follow the stock that is there now", async () => {
    await env.DB.prepare("UPDATE products SET stock = 1 WHERE sku = 'FOR-2'").run();
    const soon = (await read("FOR-2")).body.stockout!;
    expect(soon.level).toBe("Critical");
    await env.DB.prepare("UPDATE products SET stock = 0 WHERE sku = 'FOR-2'").run();
    expect((await read("FOR-2")).body.stockout).toMatchObject({ level: "Out of stock", p50: 0 });
  });

  it("follow the hours of the category, counted by the night's run", async () => {
    const flat = sumOf((await read("FOR-0")).body.hourly);
    const { id } = await runToEnd({ kind: "elasticity" });
    const hours = await getJson<Record<string, number[]>>(env.LAKE, `runs/${id}/hours/00000.json`);
    // only days that are over make the profile
    expect(
      Object.values(hours)
        .flat()
        .reduce((sum, units) => sum + units, 0),
    ).toBeGreaterThanOrEqual(4);
    expect(sumOf((await read("FOR-0")).body.hourly)).not.toBeCloseTo(flat, 6);
    const replay = await call("POST", `/api/runs/${id}/replay`);
    expect(replay.body).toMatchObject({ identical: true });
  });

  it("know how likely the stock is gone before more arrives", async () => {
    await importProducts([productRow("FOR-NEW", { restockDate: daysAgo(-3) })]);
    await env.DB.prepare("UPDATE products SET stock = 4 WHERE sku = 'FOR-NEW'").run();
    const { stockout } = (await read("FOR-NEW")).body;
    expect(stockout!.beforeReceipt).toBeGreaterThan(0);
    expect(stockout!.beforeReceipt).toBeLessThanOrEqual(1);
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
    expect(body).toMatchObject({ period: "day", drifting: false, rows: 120, skipped: 0 });
    expect(body.inputsHash).toMatch(/^[0-9a-f]{16}$/);
  });
});
