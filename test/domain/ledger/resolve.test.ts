import { describe, expect, it } from "vitest";
import { type Override, overrideInForce, strategyInForce } from "../../../domain/ledger/overrides.ts";

const PRODUCT = { sku: "A", brand: "Acme", category: "lamps" };

function override(id: string, changes: Partial<Override>): Override {
  return {
    id,
    scope: "global",
    key: null,
    kind: "PRICE_FREEZE",
    createdAt: 100,
    expiresAt: null,
    ...changes,
  };
}

describe("overrideInForce", () => {
  it.each<[string, Override[], string | null]>([
    ["none", [], null],
    ["a global freeze", [override("g", {})], "g"],
    ["not one that has expired", [override("g", { expiresAt: 200 })], null],
    ["not one that begins later", [override("g", { createdAt: 201 })], null],
    ["not another product's", [override("s", { scope: "sku", key: "B" })], null],
    [
      "the narrower scope of one kind",
      [
        override("c", { scope: "category", key: "lamps" }),
        override("s", { scope: "sku", key: "A" }),
        override("b", { scope: "brand", key: "Acme" }),
      ],
      "s",
    ],
    [
      "a freeze of any scope over a forced strategy",
      [override("s", { scope: "sku", key: "A", kind: "FORCE_RULE_BASED" }), override("g", {})],
      "g",
    ],
    [
      "a forced strategy over a fixed price",
      [
        override("f", { scope: "sku", key: "A", kind: "FIXED_PRICE" }),
        override("r", { kind: "FORCE_RULE_BASED" }),
      ],
      "r",
    ],
    ["the newer of two alike", [override("new", { createdAt: 150 }), override("old", {})], "new"],
  ])("%s", (_, overrides, winner) => {
    expect(overrideInForce(overrides, PRODUCT, 200)?.id ?? null).toBe(winner);
    expect(overrideInForce([...overrides].reverse(), PRODUCT, 200)?.id ?? null).toBe(winner);
  });

  it("does not fix the price of a product in another currency", () => {
    const euros = override("f", { kind: "FIXED_PRICE", price: 900, currency: "EUR" });
    expect(overrideInForce([euros], { ...PRODUCT, currency: "EUR" }, 200)?.id).toBe("f");
    expect(overrideInForce([euros], { ...PRODUCT, currency: "JPY" }, 200)).toBeNull();
  });

  it("does not match a product without a brand by a missing key", () => {
    const brandless = { ...PRODUCT, brand: null };
    expect(overrideInForce([override("b", { scope: "brand" })], brandless, 200)).toBeNull();
  });
});

describe("strategyInForce", () => {
  const install = "elasticity_optimizer" as const;

  it.each([
    [override("g", {}), {}, "freeze"],
    [override("r", { kind: "FORCE_RULE_BASED" }), { sku: "cost_plus" as const }, "rule_based"],
    [override("f", { kind: "FIXED_PRICE" }), {}, "freeze"],
    [null, { sku: "rule_based" as const, category: "cost_plus" as const }, "rule_based"],
    [null, { category: "cost_plus" as const }, "cost_plus"],
    [null, {}, "elasticity_optimizer"],
  ])("chooses by override, then SKU, category and install: case %#", (inForce, choices, strategy) => {
    expect(strategyInForce(inForce, { install, ...choices })).toBe(strategy);
  });
});
