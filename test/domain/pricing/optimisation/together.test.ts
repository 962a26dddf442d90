import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameChange, samePrice } from "../../../../domain/pricing/optimisation/together.ts";

describe("a family at one price", () => {
  test("takes the price that earns most together", () => {
    const members = [
      { current: 1_000, prices: [900, 1_000], values: [5, 4] },
      { current: 1_000, prices: [900, 1_000, 1_100], values: [1, 3, 9] },
    ];
    expect(samePrice(members)).toEqual({ prices: [1_000, 1_000], value: 7 });
  });

  test("has none where no price is allowed for all", () => {
    expect(
      samePrice([
        { current: 1, prices: [1], values: [0] },
        { current: 2, prices: [2], values: [0] },
      ]),
    ).toBeNull();
  });

  test("is never worse than any common price", () => {
    const member = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: -50, max: 50 })), { minLength: 1 })
      .map((pairs) => [...new Map(pairs)])
      .map((pairs) => ({
        current: 5,
        prices: pairs.map(([price]) => price),
        values: pairs.map(([, value]) => value),
      }));
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 4 }), (members) => {
        const best = samePrice(members);
        for (let price = 1; price <= 12; price++) {
          const at = members.map(({ prices }) => prices.indexOf(price));
          if (at.includes(-1)) continue;
          expect(best!.value).toBeGreaterThanOrEqual(
            members.reduce((sum, one, m) => sum + one.values[at[m]!]!, 0),
          );
        }
      }),
    );
  });
});

describe("a family that changes alike", () => {
  test("takes the same step, each on a price of its own", () => {
    const members = [
      { current: 1_000, prices: [900, 949, 1_000], values: [9, 6, 5] },
      { current: 2_000, prices: [1_899, 2_000], values: [12, 10] },
    ];
    expect(sameChange(members)).toEqual({ prices: [949, 1_899], value: 18 });
  });

  test("stays where one member has to stay", () => {
    const members = [
      { current: 1_000, prices: [900, 1_000], values: [9, 5] },
      { current: 2_000, prices: [2_000], values: [0] },
    ];
    expect(sameChange(members)).toEqual({ prices: [1_000, 2_000], value: 5 });
  });
});
