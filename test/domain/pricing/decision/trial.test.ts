import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../../../domain/base/time.ts";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import type { PricingInputs } from "../../../../domain/pricing/inputs.ts";
import { explorationOf, HOUR, inputsOf, NOW, policyOf } from "./fixture.ts";

/** At 20.00 and an elasticity of about −2 the price is at its best; nothing is to be gained but knowledge. */
const AT_OPTIMUM: Partial<PricingInputs> = {
  price: 2000,
  elasticity: { mean: -2, sd: 0.9, identified: true, label: "uncertain" },
};

function decided(sku: string, period: number, inputs: Partial<PricingInputs> = {}, changes = {}) {
  const exploration = explorationOf({ weeklyBudget: 0.004, period, ...changes });
  return decidePrice(inputsOf({ sku, ...AT_OPTIMUM, ...inputs }), policyOf({ exploration }));
}

const SKUS = Array.from({ length: 200 }, (_, i) => `sku-${i}`);

describe("drawn steps", () => {
  const first = SKUS.map((sku) => decided(sku, 0));
  const second = SKUS.map((sku) => decided(sku, 1));

  it("go up and down alike, the other way in the next period", () => {
    const up = first.filter(({ to }) => to > 2000).length;
    const down = first.filter(({ to }) => to < 2000).length;
    expect(up).toBeGreaterThan(20);
    expect(down).toBeGreaterThan(20);
    first.forEach(({ exploration, to }, i) => {
      expect(second[i]!.exploration === null).toBe(exploration === null);
      if (exploration) expect((to - 2000) * (second[i]!.to - 2000)).toBeLessThan(0);
    });
  });

  it("cost no more of the profit than the budget, over all products", () => {
    const earned = first.reduce((sum, { atCurrent }) => sum + atCurrent!.profit, 0);
    const cost = first.reduce((sum, { exploration }) => sum + (exploration?.cost ?? 0), 0);
    expect(cost).toBeGreaterThan(0);
    expect(cost / earned).toBeLessThan(0.005);
  });

  it("are none without a budget, and the same for the same seed, product and week", () => {
    expect(SKUS.every((sku) => decided(sku, 0, {}, { weeklyBudget: 0 }).exploration === null)).toBe(true);
    expect(decided("sku-3", 5)).toEqual(decided("sku-3", 5));
  });

  it("go by what they are worth once what products have in common is known", () => {
    const worth = (sd: number) => ({
      elasticity: { mean: -2, sd, identified: true, label: "moderate" } as const,
    });
    const tried = (sd: number, leastWorth: number) =>
      SKUS.filter((sku) => decided(sku, 0, worth(sd), { leastWorth }).exploration !== null).length;
    expect(tried(0.9, 1)).toBe(SKUS.length);
    expect(tried(0.3, 1)).toBeLessThan(SKUS.length / 10);
    expect(tried(0.9, 25)).toBeLessThan(SKUS.length / 2);
    expect(tried(0.9, 25)).toBeGreaterThan(SKUS.length / 20);
    const [drawn] = SKUS.map((sku) => decided(sku, 0, worth(0.9), { leastWorth: 1 }));
    expect(drawn!.exploration!.propensity).toBe(0.5);
  });

  it("stop where there is nothing to learn", () => {
    const elasticity = { mean: -2, sd: 0.1, identified: true, label: "moderate" } as const;
    expect(SKUS.every((sku) => decided(sku, 0, { elasticity }).exploration === null)).toBe(true);
  });

  it("stay within their own step, also while the elasticity is not identified", () => {
    const elasticity = { mean: -2, sd: 1.1, identified: false, label: "uncertain" } as const;
    const drawn = SKUS.map((sku) => decided(sku, 0, { elasticity })).filter(({ exploration }) => exploration);
    expect(drawn.length).toBeGreaterThan(50);
    const most = Math.max(...drawn.map(({ changePct }) => Math.abs(changePct)));
    expect(most).toBeGreaterThan(5);
    expect(most).toBeLessThanOrEqual(10);
  });

  it("say that the price is tried, what it costs and what it tells", () => {
    const { sentence, exploration, from, to } = first.find(({ verdict }) => verdict === "propose")!;
    const size = `${to > from ? "+" : "−"}${Math.abs((to / from - 1) * 100).toFixed(1)} %`;
    expect(sentence).toContain(`this price is tried to learn how demand answers to ${size}`);
    expect(sentence).toContain(`expected cost ${(exploration!.cost / 100).toFixed(2)} EUR over 7 days`);
    expect(sentence).toContain("it tells us the elasticity to ±");
    expect(exploration).toMatchObject({ without: 2000 });
    expect(exploration!.sd[1]).toBeLessThan(exploration!.sd[0]);
  });
});

describe("a trial in force", () => {
  const sku = SKUS.find((name) => decided(name, 0).verdict === "propose")!;
  const { to } = decided(sku, 0);
  const trial = { without: 2000, since: NOW - 5 * HOUR };

  it("is kept until its period is over", () => {
    const kept = decided(sku, 0, { price: to, trial, lastChangeAt: trial.since });
    expect(kept).toMatchObject({ verdict: "hold", reason: "explore", to });
    expect(kept.sentence).toContain("Without the trial it would be 20.00 EUR.");
  });

  it("is followed by the next draw, from the price without it", () => {
    const since = NOW - 7 * DAY_MS;
    const next = decided(sku, 1, { price: to, trial: { without: 2000, since } });
    expect(next).toMatchObject({ verdict: "propose", reason: "explore", from: to });
    expect(next.exploration).toMatchObject({ without: 2000 });
    expect((next.to - 2000) * (to - 2000)).toBeLessThan(0);
    expect(Math.max(next.to / to, to / next.to)).toBeLessThanOrEqual(1.1);
  });

  it("goes on to the other side in the next decision where one may not move the price so far", () => {
    const [since, week] = [NOW - 7 * DAY_MS, { period: 1, periodStart: NOW - 2 * HOUR }];
    const first = decided(sku, 1, { price: to, trial: { without: 2000, since } }, week);
    const then = { without: 2000, since: NOW - HOUR };
    const second = decided(sku, 1, { price: first.to, trial: then, priceWeekAgo: null }, week);
    expect(second).toMatchObject({ verdict: "propose", reason: "explore" });
    expect(second.exploration).toMatchObject({ without: 2000 });
    const step = (price: number) => Math.log(price / 2000);
    expect(step(second.to) / step(to)).toBeLessThan(-0.9);
    const third = decided(sku, 1, { price: second.to, trial: then }, week);
    expect(third).toMatchObject({ verdict: "hold", reason: "explore", to: second.to });
  });

  it("ends at the price without it where nothing is drawn", () => {
    const since = NOW - 7 * DAY_MS;
    const over = decided(sku, 1, { price: to, trial: { without: 2000, since } }, { weeklyBudget: 0 });
    expect(over).toMatchObject({ verdict: "propose", reason: "trial_over", from: to, to: 2000 });
    expect(over.exploration).toBeNull();
    expect(over.sentence).toContain("the trial is over");
  });

  it("does not hide a change that is worth it: that starts from the price without", () => {
    const since = NOW - 7 * DAY_MS;
    const elasticity = { mean: -1.4, sd: 0.1, identified: true, label: "moderate" } as const;
    const raised = decided(sku, 1, { price: to, trial: { without: 2000, since }, elasticity });
    expect(raised.to).toBeGreaterThan(2000);
  });

  it("leaves a price like any other once it is over, where the step worth taking ends at that price", () => {
    const since = NOW - 7 * DAY_MS;
    const elasticity = { mean: -4, sd: 0.1, identified: true, label: "elastic" } as const;
    const step = decided(sku, 1, { elasticity }, { weeklyBudget: 0 });
    const there = { price: step.to, elasticity };
    const next = decided(sku, 1, { ...there, trial: { without: 2000, since } }, { weeklyBudget: 0 });
    expect(next).toEqual(decided(sku, 1, there, { weeklyBudget: 0 }));
    expect(next.to).toBeLessThan(step.to);
  });
});
