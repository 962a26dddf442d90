import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Override } from "../../domain/contract/learning.ts";
import type { Calibration, Drift, PriceOutcome } from "../../domain/contract/outcomes.ts";
import type { DriftDay, Histogram } from "../../domain/evaluation/drift.ts";
import {
  type DemandRow,
  daysAgo,
  holdScheduledRuns,
  importProducts,
  postDemand,
  productRow,
  proposalsOf,
  runToEnd,
  servedPrice,
} from "./back-support.ts";
import { create, end } from "./override-support.ts";
import { call } from "./support.ts";

const SKUS = Array.from({ length: 60 }, (_, i) => `OUT-${String(i).padStart(2, "0")}`);
const CHANGED = SKUS.slice(0, 3);
const DAYS = 50;
const unitsOf = (i: number, t: number) => 20 + ((7 * t + 5 * i) % 9);
const rowsOf = (factorOf: (sku: string, t: number) => number): DemandRow[] =>
  SKUS.flatMap((sku, i) =>
    Array.from({ length: DAYS }, (_, t) => ({
      ...{ sku, day: daysAgo(DAYS - t), price: 20 },
      units: Math.round(unitsOf(i, t) * factorOf(sku, t)),
    })),
  );

/** Three prices that were changed twelve days ago; of one of them demand has collapsed since. */
beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts(SKUS.map((sku) => productRow(sku, { unitCost: "10.00" })));
  await env.DB.prepare("UPDATE products SET stock = 500").run();
  await call("PUT", "/api/settings", { strategy: "cost_plus", markup: 0.95, holdOut: { share: 0, salt: 1 } });
  await postDemand(
    "outcomes",
    rowsOf((sku, t) => (sku === "OUT-01" && t > DAYS - 12 ? 0.3 : 1)),
  );
  const run = await runToEnd({ kind: "proposals", scope: { skus: CHANGED } });
  for (const { id } of await proposalsOf(`runId=${run.id}`))
    expect((await call("POST", `/api/proposals/${id}/approve`)).status).toBe(200);
  await env.DB.batch([
    env.DB.prepare("UPDATE price_ledger SET at = ?1 WHERE cause_kind = 'proposal'").bind(
      Date.parse(daysAgo(12)),
    ),
    env.DB.prepare(
      "UPDATE proposals SET expected = json_set(expected, '$.pGain', .8, '$.revenue', 330000, '$.delta.profit', 700)",
    ),
    env.DB.prepare(`UPDATE proposals SET experiment = '{"cost":10,"without":2000}' WHERE sku = 'OUT-02'`),
  ]);
  expect(await runToEnd({ kind: "evaluation" })).toMatchObject({
    status: "done",
    counts: { outcomes: 3, alarms: 1 },
  });
}, 60_000);

describe("the outcome of a changed price", () => {
  const outcomes = async (query = "") =>
    (await call<{ items: PriceOutcome[]; total: number }>("GET", `/api/outcomes${query}`)).body;

  it("is summed over the changed prices", async () => {
    const { body } = await call<{ days: number; currencies: Record<string, unknown>[] }>(
      "GET",
      "/api/outcomes/impact",
    );
    const { items } = await outcomes();
    const sum = (of: (one: PriceOutcome) => string) =>
      items.reduce((total, one) => total + Number(of(one)), 0);
    expect(body).toMatchObject({ days: 30, currencies: [{ currency: "EUR", prices: 3, alarms: 1 }] });
    const [found] = body.currencies;
    expect(Number(found!.profit)).toBeCloseTo(
      sum(({ effect }) => effect.profit),
      1,
    );
    expect(Number(found!.expectedProfit)).toBeCloseTo(
      sum(({ expected }) => expected.profit),
      1,
    );
    expect(found!.gained).toBe(items.filter(({ gained }) => gained).length);
    expect(
      (await call<{ currencies: unknown }>("GET", "/api/outcomes/impact?days=5")).body.currencies,
    ).toEqual([]);
  });

  it("is measured against unchanged products, beside what was expected", async () => {
    const { items, total } = await outcomes("?sort=sku");
    expect(total).toBe(3);
    const [first] = items;
    expect(first).toMatchObject({
      ...{ sku: "OUT-00", from: "20.00", to: "19.49", status: "running", days: 11, pGain: 0.8 },
      ...{ controls: 57, matched: "category and volume", expected: { profit: "1.00" } },
    });
    expect(Math.abs(first!.effect.units)).toBeLessThan(3);
    const [lo, hi] = first!.effect.interval80.map(Number) as [number, number];
    expect(lo).toBeLessThan(Number(first!.effect.profit));
    expect(hi).toBeGreaterThan(Number(first!.effect.profit));
    expect((await outcomes("?sku=OUT-02")).items).toHaveLength(1);
  });

  it("that falls far short is an alarm, with the price before one step away", async () => {
    const { items } = await outcomes("?alarm=true");
    expect(items).toMatchObject([{ sku: "OUT-01", alarm: expect.stringMatching(/revenue is \d+ % below/) }]);
    expect(items[0]).toMatchObject({ gained: false });
    const back = await call("POST", "/api/prices/OUT-01/rollback", { reason: "the outcome is bad" });
    expect(back.status).toBe(200);
    expect(await servedPrice("OUT-01")).toBe("20.00");
  });

  it("is measured again by the next night, and calibrates what is said once it is final", async () => {
    await runToEnd({ kind: "evaluation" });
    expect((await outcomes()).total).toBe(3);
    const before = await call<Calibration>("GET", "/api/outcomes/calibration");
    expect(before.body).toMatchObject({ n: 1 });
    await env.DB.prepare("UPDATE outcomes SET status = 'final'").run();
    const { results } = await env.DB.prepare("SELECT expected_share FROM outcomes").all();
    for (const { expected_share } of results) expect(expected_share).toBeGreaterThan(0);
    const { body } = await call<Calibration>("GET", "/api/outcomes/calibration");
    expect(body).toMatchObject({
      n: 3,
      bins: [
        {
          ...{ from: 0.8, to: 0.9, n: 2, said: expect.closeTo(0.8, 9), came: null },
          ...{ interval95: [0, 1], reason: "fewer than 10 prices are measured", profit: null },
        },
      ],
      trials: { n: 1, came: null, interval95: [0, 1] },
    });
  });
});

describe("drift", () => {
  interface Kept {
    day: DriftDay;
    histograms: Record<string, Histogram>;
  }

  /** Evaluations of the last month: each day as today was, but for what `change` says of the day so long ago. */
  async function pastEvaluations(
    change: (today: Kept, ago: number) => Partial<DriftDay>,
    histogram?: Histogram,
  ) {
    await env.DB.prepare("DELETE FROM evaluations WHERE run_id = 'past'").run();
    const { results } = await env.DB.prepare("SELECT findings FROM evaluations").all<{ findings: string }>();
    const findings = JSON.parse(results[0]!.findings) as { drift: Kept };
    const { day: today, histograms } = findings.drift;
    const insert = env.DB.prepare("INSERT INTO evaluations VALUES (?1, 'past', ?2, ?3)");
    const earlier = histogram
      ? Object.fromEntries(Object.keys(histograms).map((name) => [name, histogram]))
      : histograms;
    await env.DB.batch(
      Array.from({ length: 31 }, (_, i) => {
        const day = { ...today, day: today.day - 1 - i, ...change(findings.drift, i + 1) };
        const past = { ...findings, drift: { day, histograms: earlier, findings: [] } };
        return insert.bind(daysAgo(i + 1), Date.parse(daysAgo(i + 1)), JSON.stringify(past));
      }),
    );
  }

  it("is shown by day, and is not looked for in a shop without a past", async () => {
    const { body } = await call<Drift>("GET", "/api/drift");
    expect(body.days).toMatchObject([{ stockOutRate: 0, clearanceMisses: 0, bias: null, findings: [] }]);
  });

  it("puts its reactions in force as overrides with reason and end, which people can end", async () => {
    await pastEvaluations(() => ({ soldOut: 0 }));
    await env.DB.prepare("UPDATE products SET stock = 0 WHERE sku IN ('OUT-10', 'OUT-11', 'OUT-12')").run();
    const run = await runToEnd({ kind: "evaluation" });
    expect(run).toMatchObject({ status: "done", counts: { drift: 1 } });
    const { body } = await call<Drift>("GET", "/api/drift");
    expect(body.days.at(-1)!.findings).toMatchObject([
      { kind: "outcome", metric: "stock_out_rate", value: 0.05, threshold: 0.02 },
    ]);
    const { body: list } = await call<{ items: Override[] }>("GET", "/api/overrides");
    expect(list.items.map(({ kind, createdBy }) => [kind, createdBy]).toSorted()).toEqual([
      ["FREEZE_RISES", "system:run"],
      ["NARROW_STEPS", "system:run"],
    ]);
    for (const one of list.items) {
      expect(one.reason).toContain("stock out rate is 0.05, beyond 0.02");
      expect(Date.parse(one.expiresAt)).toBeGreaterThan(Date.now());
    }
    const again = await runToEnd({ kind: "evaluation" });
    expect(again).toMatchObject({ status: "done", counts: { drift: 1 } });
    expect((await call<{ items: unknown[] }>("GET", "/api/overrides")).body.items).toHaveLength(2);
    for (const { id } of list.items) expect((await end(id)).status).toBe(200);
  });

  const elasticityRuns = async () =>
    (await call<{ items: { id: string }[] }>("GET", "/api/runs?kind=elasticity")).body.items.map(
      ({ id }) => id,
    );
  const predictions = (factor: number) => ({
    prediction: {
      skus: 60,
      predicted: 100 * factor,
      actual: 100,
      over: factor > 1 ? 50 : 10,
      varianceRatio: 3,
    },
  });
  it.each<{
    metrics: string[];
    past: (today: Kept, ago: number) => Partial<DriftDay>;
    histogram?: Histogram;
    settings?: object;
    kinds: string[];
    retrains?: boolean;
  }>([
    {
      ...{ metrics: ["sales_roll_mean_7", "rel_price", "inventory_pressure"], kinds: ["FREEZE_RISES"] },
      ...{ past: () => ({}), histogram: { 90: 60 } },
    },
    {
      ...{ metrics: ["rel_price"], kinds: [], retrains: true },
      ...{ past: () => ({ psi: { rel_price: 0.25 } }), histogram: { 90: 60 } },
      settings: { psiAtOnce: { over: 99, days: 1, reactions: ["freeze_rises"] } },
    },
    {
      metrics: ["bias", "over_forecast_rate", "variance_ratio"],
      ...{ past: () => predictions(1.2), kinds: ["CLIP_DEMAND", "FREEZE_RISES"] },
    },
    {
      ...{ metrics: ["bias", "variance_ratio"], kinds: ["FREEZE_RISES"], retrains: true },
      past: () => predictions(0.8),
    },
    {
      ...{ metrics: ["revenue_per_sku_day"], kinds: ["FORCE_RULE_BASED"], retrains: true },
      past: ({ day: { revenue } }, ago) => (ago > 2 ? { revenue: 1.5 * revenue } : {}),
    },
  ])("of $metrics is found by the night's run and answered: $kinds", async (one) => {
    await env.DB.prepare("UPDATE products SET stock = 500").run();
    await call("PUT", "/api/settings", { drift: one.settings ?? {} });
    await pastEvaluations(one.past, one.histogram);
    const before = await elasticityRuns();
    expect((await runToEnd({ kind: "evaluation" })).status).toBe("done");
    const { findings } = (await call<Drift>("GET", "/api/drift")).body.days.at(-1)!;
    expect(findings.map(({ metric }) => metric)).toEqual(one.metrics);
    const list = (await call<{ items: Override[] }>("GET", "/api/overrides")).body.items;
    expect(list.map(({ kind }) => kind).toSorted()).toEqual(one.kinds);
    for (const { reason, expiresAt, id } of list) {
      expect(reason).toMatch(/^Drift of (inputs|predictions|outcomes): .+ is -?[\d.]+, beyond [\d.]+/);
      expect(Date.parse(expiresAt)).toBeLessThan(Date.now() + 73 * 3_600_000);
      expect((await end(id)).status).toBe(200);
    }
    const later = (await elasticityRuns()).filter((id) => !before.includes(id));
    expect(later).toHaveLength(one.retrains ? 1 : 0);
    await call("PUT", "/api/settings", {
      drift: { psiAtOnce: { over: 0.3, days: 1, reactions: ["freeze_rises"] } },
    });
  });

  it("of stock that should have been gone is shown; such products are priced to be cleared anyway", async () => {
    await pastEvaluations(() => ({}));
    await env.DB.prepare("UPDATE products SET clearance_date = ?1 WHERE sku = 'OUT-30'")
      .bind(daysAgo(2))
      .run();
    await runToEnd({ kind: "evaluation" });
    const { findings } = (await call<Drift>("GET", "/api/drift")).body.days.at(-1)!;
    expect(findings).toMatchObject([{ metric: "clearance_misses", value: 1 }]);
    expect((await call<{ items: object[] }>("GET", "/api/overrides")).body.items).toEqual([]);
    await env.DB.prepare("UPDATE products SET clearance_date = NULL WHERE sku = 'OUT-30'").run();
  });

  it.each([
    ["FREEZE_RISES", "20.00", "no rise"],
    ["NARROW_STEPS", "20.49", "a step of 3 %"],
  ])("reacted to by %s keeps prices to %s: %s", async (kind, to) => {
    await call("PUT", "/api/settings", { markup: 1.3 });
    const { body } = await create({ scope: "category", key: "things", kind, reason: "drift" });
    const run = await runToEnd({ kind: "proposals", scope: { skus: ["OUT-20"] } });
    const found = await proposalsOf(`runId=${run.id}`);
    expect(found[0]?.to ?? "20.00").toBe(to);
    expect(await servedPrice("OUT-20")).toBe("20.00");
    await end(body.id);
  });

  it("is not reacted to where the settings say so", async () => {
    await call("PUT", "/api/settings", { drift: { react: false } });
    expect(await runToEnd({ kind: "evaluation" })).toMatchObject({ counts: { drift: 0 } });
    const { body } = await call<{ drift: { react: boolean; hours: number } }>("GET", "/api/settings");
    expect(body.drift).toMatchObject({ react: false, hours: 72 });
  });
});
