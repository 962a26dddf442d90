import { describe, expect, it } from "vitest";
import { inputQuality } from "../../../../domain/pricing/inputs.ts";
import { inputsOf, policyOf } from "./fixture.ts";

const { elasticity } = inputsOf();

describe("the quality of the inputs", () => {
  it.each([
    ["all there and fresh", {}, 1],
    ["an elasticity from the category", { elasticity: { ...elasticity, identified: false } }, 0.7],
    ["an uncertain elasticity", { elasticity: { ...elasticity, label: "uncertain" as const } }, 0.9],
    ["demand at the limit of its age", { demandAgeDays: 7 }, 0.75],
    ["demand halfway to the limit", { demandAgeDays: 3.5 }, 0.875],
    ["offers at the limit of their age", { newestOffer: { hours: 240, limitHours: 240 } }, 0.7],
    ["an estimated cost", { costImputed: true }, 0.5],
    ["several at once", { costImputed: true, demandAgeDays: 7 }, 0.375],
  ])("%s", (_, inputs, quality) => {
    expect(inputQuality(inputsOf(inputs), policyOf())).toBeCloseTo(quality, 12);
  });
});
