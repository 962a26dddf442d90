import { describe, expect, it } from "vitest";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import { inputsOf, policyOf } from "./fixture.ts";

const UNSURE = { mean: -2.1, sd: 0.8, identified: true, label: "uncertain" } as const;

function explored(sku: string, period: number, regretBudget = 0.01, inputs = {}) {
  const exploration = { temperature: 0.4, salt: 7, period, regretBudget };
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
    for (const { exploration, verdict, sentence, changePct, candidates, to } of decisions) {
      if (!exploration) continue;
      const profitAt = (price: number) => candidates.find((one) => one.price === price)!.expectedProfit;
      const cost = (profitAt(to) * exploration.regret) / (1 - exploration.regret);
      const stated = Number(/expected to cost ([\d.]+) EUR over 7 days/.exec(sentence)![1]) * 100;
      expect(Math.abs(stated - cost)).toBeLessThanOrEqual(1);
      if (verdict !== "propose") continue;
      const size = changePct
        .toFixed(1)
        .replace(/^-/, "−")
        .replace(/^(?=\d)/, "+");
      expect(sentence).toContain(`a step of ${size} % to learn`);
      expect(sentence).not.toContain("small");
    }
    expect(decisions.some(({ exploration }) => exploration !== null && exploration.regret > 0)).toBe(true);
  });

  it("keeps the expected loss within the budget, and the price within every other guardrail", () => {
    for (const { exploration, to, relaxations } of decisions) {
      if (exploration) expect(exploration.regret).toBeLessThanOrEqual(0.01);
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
