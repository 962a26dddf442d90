import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Override, overrideInForce } from "../../../domain/ledger/overrides.ts";
import { dueAt, frozenSince, servedAt } from "../../../domain/ledger/served-price.ts";

const PRODUCT = { sku: "A", brand: "Acme", category: "lamps" };
const UNDER = { price: 2000, source: "applied" as const };

function override(id: string, from: number, until: number, changes: Partial<Override> = {}): Override {
  return {
    ...{ id, scope: "global", key: null, kind: "PRICE_FREEZE", createdAt: from, expiresAt: until },
    ...changes,
  };
}
const fixed = (id: string, from: number, until: number, price: number, changes: Partial<Override> = {}) =>
  override(id, from, until, { kind: "FIXED_PRICE", scope: "sku", key: "A", price, ...changes });

describe("the price to serve", () => {
  it.each<[string, Override[], number, number, string]>([
    ["without an override", [], 5, 2000, "applied"],
    ["of a fixed price", [fixed("f", 1, 9, 1500)], 5, 1500, "override"],
    ["after it", [fixed("f", 1, 9, 1500)], 9, 2000, "applied"],
    [
      "of the narrowest scope",
      [fixed("c", 3, 9, 1700, { scope: "category", key: "lamps" }), fixed("s", 1, 9, 1500)],
      5,
      1500,
      "override",
    ],
    [
      "of the wider one when the narrower has ended",
      [fixed("c", 3, 9, 1700, { scope: "category", key: "lamps" }), fixed("s", 1, 4, 1500)],
      5,
      1700,
      "override",
    ],
    ["of a freeze", [override("z", 1, 9)], 5, 2000, "frozen"],
    [
      "of a fixed price that ended under a freeze",
      [fixed("f", 1, 4, 1500), override("z", 2, 9)],
      5,
      1500,
      "frozen",
    ],
    ["of one that began under it", [override("z", 2, 9), fixed("f", 3, 12, 1500)], 5, 2000, "frozen"],
    ["of the same after the freeze", [override("z", 2, 9), fixed("f", 3, 12, 1500)], 9, 1500, "override"],
    [
      "of a fixed price that had ended before",
      [fixed("f", 1, 2, 1500), override("z", 3, 9)],
      5,
      2000,
      "frozen",
    ],
    [
      "of two freezes that overlap: what the first held",
      [fixed("f", 1, 4, 1500), override("y", 2, 6), override("z", 5, 9)],
      8,
      1500,
      "frozen",
    ],
  ])("%s", (_, overrides, now, price, source) => {
    expect(servedAt(overrides, PRODUCT, UNDER, now)).toMatchObject({ price, source });
    expect(servedAt(overrides.toReversed(), PRODUCT, UNDER, now)).toMatchObject({ price, source });
  });

  it("says until when, and since when it has been due", () => {
    const overrides = [fixed("f", 1, 9, 1500)];
    expect(servedAt(overrides, PRODUCT, UNDER, 5).until).toBe(9);
    expect(dueAt(overrides, PRODUCT, 5)).toMatchObject({ winner: { id: "f" }, at: 1 });
    expect(dueAt(overrides, PRODUCT, 12)).toEqual({ winner: null, at: 9 });
    const thawed = [...overrides, override("z", 5, 11)];
    expect(dueAt(thawed, PRODUCT, 12)).toEqual({ winner: null, at: 11 });
    // the price underneath changed under a freeze, and again under none
    expect(dueAt([override("z", 5, 11)], PRODUCT, 12, 7)).toEqual({ winner: null, at: 11 });
    expect(dueAt([fixed("f", 5, 11, 1500)], PRODUCT, 12, 7)).toEqual({ winner: null, at: 11 });
  });
});

describe("a price underneath that changes at the very instant a freeze begins", () => {
  it("changed after it began, and is due when the freeze ends", () => {
    expect(dueAt([override("z", 5, 11)], PRODUCT, 12, 5).at).toBe(11);
    expect(dueAt([override("z", 5, 11)], PRODUCT, 12, 4).at).toBe(5);
  });
});

const span = fc.tuple(fc.integer({ min: 0, max: 18 }), fc.integer({ min: 1, max: 12 }));
const scope = fc.constantFrom(
  { scope: "global", key: null } as const,
  { scope: "category", key: "lamps" } as const,
  { scope: "brand", key: "Acme" } as const,
  { scope: "brand", key: "Other" } as const,
  { scope: "sku", key: "A" } as const,
);
const overrides = fc
  .array(fc.record({ span, scope, freeze: fc.boolean() }), { maxLength: 6 })
  .map((rows) =>
    rows.map(({ span: [from, length], scope: where, freeze }, i) =>
      freeze
        ? override(`o${i}`, from, from + length, where)
        : fixed(`o${i}`, from, from + length, 1000 + i, where),
    ),
  );

/** The same, told instant by instant: a price is carried on as long as some freeze lasts from one to the next. */
function stepByStep(all: readonly Override[], now: number): number {
  const freezes = all.filter(({ kind }) => kind === "PRICE_FREEZE");
  const prices = all.filter(({ kind }) => kind === "FIXED_PRICE");
  const holds = (one: Override, at: number) => overrideInForce([one], PRODUCT, at) !== null;
  let price = UNDER.price;
  for (let at = 0; at <= now; at++)
    if (!freezes.some((freeze) => holds(freeze, at) && holds(freeze, at - 1)))
      price = overrideInForce(prices, PRODUCT, at)?.price ?? UNDER.price;
  return price;
}

describe("whatever overrides come and go", () => {
  it("the price is the same as when every instant is looked at one by one", () => {
    fc.assert(
      fc.property(overrides, fc.integer({ min: 0, max: 32 }), (all, now) => {
        const served = servedAt(all, PRODUCT, UNDER, now);
        expect(served.price).toBe(stepByStep(all, now));
        expect(served.source === "frozen").toBe(frozenSince(all, PRODUCT, now) !== null);
      }),
      { numRuns: 2_000 },
    );
  });

  it("nothing changes a frozen price", () => {
    fc.assert(
      fc.property(overrides, overrides, fc.integer({ min: 0, max: 20 }), (all, later, now) => {
        const frozen = [...all, override("z", now, now + 9)];
        const { price } = servedAt(frozen, PRODUCT, UNDER, now);
        const after = later.map((one) => ({
          ...one,
          id: `l${one.id}`,
          createdAt: one.createdAt + now + 1,
          expiresAt: one.expiresAt! + now + 1,
        }));
        expect(servedAt([...frozen, ...after], PRODUCT, UNDER, now + 8).price).toBe(price);
      }),
    );
  });

  it("what is due has been due since an instant at which it was the price", () => {
    fc.assert(
      fc.property(overrides, fc.integer({ min: 0, max: 32 }), (all, now) => {
        const { winner, at } = dueAt(all, PRODUCT, now);
        expect(at).toBeLessThanOrEqual(now);
        for (let instant = at; instant <= now; instant++)
          expect(stepByStep(all, instant)).toBe(winner?.price ?? UNDER.price);
      }),
    );
  });
});
