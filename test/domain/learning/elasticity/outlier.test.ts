import { describe, expect, it } from "vitest";
import { filterSeries } from "../../../../domain/learning/elasticity/filter.ts";
import { defaultPrior } from "../../../../domain/learning/elasticity/prior.ts";
import type { ElasticitySeries } from "../../../../domain/learning/elasticity/series.ts";
import { DEFAULT_CONFIG } from "../../../../domain/learning/elasticity/state.ts";

const QUIET = [10, 11, 9, 10, 12, 10, 9, 11, 10, 10, 11, 9, 10, 12, 10, 9];

/** Ordinary periods and a last one that sold this much. */
function endingWith(units: number, before = QUIET): ElasticitySeries {
  const periods = [...before, units].map((sold, t) => ({
    ...{ t, units: sold, logPrice: Math.log(20), logCompetitor: null, exposure: 1 },
  }));
  return { sku: "A-1", category: "things", period: "day", periods };
}

describe.each([
  ["counts", DEFAULT_CONFIG],
  ["log-normal amounts", { ...DEFAULT_CONFIG, observation: "log-normal" as const }],
])("the dispersion of %s", (_, config) => {
  const dispersionAfter = (units: number) =>
    filterSeries(endingWith(units), defaultPrior(), config).dispersion;

  it("takes an absurd amount for no more than a very unusual one", () => {
    expect(dispersionAfter(1e9).sum).toBeCloseTo(dispersionAfter(1e6).sum, 6);
  });

  it("grows with an unusual amount", () => {
    expect(dispersionAfter(30).sum).toBeGreaterThan(dispersionAfter(10).sum);
  });
});

it("the dispersion of a product that hardly sells is not made by a single sale", () => {
  const after = (units: number) =>
    filterSeries(endingWith(units, new Array(120).fill(0)), defaultPrior()).dispersion;
  expect(after(3).sum).toBeCloseTo(after(2).sum, 6);
});
