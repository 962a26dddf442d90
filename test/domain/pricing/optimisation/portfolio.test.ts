import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uniform } from "../../../../domain/base/keyed-random.ts";
import {
  type LadderMember,
  ladderBounds,
  solveLadder,
} from "../../../../domain/pricing/optimisation/ladder.ts";
import {
  type PortfolioItem,
  type PortfolioLimits,
  solvePortfolio,
} from "../../../../domain/pricing/optimisation/portfolio.ts";

function itemsOf(count: number, seed: number, sizes = 5): PortfolioItem[] {
  return Array.from({ length: count }, (_, i) => {
    const price = 1000 + Math.round(uniform(seed, i, 0) * 9000);
    const cost = price * (0.5 + 0.35 * uniform(seed, i, 1));
    const slope = -1.3 - 3 * uniform(seed, i, 2);
    const prices = Array.from({ length: sizes }, (_, j) =>
      Math.round(price * (0.9 + (0.2 * j) / (sizes - 1))),
    );
    return {
      sku: `s${i}`,
      prices,
      values: prices.map((p) => (p - cost) * (1 + 20 * uniform(seed, i, 3)) * (p / price) ** slope),
      current: (sizes - 1) / 2,
      weight: 1 / count,
      market: Math.round(price * (0.9 + 0.2 * uniform(seed, i, 4))),
    };
  });
}

/** The best of all combinations that keep the limits; null if none does. */
function exhaustive(items: readonly PortfolioItem[], limits: PortfolioLimits): number | null {
  let best: number | null = null;
  const walk = (i: number, value: number, index: number, changes: number): void => {
    if (i === items.length) {
      const inBand = !limits.index || (index >= limits.index.lo - 1e-12 && index <= limits.index.hi + 1e-12);
      if (inBand && changes <= (limits.maxChanges ?? items.length)) best = Math.max(best ?? value, value);
      return;
    }
    const item = items[i]!;
    item.prices.forEach((price, j) => {
      const term = item.market === null ? 0 : item.weight * Math.log(price / item.market);
      walk(i + 1, value + item.values[j]!, index + term, changes + Number(j !== item.current));
    });
  };
  walk(0, 0, 0, 0);
  return best;
}

describe("solvePortfolio", () => {
  it("is exact when only the number of changes is limited", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const items = itemsOf(6, seed, 3);
      const limits = { maxChanges: 2, index: null };
      const solution = solvePortfolio(items, limits);
      expect(solution.value).toBeCloseTo(exhaustive(items, limits)!, 6);
      expect(solution.gap).toBeLessThan(1e-9);
      expect(solution.changes).toBeLessThanOrEqual(2);
    }
  });

  it("keeps an index band, and its bound holds for the exact solution", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const items = itemsOf(6, seed);
      const free = solvePortfolio(items, { maxChanges: null, index: null });
      const limits = {
        maxChanges: seed % 2 ? null : 4,
        index: { lo: free.index - 0.2, hi: free.index - 0.01 },
      };
      const solution = solvePortfolio(items, limits);
      const exact = exhaustive(items, limits);
      if (!solution.feasible) continue;
      expect(solution.index).toBeLessThanOrEqual(limits.index.hi);
      expect(solution.index).toBeGreaterThanOrEqual(limits.index.lo);
      expect(solution.bound).toBeGreaterThanOrEqual(exact! - 1e-6);
      expect(solution.value).toBeLessThanOrEqual(exact! + 1e-6);
      expect(solution.gap).toBeGreaterThanOrEqual(
        (exact! - solution.value) / Math.abs(solution.value) - 1e-9,
      );
    }
  });

  it("raises the index to a band above it too", () => {
    const items = itemsOf(40, 5);
    const free = solvePortfolio(items, { maxChanges: null, index: null });
    const solution = solvePortfolio(items, { maxChanges: null, index: { lo: free.index + 0.01, hi: 1 } });
    expect(solution.feasible).toBe(true);
    expect(solution.index).toBeGreaterThanOrEqual(free.index + 0.01);
    expect(solution.value).toBeLessThan(free.value);
  });

  it("leaves a gap of at most a thousandth with 500 products", () => {
    const items = itemsOf(500, 9, 11);
    for (const maxChanges of [null, 100]) {
      const free = solvePortfolio(items, { maxChanges, index: null });
      const solution = solvePortfolio(items, { maxChanges, index: { lo: -1, hi: free.index - 0.005 } });
      expect(solution.index).toBeLessThanOrEqual(free.index - 0.005);
      expect(solution.changes).toBeLessThanOrEqual(maxChanges ?? 500);
      expect(solution.feasible).toBe(true);
      expect(solution.gap).toBeLessThan(0.001);
    }
  });

  it("says so when no prices reach the band", () => {
    expect(solvePortfolio(itemsOf(5, 1), { maxChanges: null, index: { lo: 3, hi: 4 } }).feasible).toBe(false);
  });
});

describe("lines of products", () => {
  const rules = [
    { lower: "small", higher: "large", multiple: 1, gap: 0.1 },
    { lower: "pack", higher: "single", multiple: 6, gap: 0 },
  ];
  const prices: Record<string, number> = { small: 900, large: 1000, single: 250, pack: 1400 };
  const priceOf = (sku: string) => prices[sku] ?? null;

  it.each([
    ["small", null, 900],
    ["large", 1000, null],
    ["pack", null, 1500],
    ["single", 234, null],
    ["other", null, null],
  ])("bounds %s by its neighbours", (sku, lo, hi) => {
    expect(ladderBounds(sku, rules, priceOf)).toEqual({ lo, hi });
  });

  const price = fc.tuple(fc.integer({ min: 10, max: 40 }), fc.integer({ min: 0, max: 100 }));
  const lines = fc.array(
    fc.record({
      tier: fc.integer({ min: 1, max: 3 }),
      packSize: fc.constantFrom(1, 2, 3),
      prices: fc.uniqueArray(price, { minLength: 1, maxLength: 5, selector: ([amount]) => amount }),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const ordered = (members: readonly LadderMember[], choice: readonly number[], gap: number) =>
    members.every((low, a) =>
      members.every((high, b) => {
        if (low.tier >= high.tier) return true;
        const unit = (member: LadderMember, m: number) => member.prices[choice[m]!]! / member.packSize;
        return unit(low, a) <= unit(high, b) * (1 - gap) + 1e-9;
      }),
    );

  it("are solved together as well as trying everything would", () => {
    fc.assert(
      fc.property(lines, fc.constantFrom(0, 0.1), (drawn, gap) => {
        const members = drawn.map(({ tier, packSize, prices: pairs }) => ({
          ...{ tier, packSize },
          prices: pairs.map(([amount]) => amount),
          values: pairs.map(([, value]) => value),
        }));
        let best = -1;
        const walk = (chosen: number[], value: number): void => {
          const member = members[chosen.length];
          if (member) for (const [j, own] of member.values.entries()) walk([...chosen, j], value + own);
          else if (value > best && ordered(members, chosen, gap)) best = value;
        };
        walk([], 0);
        const choice = solveLadder(members, gap);
        if (choice === null) {
          expect(best).toBe(-1);
          return;
        }
        expect(choice.reduce((sum, j, m) => sum + members[m]!.values[j]!, 0)).toBe(best);
        expect(ordered(members, choice, gap)).toBe(true);
      }),
    );
  });
});
