import { describe, expect, it } from "vitest";
import {
  addDaySums,
  addDays,
  type DaySums,
  othersOn,
  usualOf,
} from "../../../../domain/learning/elasticity/day-sums.ts";
import { filterSeries } from "../../../../domain/learning/elasticity/filter.ts";
import { identify } from "../../../../domain/learning/elasticity/identification.ts";
import { priceCycle, priceParts } from "../../../../domain/learning/elasticity/price-parts.ts";
import {
  CURVATURE,
  coefficientDefaults,
  defaultPrior,
} from "../../../../domain/learning/elasticity/prior.ts";
import { posterior } from "../../../../domain/learning/elasticity/report.ts";
import { withSlopes } from "../../../../domain/learning/elasticity/slopes.ts";
import { DEFAULT_CONFIG } from "../../../../domain/learning/elasticity/state.ts";
import { swapPrior } from "../../../../domain/learning/elasticity/sufficient.ts";
import { catalogue } from "./support/catalogue.ts";

const SKUS = catalogue({ seed: 5, demand: 6, priceEvery: 7, skus: 12 });

function rows(prices: readonly number[]) {
  return prices.map((price, day) => ({
    t: 20_000 + day,
    units: 3,
    logPrice: Math.log(price),
    logCompetitor: null,
    exposure: 1,
  }));
}

describe("the parts of a price", () => {
  const flat = (days: number, price: number) => new Array<number>(days).fill(price);
  const rounded = (values: Float64Array, day: number) => Math.round(1000 * values[day]!) / 1000;
  const proposed = (prices: readonly number[], from: number, to = prices.length) =>
    rows(prices).map((row, day) => (day >= from && day < to ? { ...row, proposed: true } : row));

  it("keep what proposals moved it by apart, on each of their days", () => {
    const series = proposed([...flat(50, 20), ...flat(20, 22), ...flat(30, 18)], 50);
    const { regular, proposed: moved, dips, ...has } = priceParts(series, Math.log(20));
    expect(has).toMatchObject({ hasProposed: true, hasDips: false, changes: 0 });
    expect([49, 60, 80].map((day) => rounded(regular, day))).toEqual([0, 0, 0]);
    expect([49, 60, 80].map((day) => rounded(moved, day))).toEqual([0, 0.095, -0.105]);
    expect(dips.every((value) => value === 0)).toBe(true);
  });

  it("take a price that the shop sets after a proposal for its own", () => {
    const series = proposed([...flat(50, 20), ...flat(20, 22), ...flat(30, 21)], 50, 70);
    const { regular, proposed: moved } = priceParts(series, Math.log(20));
    expect([60, 80].map((day) => rounded(regular, day))).toEqual([0, 0.049]);
    expect([60, 80].map((day) => rounded(moved, day))).toEqual([0.095, 0]);
  });

  it("leave a reported promotion between proposals a promotion", () => {
    const series = proposed([...flat(50, 20), ...flat(20, 22), ...flat(5, 15), ...flat(20, 22)], 50).map(
      (row, day) => (day >= 70 && day < 75 ? { ...row, proposed: false, covariates: [1] } : row),
    );
    const { regular, proposed: moved, promoted } = priceParts(series, Math.log(20));
    expect([60, 72, 80].map((day) => rounded(regular, day))).toEqual([0, 0, 0]);
    expect([60, 72, 80].map((day) => rounded(moved, day))).toEqual([0.095, 0.095, 0.095]);
    expect([60, 72, 80].map((day) => rounded(promoted, day))).toEqual([0, -0.383, 0]);
  });
});

describe("the days of a category", () => {
  const sums = (order: readonly number[]) => {
    const days: Record<string, DaySums> = {};
    for (const i of order) addDays(days, SKUS[i]!.category, SKUS[i]!.periods);
    return days;
  };
  const all = SKUS.map((_, i) => i);

  it("add up to the same in any order and in any groups", () => {
    const once = sums(all);
    expect(sums(all.toReversed())).toEqual(once);
    const grouped = sums(all.slice(0, 5));
    addDaySums(grouped, sums(all.slice(5, 6)));
    addDaySums(grouped, sums(all.slice(6)));
    expect(grouped).toEqual(once);
  });

  it("reach over all days of SKUs that start at different times", () => {
    const late = { ...SKUS[1]!, periods: SKUS[1]!.periods.slice(50) };
    const days: Record<string, DaySums> = {};
    addDays(days, "c", late.periods);
    addDays(days, "c", SKUS[0]!.periods);
    expect(days.c!.from).toBe(20_000);
    expect(days.c!.all.units[0]).toBe(1024 * SKUS[0]!.periods[0]!.units);
  });
});

describe("a category's movement", () => {
  const flat = new Array<number>(120).fill(20);
  /** Twelve SKUs that sell three a day, and six on days when they are a fifth cheaper. */
  const factors = (isCut: (sku: number, day: number) => boolean) => {
    const skus = Array.from({ length: 12 }, (_, sku) =>
      rows(flat.map((price, day) => (isCut(sku, day) ? 0.8 * price : price))).map((row, day) => ({
        ...row,
        units: isCut(sku, day) ? 6 : 3,
      })),
    );
    const days: Record<string, DaySums> = {};
    for (const periods of skus) addDays(days, "c", periods);
    return othersOn(days.c, skus[0]!, usualOf(skus[0]!, priceParts(skus[0]!, 0))!).map(
      ({ factor }) => factor,
    );
  };

  it("is not that of the promotions of some of its SKUs", () => {
    // a week of its own each, in the first half alone
    const found = factors((sku, day) => day < 84 && Math.floor(day / 7) === sku);
    expect(Math.max(...found.map(Math.abs))).toBeLessThan(0.02);
  });

  it("is that of a promotion of nearly all of them", () => {
    const found = factors((_, day) => day >= 40 && day < 50);
    expect(found[45]).toBeGreaterThan(0.3);
    expect(Math.abs(found[100]!)).toBeLessThan(0.05);
  });
});

describe("identification", () => {
  const days: Record<string, DaySums> = {};
  for (const { category, periods } of SKUS) addDays(days, category, periods);

  it("does not depend on the unit of money", () => {
    const series = SKUS[3]!;
    const inCents = {
      ...series,
      periods: series.periods.map((row) => ({ ...row, logPrice: row.logPrice + Math.log(100) })),
    };
    const a = identify(series, undefined);
    const b = identify(inCents, undefined);
    b.J.forEach((value, k) => {
      expect(value).toBeCloseTo(a.J[k]!, 6);
    });
    expect(b.reason).toBe(a.reason);
  });

  it("has an information matrix that is positive, and none where the price never moved", () => {
    for (const series of SKUS) {
      const { J, names } = identify(series, days[series.category]);
      for (let i = 0; i < names.length; i++) expect(J[i * names.length + i]!).toBeGreaterThanOrEqual(-1e-9);
    }
    const still = { ...SKUS[0]!, periods: SKUS[0]!.periods.map((row) => ({ ...row, logPrice: 3 })) };
    expect(identify(still, days.low)).toMatchObject({
      reason: "price-still",
      J: expect.arrayContaining([0]),
    });
  });

  it("learns nothing from a price that moves with its whole category's", () => {
    const together = SKUS.filter(({ category }) => category === "low").map((series) => ({
      ...series,
      periods: series.periods.map((row, day) => ({ ...row, logPrice: day < 60 ? 3 : 3.2 })),
    }));
    const alike: Record<string, DaySums> = {};
    for (const { category, periods } of together) addDays(alike, category, periods);
    const alone = identify(together[0]!, undefined);
    const { J } = identify(together[0]!, alike.low);
    expect(alone.J[0]).toBeGreaterThan(0.1);
    expect(J[0]).toBeLessThan(0.01);
  });

  it("does not come to believe a history that trend and season explain because proposals moved the price since", () => {
    const season = Array.from(
      { length: 360 },
      (_, day) => 20 * Math.exp(0.05 * Math.sin((day * 2 * Math.PI) / 365)),
    );
    const since = Array.from(
      { length: 120 },
      (_, day) => season[359]! * [1.1, 0.95, 0.9, 1.05, 0.9, 1][Math.floor(day / 20)]!,
    );
    const told = rows([...season, ...since]);
    const ours = told.map((row, day) => (day >= 360 ? { ...row, proposed: true } : row));
    expect(identify({ ...SKUS[0]!, periods: ours }, undefined).reason).toBe("trend-or-season");
    expect(identify({ ...SKUS[0]!, periods: told }, undefined).reason).toBeNull();
  });

  it("takes what advertising adds to a cut for no curvature", () => {
    const cut = rows(new Array(120).fill(20).map((price, day) => (day % 30 < 7 ? 0.8 * price : price)));
    const { names, J } = identify({ ...SKUS[0]!, periods: cut }, undefined);
    const at = names.indexOf(CURVATURE);
    expect(J[at * names.length + at]).toBeLessThan(1e-9);
    const dips = names.indexOf("dips");
    expect(J[dips * names.length + dips]).toBeGreaterThan(0.1);
  });

  it("gives no covariate a prior of its own for its name", () => {
    for (const name of ["deal", "feat", "promo", "werbung"])
      expect(coefficientDefaults(name)).toEqual(coefficientDefaults("anything"));
    expect(coefficientDefaults("deal").centre).toBe(0);
  });
});

describe("the parts of a price", () => {
  const usual = new Array<number>(60).fill(20);

  it("cuts that come back are dips, a lasting cut is none", () => {
    const dipped = usual.map((price, day) => (day >= 20 && day < 27 ? 16 : price));
    const parts = priceParts(rows(dipped), Math.log(20));
    expect(parts.dips[22]).toBeCloseTo(Math.log(0.8), 3);
    expect(Math.max(...parts.regular.map(Math.abs))).toBeLessThan(1e-3);
    const cut = usual.map((price, day) => (day >= 25 ? 18 : price));
    expect(priceParts(rows(cut), 3).hasDips).toBe(false);
  });

  it("add up to the price", () => {
    const days = rows(usual.map((price, day) => price * (day % 9 === 0 ? 0.9 : 1))).map((row, day) => ({
      ...row,
      ...(day % 4 === 0 && { randomStep: 0.03 }),
    }));
    const { regular, dips, promoted, drawn } = priceParts(days, 2.9);
    days.forEach(({ logPrice }, i) => {
      expect(regular[i]! + dips[i]! + promoted[i]! + drawn[i]!).toBeCloseTo(logPrice - 2.9, 9);
    });
  });

  it("repeat themselves only if they do so three times", () => {
    const cycle = Float64Array.from({ length: 365 }, (_, day) => (day % 91 >= 77 ? -0.2 : 0.03));
    expect(priceCycle(cycle, 8)).toBe(91);
    expect(priceCycle(cycle.slice(0, 180), 4)).toBeNull();
  });
});

it("slopes learned elsewhere move the level as a swap of the prior does", () => {
  const state = filterSeries(SKUS[0]!, defaultPrior(), DEFAULT_CONFIG);
  const prior = { mean: [-1.8, 0.4], covariance: [0.1, 0, 0, 0.05] };
  const swapped = swapPrior(state, prior);
  const given = withSlopes(state, posterior(state, prior), prior);
  given.mean.forEach((value, i) => {
    expect(value).toBeCloseTo(swapped.mean[i]!, 9);
  });
  given.covariance.forEach((value, i) => {
    expect(value).toBeCloseTo(swapped.covariance[i]!, 9);
  });
});
