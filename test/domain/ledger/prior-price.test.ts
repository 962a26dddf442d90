import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { claimPercent, type PricePoint, priorPrice } from "../../../domain/ledger/prior-price.ts";

const DAY = 86_400_000;
const START = 100 * DAY;
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
      ...{ windowStart: START - 30 * DAY, isShorter: false },
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
