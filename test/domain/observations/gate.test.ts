import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { doubtOf, type GateState, gateAfter } from "../../../domain/observations/gate.ts";

/** The state after these prices. */
function stateOf(...prices: number[]): GateState | null {
  return prices.reduce<GateState | null>((state, price) => gateAfter(state, price), null);
}

const calm = { state: stateOf(999, 999, 1049, 999, 999), own: [999, 1049], market: () => [1099] };
const nothing = { state: null, own: [], market: () => [] };

describe("a price after calm ones", () => {
  test.each([
    [999, null],
    [1199, null],
    [699, null],
    [500, null],
    [1400, null],
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

  test("what others ask makes it credible, unless it looks like a slip", () => {
    expect(doubtOf(1800, { ...calm, market: () => [1999] })).toBeNull();
    expect(doubtOf(9990, { ...calm, market: () => [12_000] })).not.toBeNull();
    expect(doubtOf(9990, { ...calm, market: () => [9999] })).toBeNull();
  });
});

describe("the first price", () => {
  test("is judged by ours and what others ask, else believed", () => {
    expect(doubtOf(999, nothing)).toBeNull();
    expect(doubtOf(999, { ...nothing, market: () => [1500, 899] })).toBeNull();
    expect(doubtOf(9990, { ...nothing, market: () => [1000, 1100] })).toMatchObject({ code: "slip" });
    expect(doubtOf(1, { ...nothing, market: () => [1000] })).toMatchObject({
      code: "slip",
      kind: "placeholder",
    });
  });
});

const price = fc.integer({ min: 200, max: 500_000 });

test("a sale of 30 to 45 per cent off a price that was asked is never doubted", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 1, maxLength: 30 }),
      price,
      fc.double({ min: 0.55, max: 0.7, noNaN: true }),
      (wobble, base, off) => {
        const prices = wobble.map((factor) => Math.round(base * factor));
        const own = [...new Set(prices)].slice(-4);
        const regular = prices.at(-1)!;
        expect(
          doubtOf(Math.round(regular * off), {
            state: stateOf(...prices),
            own,
            market: () => [],
          }),
        ).toBeNull();
      },
    ),
  );
});

test("ten times and a tenth are slips, whatever the price", () => {
  fc.assert(
    fc.property(price, fc.integer({ min: 1, max: 20 }), (base, times) => {
      const references = {
        state: stateOf(...Array<number>(times).fill(base)),
        own: [base],
        market: () => [base],
      };
      expect(doubtOf(base * 10, references)?.code).toBe("slip");
      expect(doubtOf(Math.round(base / 10), references)?.code).toBe("slip");
    }),
  );
});

test("the state stays finite and its scale within bounds", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 50 }), { minLength: 1, maxLength: 60 }), (prices) => {
      const state = stateOf(...prices)!;
      expect(Number.isFinite(state.location)).toBe(true);
      expect(state.scale).toBeGreaterThanOrEqual(0.005);
      expect(state.scale).toBeLessThanOrEqual(0.06);
      expect(state.count).toBe(prices.length);
    }),
  );
});
