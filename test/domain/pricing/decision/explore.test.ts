import { describe, expect, it } from "vitest";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import { explorationOf, inputsOf, policyOf } from "./fixture.ts";

const UNSURE = { mean: -2.1, sd: 0.8, identified: true, label: "uncertain" } as const;

function explored(sku: string, period: number, regretBudget = 0.01, inputs = {}) {
  const exploration = explorationOf({ temperature: 0.4, period, regretBudget });
  return decidePrice(inputsOf({ sku, elasticity: UNSURE, ...inputs }), policyOf({ exploration }));
}

describe("exploration", () => {
  const decisions = Array.from({ length: 60 }, (_, i) => explored(`sku-${i}`, i % 4));

  it("moves prices that the evidence alone would keep", () => {
    expect(decidePrice(inputsOf({ elasticity: UNSURE }), policyOf()).verdict).toBe("hold");
    const moved = decisions.filter(({ reason, verdict }) => reason === "explore" && verdict === "propose");
    expect(moved.length).toBeGreaterThan(20);
    expect(new Set(moved.map(({ to }) => to)).size).toBeGreaterThan(3);
  });

  it("states the true size and the expected cost of the step", () => {
    const moved = decisions.filter(({ exploration, verdict }) => exploration && verdict === "propose");
    for (const { exploration, sentence, candidates, to } of moved) {
      const { without, cost } = exploration!;
      const profitAt = (price: number) => candidates.find((one) => one.price === price)!.expectedProfit;
      expect(Math.abs(profitAt(without) - profitAt(to) - cost)).toBeLessThanOrEqual(1);
      expect(sentence).toContain(
        `expected ${cost < 0 ? "gain" : "cost"} ${(Math.abs(cost) / 100).toFixed(2)} EUR over 7 days`,
      );
      const size = `${to > without ? "+" : "−"}${Math.abs((to / without - 1) * 100).toFixed(1)}`;
      expect(sentence).toContain(`to learn how demand answers to ${size} %`);
      expect(sentence).not.toContain("small");
    }
    expect(moved.length).toBeGreaterThan(20);
  });

  it("keeps the expected loss within the budget, and the price within every other guardrail", () => {
    for (const { exploration, to, relaxations } of decisions) {
      if (exploration) expect(exploration.cost).toBeLessThanOrEqual(0.01 * 7 * 3 * 990);
      expect(to).toBeGreaterThanOrEqual(1810);
      expect(to).toBeLessThanOrEqual(2189);
      expect(relaxations).toEqual([]);
    }
  });

  it("draws the same price again for the same SKU and period", () => {
    expect(explored("sku-3", 3)).toEqual(explored("sku-3", 3));
    const periods = Array.from({ length: 12 }, (_, period) => explored("sku-3", period).to);
    expect(new Set(periods).size).toBeGreaterThan(1);
  });

  it("records the propensity of what it drew", () => {
    for (const { exploration } of decisions) {
      if (!exploration) continue;
      expect(exploration.propensity).toBeGreaterThan(0);
      expect(exploration.propensity).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    ["a minimum advertised price", { mapPrice: 1500 }],
    ["short stock", { stock: 20 }],
    ["an opt-out", { noExploration: true }],
    ["an estimated cost", { costImputed: true }],
  ])("is off with %s", (_, inputs) => {
    for (let period = 0; period < 12; period++) {
      expect(explored("sku-3", period, 0.01, inputs).exploration).toBeNull();
    }
  });
});
