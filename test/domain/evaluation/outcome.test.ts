import { describe, expect, it } from "vitest";
import { normal } from "../../../domain/base/keyed-random.ts";
import {
  addPlacebo,
  changeGrowth,
  outcomeOf,
  type PlaceboGrowths,
  type PriceChangeMeasured,
} from "../../../domain/evaluation/outcome.ts";
import type { SkuDays } from "../../../domain/evaluation/sku-days.ts";

const TODAY = 100;

function daysOf(unitsOn: (day: number) => number, soldOut: (day: number) => number = () => 0): SkuDays {
  const first = TODAY - 60;
  const of = (value: (day: number) => number) => Array.from({ length: 60 }, (_, i) => value(first + i));
  const zeros = of(() => 0);
  return {
    first,
    units: of(unitsOn),
    profit: zeros,
    revenue: zeros,
    soldOut: of(soldOut),
    price: of(() => 1_000),
  };
}

/** Demand that rises by a third for everybody on day 86, with some noise. */
const market = (i: number) => (day: number) =>
  Math.round((day > 85 ? 16 : 12) * Math.exp(0.1 * normal(9, i, day)));

function placebos(count: number, category = "things"): PlaceboGrowths {
  const growths: PlaceboGrowths = {};
  for (let i = 0; i < count; i++) addPlacebo(growths, category, daysOf(market(i)), TODAY);
  return growths;
}

function change(days: SkuDays, more: Partial<PriceChangeMeasured> = {}): PriceChangeMeasured {
  const at = { day: 85, age: 14, before: 28 };
  return {
    ...{
      seq: 1,
      sku: "A",
      proposalId: "p",
      category: "things",
      currency: "EUR",
      from: 1_000,
      to: 1_100,
      at: 0,
    },
    ...{ ...at, unit: { before: 400, after: 500, net: 1_100 }, pGain: 0.8, isTrial: false, isFinal: true },
    expected: { units: -2, revenue: 100, profit: 500, revenueThen: 12_000 },
    growth: changeGrowth(days, at),
    ...more,
  };
}

describe("the outcome of a changed price", () => {
  it("is the growth beyond that of unchanged products of its category and volume", () => {
    const days = daysOf((day) => (day > 85 ? 0.8 : 1) * market(77)(day));
    const found = outcomeOf(change(days), placebos(30), { revenueMiss: 0.1 })!;
    expect(found).toMatchObject({ controls: 30, matched: "category and volume", alarm: null });
    expect(found.effect.units / (found.actual.units - found.effect.units)).toBeCloseTo(-0.2, 1);
    const [lo, hi] = found.effect.interval80;
    expect(lo).toBeLessThan(found.effect.profit);
    expect(hi).toBeGreaterThan(found.effect.profit);
    expect(Math.abs(found.effect.profit)).toBeLessThan(600);
    expect(found.share).toBeCloseTo(0, 1);
    // 12,000 of revenue at 1,100 net is 10.9 units of 500, against 500 less
    expect(found.expectedShare).toBeCloseTo(500 / ((12_000 / 1_100) * 500 - 500), 9);
  });

  it("takes broader controls where there are too few, and says nothing without any", () => {
    const days = daysOf(market(77));
    expect(outcomeOf(change(days), placebos(4), { revenueMiss: 0.1 })).toBeNull();
    expect(outcomeOf(change(days), placebos(12, "others"), { revenueMiss: 0.1 })).toMatchObject({
      matched: "volume",
    });
  });

  it("has the wider intervals of Student's t where the controls are few", () => {
    const days = daysOf(market(77));
    const width = (controls: PlaceboGrowths) => {
      const { effect, shareSd } = outcomeOf(change(days), controls, { revenueMiss: 0.1 })!;
      return (effect.interval80[1] - effect.interval80[0]) / shareSd;
    };
    const [few, many] = [placebos(6), placebos(60)];
    expect(width(few)).toBeLessThan(width(many));
  });

  it("leaves out days on which it was sold out, and a change with too few days", () => {
    const sick = daysOf(
      (day) => (day > 92 ? 0 : market(77)(day)),
      (day) => (day > 92 ? 1 : 0),
    );
    const found = outcomeOf(change(sick), placebos(30), { revenueMiss: 0.1 })!;
    expect(Math.abs(found.share)).toBeLessThan(0.5);
    expect(changeGrowth(sick, { day: 85, age: 14, before: 9 })).toBeNull();
    expect(changeGrowth(sick, { day: 97, age: 2, before: 28 })).toBeNull();
  });

  it("is a loss of nearly all where nothing was sold any more", () => {
    const days = daysOf((day) => (day > 85 ? 0 : market(77)(day)));
    const found = outcomeOf(change(days), placebos(30), { revenueMiss: 0.1 })!;
    expect(found.share).toBeCloseTo(-1, 2);
    expect(found.effect.units).toBeCloseTo(-16, 0);
  });

  it("is an alarm if revenue misses what was expected with certainty, and none for a small miss", () => {
    const days = daysOf((day) => (day > 85 ? 0.5 : 1) * market(77)(day));
    const expected = { units: 0, revenue: 0, profit: 0, revenueThen: 17_000 };
    const alarm = (revenueThen: number) =>
      outcomeOf(change(days, { expected: { ...expected, revenueThen } }), placebos(30), { revenueMiss: 0.1 })!
        .alarm;
    expect(alarm(17_000)).toMatch(/^revenue is \d+ % below/);
    expect(alarm(9_000)).toBeNull();
  });
});
