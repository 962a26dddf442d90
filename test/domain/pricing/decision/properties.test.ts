import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../../domain/base/canonical-json.ts";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import type { PricingInputs } from "../../../../domain/pricing/inputs.ts";
import { contribution, marginFloor, unitEconomics } from "../../../../domain/pricing/unit-economics.ts";
import { STRATEGY_NAMES } from "../../../../domain/settings/strategies.ts";
import { inputsOf, marketAt, policyOf } from "./fixture.ts";

const share = (max: number) => fc.double({ min: 0, max, noNaN: true });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

/** Products of all sizes, with every limit there sometimes, most of them sensible and some not. */
const products: fc.Arbitrary<PricingInputs> = fc
  .record({
    price: fc.integer({ min: 20, max: 5_000_000 }),
    cost: share(1.2),
    tax: fc.constantFrom(0, 0.07, 0.19, 0.25),
    fee: share(0.3),
    includesTax: fc.boolean(),
    mean: fc.double({ min: -6, max: -0.3, noNaN: true }),
    sd: share(1.5),
    identified: fc.boolean(),
    perDay: fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 60, noNaN: true })),
    min: maybe(share(1.3)),
    max: maybe(fc.double({ min: 0.7, max: 2, noNaN: true })),
    rival: maybe(fc.double({ min: 0.5, max: 1.5, noNaN: true })),
    weekAgo: maybe(fc.double({ min: 0.7, max: 1.4, noNaN: true })),
    stock: maybe(fc.integer({ min: 1, max: 300 })),
  })
  .map((p) => {
    const at = (factor: number | null) =>
      factor === null ? null : Math.max(1, Math.round(p.price * factor));
    return inputsOf({
      price: p.price,
      unitCost: Math.round(p.price * p.cost * (1 - p.fee)),
      taxRate: p.tax,
      feeRate: p.fee,
      pricesIncludeTax: p.includesTax,
      elasticity: { mean: p.mean, sd: p.sd, identified: p.identified, label: "uncertain" },
      demand: { perDay: p.perDay, logVar: 0.05, phi: 1.5 },
      minPrice: at(p.min),
      maxPrice: at(p.max),
      priceWeekAgo: at(p.weekAgo),
      stock: p.stock,
      ...(p.rival === null ? {} : { market: marketAt(at(p.rival)!) }),
    });
  });

const STEP_CONFLICT = ["floor_step_conflict", "cap_step_conflict"];

describe("every decision", () => {
  it("stays within the floor, the limits and the largest step", () => {
    fc.assert(
      fc.property(products, fc.constantFrom(...STRATEGY_NAMES), (inputs, strategy) => {
        const decision = decidePrice(inputs, policyOf({ strategy }));
        const { to, from, verdict, reason } = decision;
        expect(Number.isSafeInteger(to)).toBe(true);
        if (verdict !== "propose") {
          expect(Object.is(to, from)).toBe(true);
          return;
        }
        expect(to).not.toBe(from);
        expect(to * 10_000).toBeLessThanOrEqual(from * 11_000);
        expect(to * 11_000).toBeGreaterThanOrEqual(from * 10_000);
        const economics = unitEconomics({ ...inputs, unitCost: inputs.unitCost! });
        // one step up towards the floor may still lose money, but less than the present price
        if (reason === "floor_step_conflict") expect(to).toBeGreaterThan(from);
        else expect(contribution(to, economics)).toBeGreaterThan(0);
        if (STEP_CONFLICT.includes(reason)) return;
        expect(to).toBeGreaterThanOrEqual(marginFloor(economics, 0.05)!);
        expect(to).toBeGreaterThanOrEqual(inputs.minPrice ?? 0);
        expect(to).toBeLessThanOrEqual(inputs.maxPrice ?? Number.MAX_SAFE_INTEGER);
      }),
      { numRuns: 600 },
    );
  });

  it("holds only whole numbers, one chosen candidate, and a chain of steps that ends at the price", () => {
    fc.assert(
      fc.property(products, (inputs) => {
        const decision = decidePrice(inputs, policyOf());
        expect(() => canonicalJson(decision)).not.toThrow();
        if (decision.candidates.length === 0) return;
        expect(decision.candidates.length).toBeLessThanOrEqual(64);
        expect(
          decision.candidates.filter(({ verdict }) => verdict === "chosen").map(({ price }) => price),
        ).toEqual([decision.to]);
        expect(decision.guardrails.at(-1)!.after).toBe(decision.to);
        expect(decision.guardrails.at(-1)!.name).toBe("floor");
        for (const { expectedProfit, expectedRevenue } of decision.candidates) {
          expect(Number.isSafeInteger(expectedProfit) && Number.isSafeInteger(expectedRevenue)).toBe(true);
        }
      }),
      { numRuns: 250 },
    );
  });

  it("chooses the feasible candidate with the largest expected profit", () => {
    fc.assert(
      fc.property(products, (inputs) => {
        const decision = decidePrice(inputs, policyOf());
        fc.pre(decision.reason === "higher_objective");
        const feasible = decision.candidates.filter(({ verdict }) => verdict !== "removed");
        const best = Math.max(...feasible.map(({ expectedProfit }) => expectedProfit));
        expect(decision.expected!.profit).toBe(best);
      }),
      { numRuns: 250 },
    );
  });

  it("is the same when made again, whatever was decided in between", () => {
    fc.assert(
      fc.property(products, products, (inputs, other) => {
        const first = canonicalJson(decidePrice(inputs, policyOf()));
        decidePrice(other, policyOf());
        const { facts, ...rest } = inputs;
        const copy = { ...structuredClone(rest), facts };
        expect(canonicalJson(decidePrice(copy, policyOf()))).toBe(first);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps the price that is already the best of its grid", () => {
    fc.assert(
      fc.property(products, (product) => {
        // wide limits on the pace and no gates: what is chosen once is chosen again
        const policy = policyOf({
          maxStep: 3,
          cautiousStep: 3,
          minGain: 0,
          minGainMoney: 0,
          minProbability: 0,
          regretCap: 9,
          charmEndings: false,
        });
        // half the price as cost and an elasticity that leaves an optimum within reach
        const elasticity = {
          ...product.elasticity,
          mean: Math.max(-4, Math.min(-1.5, product.elasticity.mean)),
        };
        const free = { minPrice: null, maxPrice: null, priceWeekAgo: null, stock: null, taxRate: null };
        const unitCost = Math.ceil(product.price / 2);
        const inputs = { ...product, ...free, elasticity, unitCost };
        const first = decidePrice(inputs, policy);
        const again = decidePrice({ ...inputs, price: first.to }, policy);
        // the second grid lies differently: at most one step of it away
        expect(Math.abs(again.to - first.to)).toBeLessThanOrEqual(Math.max(1, 0.011 * first.to));
      }),
      { numRuns: 200 },
    );
  });

  it("about a higher cost is never a lower price", () => {
    fc.assert(
      fc.property(products, fc.integer({ min: 1, max: 100_000 }), (inputs, more) => {
        const policy = policyOf({
          minProbability: 0,
          regretCap: 9,
          minGain: 0,
          minGainMoney: 0,
          cautiousStep: 0.1,
        });
        const decide = (unitCost: number) => decidePrice({ ...inputs, unitCost, stock: null }, policy);
        const cheap = decide(inputs.unitCost!);
        const dear = decide(inputs.unitCost! + more);
        fc.pre(cheap.candidates.length > 0 && dear.candidates.length > 0);
        // compared on the candidates that both looked at
        const common = new Set(dear.candidates.map(({ price }) => price));
        fc.pre(common.has(cheap.to));
        fc.pre(cheap.candidates.some(({ price }) => price === dear.to));
        expect(dear.to).toBeGreaterThanOrEqual(cheap.to);
      }),
      { numRuns: 250 },
    );
  });

  it("does not depend on the currency's unit", () => {
    fc.assert(
      fc.property(products, (inputs) => {
        // the same product in a currency with one decimal more: every amount tenfold, the grid finer
        const { minPrice, maxPrice, priceWeekAgo } = inputs;
        const tenfold = (amount: number | null) => (amount === null ? null : amount * 10);
        const larger: PricingInputs = {
          ...inputs,
          currency: "KWD",
          price: inputs.price * 10,
          unitCost: inputs.unitCost! * 10,
          minPrice: tenfold(minPrice),
          maxPrice: tenfold(maxPrice),
          priceWeekAgo: tenfold(priceWeekAgo),
          market: inputs.market.cheapest ? marketAt(inputs.market.cheapest.price * 10) : inputs.market,
          taxRate: null,
        };
        const plain = policyOf({ minGainMoney: 0 });
        const a = decidePrice({ ...inputs, taxRate: null }, plain);
        const b = decidePrice(larger, plain);
        fc.pre(inputs.price > 1000 && a.verdict === "propose" && b.verdict === "propose");
        expect(Math.abs(Math.log(b.to / (a.to * 10)))).toBeLessThan(0.012);
      }),
      { numRuns: 300 },
    );
  });

  it("never earns more with one more limit, on the same candidates", () => {
    fc.assert(
      fc.property(products, share(1.5), (inputs, at) => {
        const limit = Math.max(1, Math.round(inputs.price * (0.5 + at)));
        const free = decidePrice({ ...inputs, mapPrice: null }, policyOf());
        const limited = decidePrice({ ...inputs, mapPrice: limit }, policyOf());
        fc.pre(
          free.reason === "higher_objective" && limited.expected !== null && limited.relaxations.length === 0,
        );
        const known = new Set(
          free.candidates.filter(({ verdict }) => verdict !== "removed").map(({ price }) => price),
        );
        fc.pre(known.has(limited.to));
        expect(limited.expected!.profit).toBeLessThanOrEqual(free.expected!.profit);
      }),
      { numRuns: 250 },
    );
  });

  it("about a price below the margin floor never keeps it without saying so", () => {
    fc.assert(
      fc.property(products, (inputs) => {
        const economics = unitEconomics({ ...inputs, unitCost: inputs.unitCost! });
        fc.pre(inputs.price < marginFloor(economics, 0.05)!);
        const decision = decidePrice(inputs, policyOf());
        expect(decision.verdict).not.toBe("hold");
      }),
      { numRuns: 250 },
    );
  });
});
