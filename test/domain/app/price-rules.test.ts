import { describe, expect, it } from "vitest";
import { isWrongNumber, matchOf, typedOf } from "../../../app/src/pages/strategies/rule-match.ts";
import {
  newRule,
  newStrategy,
  ruleBy,
  type Step,
  stepInWords,
  wantedBy,
  weightsInWords,
  weightsOf,
} from "../../../app/src/pages/strategies/rules.ts";

describe("the conditions of a price rule", () => {
  const match = {
    ...{ brands: ["Aurelo", "Lumara"], competitors: ["northmart"], priceFrom: "9.90" },
    ...{ stockTo: 5, competitorsTo: 2, marginFrom: 0.125 },
  };

  it("are the same after they were shown and typed", () => {
    expect(matchOf(typedOf({ ...newRule([], []), match }))).toEqual(match);
    expect(matchOf({})).toEqual({});
  });

  it("take a comma for a decimal point, and an empty field for none", () => {
    expect(matchOf({ marginTo: "12,5", priceTo: "9,90", stockFrom: " ", tags: " , " })).toEqual({
      ...{ marginTo: 0.125, priceTo: "9.90" },
    });
    expect(isWrongNumber({ stockFrom: "many" })).toBe(true);
    expect(isWrongNumber({ stockFrom: "3", brands: "many" })).toBe(false);
  });
});

describe("the weights of competitors", () => {
  it("are names with numbers", () => {
    const weights = { northmart: 2, "Lumen Hof": 0.5 };
    expect(weightsOf("northmart 2, Lumen Hof 0.5")).toEqual(weights);
    expect(weightsOf(weightsInWords(weights))).toEqual(weights);
    expect(weightsOf("northmart, 2.")).toBeUndefined();
  });

  it("are told with the step", () => {
    const step = { anchor: "average" as const, share: -0.02, amount: "0", except: ["alpha"] };
    expect(stepInWords(step)).toBe("2 % below the competitors' average (without alpha)");
  });
});

describe("the strategy of a rule", () => {
  const steps: Step[] = [{ anchor: "msrp", share: 0, amount: "0" }];
  const listed = { ...newStrategy([]), name: "As listed", steps };

  it("is the first there is for a new rule, and can be another or steps of the rule's own", () => {
    const rule = newRule([], [listed]);
    expect(rule).toMatchObject({ id: "rule-1", strategy: "strategy-1" });
    expect(rule.steps).toBeUndefined();
    expect(wantedBy(rule, [listed])).toMatchObject({ steps });
    const own = ruleBy(rule, null, [listed]);
    expect(own).toMatchObject({ steps, otherwise: "freeze" });
    expect(own.strategy).toBeUndefined();
    expect(ruleBy(own, "strategy-1", [listed])).toEqual(rule);
    expect(newRule([], []).steps).toHaveLength(1);
  });

  it("is copied under another name", () => {
    expect(newStrategy([listed], listed)).toEqual({ ...listed, id: "strategy-2", name: "As listed, copied" });
  });
});
