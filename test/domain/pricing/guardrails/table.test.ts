import { describe, expect, it } from "vitest";
import { stepRange } from "../../../../domain/pricing/guardrails/pace.ts";
import { GUARDRAILS } from "../../../../domain/pricing/guardrails/table.ts";

describe("the table of guardrails", () => {
  const names = GUARDRAILS.map(({ name }) => name);

  it("ends with the floor", () => {
    expect(names.at(-1)).toBe("floor");
  });

  it("names each once and fits a bit mask", () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeLessThanOrEqual(31);
  });

  it("never lets a hard limit give way, and lets nothing hard spare the current price", () => {
    const hard = GUARDRAILS.filter(({ yields }) => yields === "never");
    expect(hard.map(({ name }) => name)).toEqual([
      "map",
      "msrp",
      "margin_cap",
      "markup_floor",
      "min_price",
      "max_price",
      "floor",
    ]);
    for (const guardrail of hard) expect(guardrail.keepsCurrent).toBe(false);
  });

  it("lets endings give way before the ladder, the ladder before the band, the band before the cool-down", () => {
    const order = (name: string) => GUARDRAILS.find((guardrail) => guardrail.name === name)!.yields as number;
    expect(order("charm")).toBeLessThan(order("line"));
    expect(order("line")).toBeLessThan(order("competitor_band"));
    expect(order("competitor_band")).toBeLessThan(order("cool_down"));
  });
});

describe("a step", () => {
  it.each([
    [1900, 0.05, 1810, 1995],
    [1990, 0.1, 1810, 2189],
    [100, 0.15, 87, 115],
    [1, 0.1, 1, 1],
    [999_999_999_999, 0.1, 909_090_909_090, 1_099_999_999_998],
  ])("from %i by %f reaches %i to %i", (reference, step, lo, hi) => {
    expect(stepRange(reference, step)).toEqual({ lo, hi });
  });
});
