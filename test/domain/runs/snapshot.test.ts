import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS } from "../../../domain/base/time.ts";
import { type DatedPrice, withProposed } from "../../../domain/runs/snapshot.ts";
import { snapshot } from "./support.ts";

const READING = snapshot(1, "a", { days: 6 });
const FIRST = Date.parse(`${READING.features.days[0]!.day}T00:00:00Z`);

/** An entry of the ledger at an hour of the n-th day. */
function entry(day: number, hour: number, to: number, changes: Partial<DatedPrice> = {}): DatedPrice {
  return { at: FIRST + day * DAY_MS + hour * HOUR_MS, to, proposed: true, without: null, ...changes };
}

/** What is known of each day's price, under a ledger. */
function told(prices: readonly number[], ledger: readonly DatedPrice[]) {
  const days = READING.features.days.map((day, i) => ({ ...day, price: prices[i]! }));
  const reading = { ...READING, features: { ...READING.features, days } };
  return withProposed(reading, ledger, "UTC").features.days;
}

describe("what the ledger says of a day's price", () => {
  it("is that it was a proposal's, from the day that ended at it", () => {
    const days = told(
      [2000, 2000, 2080, 2100, 2100, 2100],
      [entry(0, 0, 2000, { proposed: false }), entry(2, 7, 2100)],
    );
    expect(days.map(({ proposed }) => proposed)).toEqual([undefined, undefined, true, true, true, true]);
  });

  it("is nothing where the shop charged something else", () => {
    const days = told(
      [2000, 2000, 2000, 1900, 2100, 1800],
      [entry(0, 0, 2000, { proposed: false }), entry(2, 7, 2100)],
    );
    expect(days.map(({ proposed }) => proposed)).toEqual([
      undefined,
      undefined,
      true,
      undefined,
      true,
      undefined,
    ]);
  });

  it("is nothing once the shop has set another price", () => {
    const ledger = [entry(1, 7, 2100), entry(3, 12, 1950, { proposed: false })];
    const days = told([2000, 2100, 2100, 2025, 1950, 1950], ledger);
    expect(days.map(({ proposed }) => proposed)).toEqual([
      undefined,
      true,
      true,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("has what a trial moved it by on the days at its price", () => {
    const ledger = [entry(1, 7, 2100), entry(3, 7, 2310, { without: 2100 })];
    const days = told([2000, 2100, 2100, 2310, 2310, 2310], ledger);
    const steps = days.map(({ randomStep }) => randomStep);
    expect(steps).toEqual([
      undefined,
      undefined,
      undefined,
      ...new Array(3).fill(expect.closeTo(Math.log(1.1), 9)),
    ]);
  });

  it("is nothing before the first proposal", () => {
    const ledger = [entry(0, 0, 2000, { proposed: false })];
    expect(
      told([2000, 2000, 2000, 2000, 2000, 2000], ledger).every(({ proposed }) => proposed === undefined),
    ).toBe(true);
  });
});
