import { describe, expect, it } from "vitest";
import { normal, poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import {
  crossEffects,
  crossEvidence,
  type FamilyMember,
} from "../../../../domain/learning/elasticity/cross-effects.ts";
import { filterSeries } from "../../../../domain/learning/elasticity/filter.ts";
import { defaultPrior } from "../../../../domain/learning/elasticity/prior.ts";
import type { DemandPeriod } from "../../../../domain/learning/elasticity/series.ts";
import { DEFAULT_CONFIG } from "../../../../domain/learning/elasticity/state.ts";
import { sufficientOf } from "../../../../domain/learning/elasticity/sufficient.ts";

const SIZE = 4;

/** Families of four whose members' demand answers to the mean price of the others by `cross`, after so many days. */
function members(families: number, cross: number, days: number, together = 0): FamilyMember[] {
  return Array.from({ length: families * SIZE }, (_, i) => {
    const f = Math.floor(i / SIZE);
    const price = (member: number, t: number) => {
      const week = Math.floor((t + member) / 7);
      const own = 0.15 * normal(1, f, member, week);
      return together * 0.15 * normal(2, f, Math.floor(t / 7)) + (1 - together) * own;
    };
    const periods = Array.from({ length: days }, (_, t): DemandPeriod => {
      const own = price(i % SIZE, t);
      const others = [0, 1, 2, 3].filter((k) => k !== i % SIZE).map((k) => price(k, t));
      const mean =
        30 * Math.exp(-2.4 * own + (cross * others.reduce((sum, p) => sum + p, 0)) / others.length);
      const units = poisson(mean, uniform(3, i, t));
      return { t: 20_000 + t, units, logPrice: 3 + own, logCompetitor: null, exposure: 1 };
    });
    const series = { sku: `s${String(i).padStart(3, "0")}`, category: "c", period: "day" as const, periods };
    const state = filterSeries(series, defaultPrior(), DEFAULT_CONFIG);
    const sufficient = sufficientOf(state);
    const priceOn = new Map(periods.map(({ t, logPrice }) => [t, logPrice]));
    const logPrices = sufficient.residuals.map((_, k) => priceOn.get(sufficient.residualStart + k) ?? null);
    const { meanUnits, dispersion } = state;
    return { family: `f${f}`, sufficient, meanUnits, dispersion: dispersion.phi, logPrices };
  });
}

const kinds = (cross: number, together = 0) =>
  Object.values(crossEffects(crossEvidence(members(12, cross, 150, together))));

describe("the cross effect within a family", () => {
  it.each([
    ["substitutes", 0.8],
    ["complements", -0.8],
  ])("%s are recognised, and none as the opposite", (kind, cross) => {
    const effects = kinds(cross);
    expect(effects.filter((effect) => effect.kind === kind).length).toBeGreaterThanOrEqual(9);
    const mean = effects.reduce((sum, effect) => sum + effect.mean, 0) / effects.length;
    expect(Math.abs(mean - cross)).toBeLessThan(0.2);
    const covered = effects.filter(({ ci95: [lo, hi] }) => lo <= cross && cross <= hi);
    expect(covered.length).toBeGreaterThanOrEqual(9);
  });

  it("of independent products is not claimed", () => {
    expect(kinds(0).filter(({ identified }) => identified).length).toBeLessThanOrEqual(1);
  });

  it("of prices that only move together is not told apart from the own effect", () => {
    for (const effect of kinds(0.8, 1))
      expect(effect).toMatchObject({ identified: false, kind: "undecided" });
  });

  it("is learned from each day once: runs after each other come to what one run of all days would", () => {
    const early = crossEvidence(members(3, 0.8, 110));
    const again = crossEvidence(members(3, 0.8, 110), early);
    expect(again).toEqual(early);
    const later = crossEvidence(members(3, 0.8, 130), early);
    for (const [family, { information, through }] of Object.entries(later)) {
      expect(through).toBe(20_129);
      expect(information).toBeGreaterThan(early[family]!.information);
    }
  });

  it("does not depend on the order of the products, and needs two of them", () => {
    const all = members(3, 0.5, 90);
    expect(crossEvidence(all.toReversed())).toEqual(crossEvidence(all));
    expect(crossEvidence(all.slice(0, 1))).toEqual({});
  });
});
