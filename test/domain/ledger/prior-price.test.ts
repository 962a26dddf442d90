import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  claimPercent,
  type NationalRules,
  onSale,
  priceAt,
  priorPrice as priorPriceOf,
  reductionStart,
  spansOf,
} from "../../../domain/ledger/prior-price.ts";

const DAY = 86_400_000;
const START = 100 * DAY;
interface PricePoint {
  price: number;
  at: number;
}
const RULES: NationalRules = { progressive: false, isPerishable: false, newGoods: "since_launch" };
const priorPrice = (points: readonly PricePoint[], start: number, rules: Partial<NationalRules> = {}) =>
  priorPriceOf(spansOf(points), start, "UTC", { ...RULES, ...rules });
const at = (daysBefore: number, price: number): PricePoint => ({ at: START - daysBefore * DAY, price });

describe("the lowest price of the 30 days before a reduction", () => {
  it.each<[string, PricePoint[], number | null]>([
    ["of one price", [at(60, 2000)], 2000],
    ["carries in the price from before the window", [at(60, 1500), at(20, 2000)], 1500],
    ["does not count a price that ended as the window began", [at(60, 1500), at(30, 2000)], 2000],
    ["is not raised by a rise shortly before", [at(60, 2000), at(1, 2500)], 2000],
    ["holds a short low", [at(60, 2000), at(10, 1800), at(9.999, 2000)], 1800],
    ["does not count the reduction itself", [at(60, 2000), at(0, 1000)], 2000],
    ["of a product without a price", [], null],
    ["of a product first priced at the reduction", [at(0, 1000)], null],
  ])("%s", (_, points, prior) => {
    expect(priorPrice(points, START).prior).toBe(prior);
  });

  it("says when it was in force, and whether the days are known in full", () => {
    expect(priorPrice([at(60, 2000), at(10, 1800), at(4, 2000)], START)).toEqual({
      ...{ prior: 1800, from: START - 10 * DAY, until: START - 4 * DAY },
      ...{ start: START, windowStart: START - 30 * DAY, isShorter: false },
    });
    expect(priorPrice([at(10, 1800)], START)).toMatchObject({ isShorter: true, from: START - 10 * DAY });
  });

  it("begins exactly 30 days before, to the millisecond", () => {
    const endingAt = (ms: number) => [at(60, 1500), { at: START - 30 * DAY + ms, price: 2000 }];
    expect(priorPrice(endingAt(0), START).prior).toBe(2000);
    expect(priorPrice(endingAt(1), START)).toMatchObject({ prior: 1500, until: START - 30 * DAY + 1 });
  });

  it("knows the days in full from a price that began exactly with them", () => {
    const startingAt = (ms: number) => priorPrice([{ at: START - 30 * DAY + ms, price: 2000 }], START);
    expect(startingAt(0).isShorter).toBe(false);
    expect(startingAt(1).isShorter).toBe(true);
  });

  it("was last in force when the later of two equal lows ended, and first when the earlier began", () => {
    const points = [at(60, 2000), at(20, 1800), at(15, 2000), at(10, 1800), at(5, 2000)];
    expect(priorPrice(points, START)).toMatchObject({ from: START - 20 * DAY, until: START - 5 * DAY });
  });

  it("is that of every hour looked at one by one", () => {
    const changes = fc.array(
      fc.record({ hour: fc.integer({ min: 0, max: 60 * 24 }), price: fc.integer({ min: 1, max: 9 }) }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(changes, (rows) => {
        const points = rows
          .map(({ hour, price }) => ({ at: START - hour * 3_600_000, price }))
          .sort((a, b) => a.at - b.at);
        const { prior } = priorPrice(points, START);
        let naive: number | null = null;
        for (let hour = 30 * 24; hour >= 1; hour--) {
          const price = points.findLast((point) => point.at <= START - hour * 3_600_000)?.price;
          if (price !== undefined) naive = Math.min(naive ?? price, price);
        }
        expect(prior).toBe(naive);
      }),
    );
  });
});

describe("the reduction that may be claimed", () => {
  it.each([
    [2000, 1800, 10],
    [2000, 1801, 9],
    [1000, 900, 10],
    [2000, 2000, 0],
    [2000, 2500, 0],
    [null, 100, 0],
  ])("from %s to %i is %i %%", (prior, price, percent) => {
    expect(claimPercent(prior, price)).toBe(percent);
  });
});

describe("a price at which nothing could be bought", () => {
  const spans = spansOf([at(60, 5000), at(10, 10_000)]);
  const status = (daysBefore: number, to: string) => ({ at: START - daysBefore * DAY, status: to });

  it.each<[string, { at: number; status: string }[], number, number | null]>([
    ["of a product on sale all along", [], -Infinity, 5000],
    ["while it was inactive", [status(60, "inactive"), status(10, "active")], -Infinity, 10_000],
    [
      "of a product that was taken off and put back",
      [status(40, "inactive"), status(20, "active")],
      -Infinity,
      5000,
    ],
    ["before it was launched", [], START - 10 * DAY, 10_000],
    ["of a product that is inactive", [status(60, "inactive")], -Infinity, null],
  ])("%s", (_, changes, launch, prior) => {
    expect(priorPriceOf(onSale(spans, changes, launch), START, "UTC", RULES).prior).toBe(prior);
  });
});

describe("the start of a reduction in force", () => {
  const start = (points: PricePoint[], progressive = false, days = 0) => {
    const found = reductionStart(spansOf(points), START - days * DAY, progressive);
    return found === null ? null : (START - found) / DAY;
  };

  it.each<[string, PricePoint[], number | null]>([
    ["is when the price fell", [at(60, 100), at(40, 80)], 40],
    ["is none after a rise", [at(60, 100), at(40, 80), at(20, 90)], null],
    ["is none of a first price", [at(60, 100)], null],
    ["is the last step's", [at(60, 100), at(40, 90), at(20, 80)], 20],
    ["is not moved by another source of the same price", [at(60, 100), at(40, 80), at(20, 80)], 40],
    ["is none before the product had a price", [], null],
  ])("%s", (_, points, days) => {
    expect(start(points)).toBe(days);
  });

  it("is the first step's where steps count as one", () => {
    const steps = [at(90, 95), at(60, 100), at(40, 90), at(30, 90), at(20, 80)];
    expect([start(steps), start(steps, true)]).toEqual([20, 40]);
  });

  it("is the same on every day of it", () => {
    const points = [at(60, 100), at(40, 80)];
    for (const days of [0, 5, 25, 39]) expect(start(points, false, days)).toBe(40);
    expect(priceAt(spansOf(points), START - 41 * DAY)).toBe(100);
  });
});

describe("what a Member State may rule", () => {
  const points = [at(60, 2000), at(20, 1500), at(10, 1800)];

  it("compares perishable goods with the price just before", () => {
    expect(priorPrice(points, START, { isPerishable: true }).prior).toBe(1800);
  });

  it("leaves new goods without a prior price", () => {
    expect(priorPrice([at(10, 1800)], START).prior).toBe(1800);
    expect(priorPrice([at(10, 1800)], START, { newGoods: "none" })).toMatchObject({
      prior: null,
      isShorter: true,
    });
    expect(priorPrice(points, START, { newGoods: "none" }).prior).toBe(1500);
  });
});

describe("30 days across a change of the clocks", () => {
  it.each([
    ["2027-11-11T00:00:00+01:00", "2027-10-11T22:00:00.000Z"],
    ["2027-11-11T10:00:00+01:00", "2027-10-12T08:00:00.000Z"],
    ["2027-04-10T00:00:00+02:00", "2027-03-10T23:00:00.000Z"],
    // 02:30 on 28 March does not exist; the period is then no shorter
    ["2027-04-27T02:30:00+02:00", "2027-03-28T00:30:00.000Z"],
    // 02:30 on 31 October comes twice
    ["2027-11-30T02:30:00+01:00", "2027-10-31T00:30:00.000Z"],
  ])("before %s begin at %s in Berlin", (start, windowStart) => {
    const found = priorPriceOf([], Date.parse(start), "Europe/Berlin", RULES);
    expect(new Date(found.windowStart).toISOString()).toBe(windowStart);
  });
});
