import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  doubtOf,
  type GateReferences,
  type GateState,
  gateAfter,
} from "../../../../domain/shard/competitors/gate.ts";

const YEAR = 365 * 86_400_000;

/** The state after these prices. */
function stateOf(...prices: number[]): GateState | null {
  return prices.reduce<GateState | null>((state, price) => gateAfter(state, price), null);
}

/** A competitor that asked these prices, alone in its market, seen right now. */
function knowing(prices: number[], change: Partial<GateReferences> = {}): GateReferences {
  return { state: stateOf(...prices), own: [...new Set(prices)], idleMs: 0, market: () => [], ...change };
}

const calm = knowing([999, 999, 1049, 999, 999], { market: () => [1099] });
const nothing = knowing([]);

describe("a price after calm ones", () => {
  test.each([
    [999, null],
    [1199, null],
    [699, null],
    [667, null],
    [500, "outlier pack2"],
    [1400, "outlier unusual"],
    [1399, null],
    [1189, null],
    [1079, null],
    [9990, "slip times10"],
    [100, "slip divided10"],
    [99_900, "slip times100"],
    [10, "slip divided100"],
    [1, "slip placeholder"],
    [5994, "slip pack6"],
    [1998, "outlier pack2"],
    [1800, "outlier unusual"],
    [420, "outlier unusual"],
  ])("of about 10.00: %i cents", (price, expected) => {
    const doubt = doubtOf(price, calm);
    expect(doubt === null ? null : `${doubt.code} ${doubt.kind}`).toBe(expected);
  });

  test("is believed if others ask about the same, unless it looks like a slip", () => {
    expect(doubtOf(1800, { ...calm, market: () => [1999] })).toBeNull();
    expect(doubtOf(9990, { ...calm, market: () => [12_000] })).not.toBeNull();
    expect(doubtOf(9990, { ...calm, market: () => [9999] })).toBeNull();
  });
});

describe("how far a price may go", () => {
  test("depends on how often the price moved", () => {
    expect(doubtOf(550, knowing([999]))).toBeNull();
    expect(doubtOf(550, knowing([999, 1049, 999, 1049, 999]))).not.toBeNull();
  });

  test("is measured from the nearest level, so a known deep sale is believed again", () => {
    expect(doubtOf(479, knowing([999, 499, 999, 1049, 999]))).toBeNull();
    expect(doubtOf(1599, knowing([999, 1099, 799]))).toBeNull();
    expect(doubtOf(1649, knowing([999, 899, 799]))).not.toBeNull();
  });

  test("is measured from the last price too, even if it is none of the latest levels", () => {
    const levels = [300, 301, 302];
    expect(doubtOf(1049, knowing([999], { own: levels }))).toBeNull();
    expect(doubtOf(1049, knowing([300], { own: levels }))).not.toBeNull();
  });

  test("goes further down where the known prices lie far apart, which one of them alone does not make", () => {
    expect(doubtOf(109, knowing([387, 379, 387, 379]))).not.toBeNull();
    expect(doubtOf(109, knowing([387, 229, 387, 219, 387]))).toBeNull();
    expect(doubtOf(49, knowing([387, 379, 387, 129]))).not.toBeNull();
  });

  test("grows with the time since the last observation, up to a limit", () => {
    const known = [999, 1049, 999];
    expect(doubtOf(1749, knowing(known))).not.toBeNull();
    expect(doubtOf(1749, knowing(known, { idleMs: 2 * YEAR }))).toBeNull();
    expect(doubtOf(9990, knowing(known, { idleMs: 50 * YEAR }))).toMatchObject({ code: "slip" });
  });
});

describe("an ending that none of the competitor's prices has", () => {
  const nines = [199, 249, 219, 249];

  test("makes a smaller rise doubtful, with a kind of doubt of its own", () => {
    expect(doubtOf(329, knowing(nines))).toBeNull();
    expect(doubtOf(328, knowing(nines))).toMatchObject({ code: "outlier", kind: "odd_ending" });
    expect(doubtOf(2490, knowing(nines))).toMatchObject({ code: "slip" });
  });

  test("does not matter near a known price, in a sale, after one price only, or without a habit", () => {
    expect(doubtOf(268, knowing(nines))).toBeNull();
    expect(doubtOf(166, knowing(nines))).toBeNull();
    expect(doubtOf(328, knowing([249]))).toBeNull();
    expect(doubtOf(328, knowing([195, 249, 213, 249]))).toBeNull();
    expect(doubtOf(328, knowing([195, 249, 213, 219]))).toMatchObject({ kind: "odd_ending" });
    expect(doubtOf(420, knowing([195, 249, 213, 249]))).toMatchObject({ kind: "unusual" });
    expect(doubtOf(420, knowing([199, 249]))).toMatchObject({ kind: "unusual" });
  });
});

describe("half of a known price, with an ending of its own", () => {
  const known = [599, 399, 559];
  const endingOn = (last: number) => knowing(known, { state: stateOf(399, 599, 399, last) });

  test("is doubted, however near another known price may be", () => {
    expect(doubtOf(300, endingOn(559))).toMatchObject({ code: "outlier", kind: "odd_ending" });
    expect(doubtOf(302, endingOn(559))).toBeNull();
  });

  test("counts as any other fall if it is half of the last price, ends as others do, or is up to a third off", () => {
    expect(doubtOf(300, endingOn(599))).toBeNull();
    expect(doubtOf(299, knowing([598, 399, 559], { state: stateOf(598, 399, 559) }))).toBeNull();
    expect(doubtOf(300, endingOn(399))).toBeNull();
  });
});

describe("the first price", () => {
  test("is compared with our price and those of others, and believed if there is none", () => {
    expect(doubtOf(999, nothing)).toBeNull();
    expect(doubtOf(999, { ...nothing, market: () => [1500, 899] })).toBeNull();
    expect(doubtOf(1999, { ...nothing, market: () => [1000, 1100] })).not.toBeNull();
    expect(doubtOf(9990, { ...nothing, market: () => [1000, 1100] })).toMatchObject({ code: "slip" });
    expect(doubtOf(1, { ...nothing, market: () => [1000] })).toMatchObject({
      code: "slip",
      kind: "placeholder",
    });
  });
});

const price = fc.integer({ min: 200, max: 500_000 });

test("a sale of up to a third off the last price is never doubted", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 1, maxLength: 30 }),
      price,
      fc.double({ min: 0.67, max: 0.9, noNaN: true }),
      (wobble, base, off) => {
        const prices = wobble.map((factor) => Math.round(base * factor));
        const sale = Math.ceil(prices.at(-1)! * off);
        expect(doubtOf(sale, knowing(prices, { own: [...new Set(prices)].slice(-4) }))).toBeNull();
      },
    ),
  );
});

test("ten times and a tenth are slips, whatever the price", () => {
  fc.assert(
    fc.property(price, fc.integer({ min: 1, max: 20 }), (base, times) => {
      const references = knowing(Array<number>(times).fill(base), { market: () => [base] });
      expect(doubtOf(base * 10, references)?.code).toBe("slip");
      expect(doubtOf(Math.round(base / 10), references)?.code).toBe("slip");
    }),
  );
});

test("tax and exchange rates are ordinary changes, whatever the price", () => {
  fc.assert(
    fc.property(price, fc.constantFrom(1.07, 1.08, 1.19, 1.2, 1.25, 1.27), (base, ratio) => {
      expect(doubtOf(Math.round(base * ratio), knowing([base, base]))).toBeNull();
      expect(doubtOf(Math.round(base / ratio), knowing([base, base]))).toBeNull();
    }),
  );
});

test("the state counts moves, and the same price again leaves it alone", () => {
  const state = stateOf(999, 999, 1049, 999)!;
  expect(state).toEqual({ price: 999, moves: 3 });
  expect(gateAfter(state, 999)).toBe(state);
});
