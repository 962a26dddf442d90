import { describe, expect, it } from "vitest";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import { priceRule } from "../../../../domain/pricing/strategies/price-rule.ts";
import { PriceRules, resolveRule } from "../../../../domain/settings/price-rules.ts";
import { inputsOf, NOW, policyOf } from "../decision/fixture.ts";

type Step = Record<string, unknown>;

const offer = (competitor: string, price: number, weight = 1) => ({
  ...{ competitor, price, weight },
  observedAt: NOW,
});
const OFFERS = [offer("Anna", 1600), offer("bo.example", 1800), offer("Cleo", 2400, 3)];
const market = (offers = OFFERS) => ({
  ...inputsOf().market,
  ...{ cheapest: offers[0] ?? null, count: offers.length, confidence: 0.9, offers },
});

function rule(...steps: Step[]) {
  const [one] = PriceRules.parse([{ id: "r", name: "shoes", match: {}, steps, otherwise: "cost_plus" }]);
  return resolveRule(one!, []);
}

function plan(steps: Step | Step[], changes: Parameters<typeof inputsOf>[0] = {}) {
  const inputs = inputsOf({ market: market(), ...changes });
  return priceRule.plan(inputs, { ...policyOf({ strategy: "price_rule" }), rule: rule(...[steps].flat()) });
}

describe("a price rule", () => {
  it.each<[string, Step, number]>([
    [
      "below the cheapest by a share and an amount",
      { anchor: "cheapest", share: -0.02, amount: "-0.40" },
      1528,
    ],
    ["the second from the cheapest", { anchor: "nth", n: 2 }, 1800],
    ["5 % above the dearest", { anchor: "highest", share: 0.05 }, 2520],
    ["the average by the competitors' weights", { anchor: "average" }, 2120],
    ["the average by the rule's weights", { anchor: "average", weights: { anna: 2, Cleo: 0 } }, 1666.67],
    ["the median", { anchor: "median" }, 1800],
    ["a named competitor, however it is spelt", { anchor: "competitor", competitor: "CLEO" }, 2400],
    ["the cheapest without one", { anchor: "cheapest", except: ["anna"] }, 1800],
    ["the cheapest among some", { anchor: "cheapest", only: ["Cleo", "Bo.example"] }, 1800],
    ["a markup on the cost", { anchor: "cost", share: 0.5 }, 1500],
  ])("wants %s", (_, step, price) => {
    const wanted = plan(step);
    expect(wanted.kind).toBe("target");
    expect(wanted.kind === "target" && wanted.price).toBeCloseTo(price, 1);
  });

  it("takes the next step where an anchor is not known, and says which it took", () => {
    const wanted = plan([
      { anchor: "competitor", competitor: "Nobody" },
      { anchor: "msrp" },
      { anchor: "nth", n: 3 },
    ]);
    expect(wanted).toMatchObject({ kind: "target", price: 2400 });
    expect(wanted.why).toBe('rule "shoes": equal to number 3 from the cheapest (Cleo, 24.00 EUR)');
  });

  it("takes the steps of the strategy that it names, and says whose they are", () => {
    const [named] = PriceRules.parse([{ id: "r", name: "shoes", match: {}, strategy: "s" }]);
    const strategy = { id: "s", name: "As Cleo", otherwise: "cost_plus" as const };
    const steps = [{ anchor: "competitor" as const, competitor: "Cleo", share: 0, amount: "0" }];
    const policy = policyOf({ strategy: "price_rule" });
    const inForce = { ...policy, rule: resolveRule(named!, [{ ...strategy, steps }]) };
    expect(priceRule.plan(inputsOf({ market: market() }), inForce)).toMatchObject({
      ...{ kind: "target", price: 2400 },
      why: 'rule "shoes" by strategy "As Cleo": equal to the offer asked for (Cleo, 24.00 EUR)',
    });
    const lost = { ...policy, rule: resolveRule(named!, []) };
    expect(priceRule.plan(inputsOf(), lost)).toMatchObject({ kind: "hold", isStranded: true });
  });

  it("leaves the decision to what it names otherwise, under the same guardrails", () => {
    const inputs = inputsOf({ market: market([]), price: 1490 });
    const policy = { ...policyOf({ strategy: "price_rule" }), rule: rule({ anchor: "cheapest" }) };
    const decided = decidePrice(inputs, { ...policy, marketFallback: "cost_plus", markup: 0.5 });
    expect(decided.strategy).toBe("cost_plus");
    expect(decided.sentence).toContain("none of its anchors is known");
  });

  it("gives way to the margin floor", () => {
    const inputs = inputsOf({ market: market([offer("Anna", 500)]) });
    const policy = { ...policyOf({ strategy: "price_rule" }), rule: rule({ anchor: "cheapest" }) };
    const decided = decidePrice(inputs, { ...policy, maxStep: 1, weeklyCap: 1, minGain: 0 });
    expect(decided.to).toBeGreaterThanOrEqual(1053);
    expect(decided.binding).toContain("floor");
  });
});

describe("price rules", () => {
  it("are refused with two of one id, or an anchor that says too little", () => {
    const one = { id: "a", name: "a", steps: [{ anchor: "cheapest" }] };
    expect(PriceRules.safeParse([one, one]).success).toBe(false);
    expect(PriceRules.safeParse([{ ...one, steps: [{ anchor: "nth" }] }]).success).toBe(false);
    expect(PriceRules.safeParse([{ ...one, steps: [{ anchor: "competitor" }] }]).success).toBe(false);
  });
});
