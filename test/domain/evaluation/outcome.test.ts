import { describe, expect, it } from "vitest";
import { normal, uniform } from "../../../domain/base/keyed-random.ts";
import { normalCdf } from "../../../domain/base/normal.ts";
import {
  addPlacebo,
  calibration,
  changeGrowth,
  gainShare,
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
    ...{ ...at, unit: { before: 400, after: 500, net: 1_100 }, pGain: 0.8, isFinal: true },
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
  });

  it("takes broader controls where there are too few, and says nothing without any", () => {
    const days = daysOf(market(77));
    expect(outcomeOf(change(days), placebos(4), { revenueMiss: 0.1 })).toBeNull();
    expect(outcomeOf(change(days), placebos(12, "others"), { revenueMiss: 0.1 })).toMatchObject({
      matched: "volume",
    });
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

describe("calibration", () => {
  /** Effects whose chance of a gain is `p`, measured with noise of about their own size. */
  const measured = (p: number, n: number, seed: number) =>
    Array.from({ length: n }, (_, i) => {
      const shareSd = 0.03 + 0.06 * uniform(seed, 1, i);
      const mean = 0.04 * quantileOf(p);
      return { pGain: p, share: mean + 0.04 * normal(seed, 2, i) + shareSd * normal(seed, 3, i), shareSd };
    });
  const quantileOf = (p: number) => {
    let [lo, hi] = [-5, 5];
    while (hi - lo > 1e-9)
      if (normalCdf((lo + hi) / 2) < p) lo = (lo + hi) / 2;
      else hi = (lo + hi) / 2;
    return lo;
  };

  it("finds the share of gains behind the noise, within five points", () => {
    for (const p of [0.55, 0.75, 0.85, 0.92, 0.97]) {
      const [bin] = calibration(measured(p, 1_500, Math.round(1_000 * p)));
      expect(Math.abs(bin!.came! - p)).toBeLessThanOrEqual(0.05);
      expect(bin!.said).toBeCloseTo(p, 6);
    }
  });

  it("sees through a claim that is too high, and says nothing of a few", () => {
    const boasted = measured(0.6, 1_500, 4).map((one) => ({ ...one, pGain: 0.92 }));
    expect(calibration(boasted)).toMatchObject([
      { from: 0.9, to: 0.95, n: 1_500, came: expect.closeTo(0.6, 1) },
    ]);
    expect(calibration(measured(0.8, 9, 5))).toMatchObject([{ n: 9, came: null }]);
    expect(
      gainShare([
        { share: 0.1, shareSd: 0.01 },
        { share: 0.1, shareSd: 0.01 },
      ]),
    ).toBeGreaterThan(0.99);
  });
});
