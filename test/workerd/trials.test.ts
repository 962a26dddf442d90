import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { DAY_MS } from "../../domain/base/time.ts";
import {
  daysAgo,
  holdScheduledRuns,
  importProducts,
  type ProposalBody,
  postDemand,
  productRow,
  proposalsOf,
  runToEnd,
  servedPrice,
} from "./back-support.ts";
import { snapshotOf } from "./runs-support.ts";
import { call } from "./support.ts";

type Tried = ProposalBody & { experiment?: { cost: string; without: string } };

const SKUS = Array.from({ length: 12 }, (_, i) => `TRIED-${String(i).padStart(2, "0")}`);
let tried: Tried[];

/** Prices that never moved: nothing is known of the elasticity. */
beforeAll(async () => {
  await holdScheduledRuns();
  await importProducts(SKUS.map((sku) => productRow(sku, { unitCost: "11.00" })));
  const days = Array.from({ length: 40 }, (_, day) => daysAgo(40 - day));
  await postDemand(
    "still",
    SKUS.flatMap((sku, i) => days.map((day, t) => ({ sku, day, units: 20 + ((7 * t + i) % 9), price: 20 }))),
  );
  await runToEnd({ kind: "elasticity", scope: { skus: SKUS } });
  const run = await runToEnd({ kind: "proposals", scope: { skus: SKUS } });
  tried = (await proposalsOf(`runId=${run.id}`)).filter((one: Tried) => one.experiment !== undefined);
}, 60_000);

describe("a price drawn to learn from", () => {
  const sentenceOf = async (id: string) =>
    (await call<Tried>("GET", `/api/proposals/${id}`)).body.explanation.sentence;

  it("is a proposal like others that says what it is, what it costs and what it tells", async () => {
    expect(tried.length).toBeGreaterThan(2);
    for (const { id, experiment, from, to, status } of tried) {
      expect(experiment).toEqual({ cost: expect.stringMatching(/^-?\d+\.\d\d$/), without: "20.00" });
      expect([from, status]).toEqual(["20.00", "pending"]);
      expect(Math.abs(Number(to) / 20 - 1)).toBeLessThanOrEqual(0.1);
      expect(await sentenceOf(id)).toMatch(
        /this price is tried to learn .*expected (cost|gain) .*it tells us/,
      );
    }
  });

  it("counts as an experiment on the days at that price, and only on those", async () => {
    const { id, sku, to } = tried[0]!;
    expect((await call("POST", `/api/proposals/${id}/approve`)).status).toBe(200);
    expect(await servedPrice(sku)).toBe(to);
    // as if it had been in force for three days, the last of them at another price
    await env.DB.prepare("UPDATE price_ledger SET at = ?1 WHERE cause_id = ?2")
      .bind(Date.parse(daysAgo(3)), id)
      .run();
    await postDemand("tried", [
      { sku, day: daysAgo(3), units: 20, price: Number(to) },
      { sku, day: daysAgo(2), units: 20, price: Number(to) },
      { sku, day: daysAgo(1), units: 20, price: 19.5 },
    ]);
    const run = await runToEnd({ kind: "elasticity", scope: { skus: [sku] } });
    const days = (await snapshotOf(run.id))[0]!.features.days;
    const step = Math.log(Number(to) / 20);
    expect(days.slice(-4).map(({ randomStep }) => randomStep)).toEqual([
      undefined,
      expect.closeTo(step, 9),
      expect.closeTo(step, 9),
      undefined,
    ]);
    expect(days.slice(-4).map(({ proposed }) => proposed)).toEqual([undefined, true, true, undefined]);
  });

  it("ends with its period: the price without it is proposed", async () => {
    const { sku, to } = tried[0]!;
    await call("PUT", "/api/settings", { exploration: { weeklyBudget: 0 } });
    await env.DB.prepare("UPDATE price_ledger SET at = ?1 WHERE sku = ?2")
      .bind(Date.now() - 8 * DAY_MS, sku)
      .run();
    const run = await runToEnd({ kind: "proposals", scope: { skus: [sku] } });
    const [back] = (await proposalsOf(`runId=${run.id}`)) as Tried[];
    expect(back).toMatchObject({ from: to, to: "20.00" });
    expect(back!.experiment).toBeUndefined();
    expect(await sentenceOf(back!.id)).toContain("the trial is over");
  });
});
