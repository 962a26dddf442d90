import { beforeAll, describe, expect, it } from "vitest";
import { trialChance, trialCost, trialWorth } from "../../../domain/pricing/decision/trial-worth.ts";
import { poolInput, poolSkus } from "../../../domain/runs/elasticity-run.ts";
import { identifiedFilters } from "../../../domain/runs/identify.ts";
import type { Pooled, PoolInput } from "../../../domain/runs/learned.ts";
import { believedOf, judgedOf } from "../../../domain/runs/sku-posterior.ts";
import { trialsByWorth } from "../../../domain/runs/trial-budget.ts";
import { manifest, snapshot } from "./support.ts";

describe("the budget of trials", () => {
  let inputs: PoolInput[];
  let pooled: Pooled;

  beforeAll(() => {
    const run = manifest("elasticity");
    // few days and few units: much is left to learn
    const snapshots = Array.from({ length: 24 }, (_, i) => ({
      ...snapshot(i, i % 2 === 0 ? "a" : "b", { days: 30, level: 0.5 + i / 8 }),
      contribution: 100 + 50 * i,
    }));
    const filtered = identifiedFilters(snapshots, run);
    inputs = filtered.map((filter, i) => poolInput(filter!, snapshots[i]!, run));
    pooled = poolSkus(inputs, run).pooled;
  });

  const learned = (changes = {}) => ({
    hyper: { ...pooled.daily!, ...changes },
    judgement: pooled.judgement,
  });
  const least = (weeklyBudget: number, changes = {}, all = inputs) =>
    trialsByWorth(all, learned(changes), manifest("elasticity", { exploration: { weeklyBudget } }))
      .leastWorth;

  it("is kept by all products together", () => {
    const share = 0.002;
    const at = least(share)!.EUR!;
    expect(at).toBeGreaterThan(1);
    let spent = 0;
    let earned = 0;
    for (const input of inputs) {
      const { mean, covariance } = believedOf(judgedOf(input), pooled.daily!, pooled.judgement).slopes;
      const response = { mean: mean[0]!, sd: Math.sqrt(covariance[0]!) };
      const profit = input.contribution! * input.meanUnits;
      const worth = trialWorth(response, input.meanUnits / input.dispersion);
      spent += trialCost(response, 0.1) * profit * trialChance(worth, at);
      earned += profit;
    }
    expect(spent / earned).toBeCloseTo(share, 6);
  });

  it("tries more the larger it is, down to what is worth its cost", () => {
    expect(least(0.001)!.EUR).toBeGreaterThan(least(0.003)!.EUR!);
    expect(least(0.05)).toEqual({ EUR: 1 });
  });

  it("is not shared out by worth while the shop's prices may be right", () => {
    expect(least(0.002, { pricesRight: { each: 0.1, inTheMean: 0 } })).toBeUndefined();
    expect(least(0.002, { pricesRight: { each: 0.03, inTheMean: 0.01 } })).toBeDefined();
  });

  it("is each currency's own, and counts no product of unknown cost", () => {
    const [first, ...others] = inputs;
    const { contribution: _, ...unknown } = first!;
    const foreign = others.map((input, i) => (i < 10 ? { ...input, currency: "CHF" } : input));
    expect(Object.keys(least(0.002, {}, [unknown, ...foreign])!).sort()).toEqual(["CHF", "EUR"]);
    expect(least(0.002, {}, [unknown])).toEqual({});
  });
});
