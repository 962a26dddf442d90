import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PolicyConfig } from "../../../../bench/arena/policy/config.ts";
import type { PolicySale, PolicyView } from "../../../../bench/arena/policy/contract.ts";
import { createPolicy } from "../../../../bench/arena/policy/policy.ts";
import { poisson, uniform } from "../../../../domain/base/keyed-random.ts";

const CATALOGUE = Array.from({ length: 6 }, (_, i) => ({ id: `sku-${i}`, category: "c" }));
const COST = 1000;

interface Played {
  prices: number[][];
}

/** Plays a market of constant elasticity and 40 units a day at a price of 1500. */
function play(config: Partial<PolicyConfig>, elasticity: number, days: number, warm = 30): Played {
  const policy = createPolicy({ catalogue: CATALOGUE, ...config });
  let current = CATALOGUE.map(() => 1500);
  const prices: number[][] = [];
  for (let day = 0; day < days; day++) {
    if (day < warm) current = CATALOGUE.map((_, i) => 1500 + 100 * (Math.floor((day + i) / 4) % 2));
    else {
      const views = current.map((price): PolicyView => ({ price, cost: COST, offers: [] }));
      current = [...Array.from(policy.decide(day, views))];
      prices.push(current);
    }
    const sales = current.map((price, i): PolicySale => {
      const mean = 40 * (price / 1500) ** -elasticity;
      return { units: poisson(mean, uniform(5, i, day)), price };
    });
    policy.observe(day, sales);
  }
  return { prices };
}

describe("createPolicy", () => {
  it.each([
    [2, 2000],
    [3, 1500],
    [4, 1333],
  ])("finds the optimum of elasticity %d at %d", (elasticity, optimum) => {
    const { prices } = play({}, elasticity, 300);
    const last = prices.slice(-20).flat();
    const mean = last.reduce((sum, price) => sum + price, 0) / last.length;
    expect(Math.abs(Math.log(mean / optimum))).toBeLessThan(0.08);
  });

  it("perturbs prices while it pays and settles after", () => {
    const { prices } = play({}, 3, 200, 60);
    const changes = (from: number, to: number): number => {
      let count = 0;
      for (let day = from; day < to; day++) {
        prices[day]!.forEach((price, i) => {
          if (price !== prices[day - 1]![i]) count++;
        });
      }
      return count / ((to - from) * CATALOGUE.length);
    };
    expect(changes(1, 20)).toBeGreaterThan(changes(120, 140));
  });

  it("replays: equal configuration and history give equal prices", () => {
    const config = { preset: "thompson", salt: 3 } as const;
    expect(play(config, 2.5, 80)).toEqual(play(config, 2.5, 80));
    expect(play({ ...config, salt: 4 }, 2.5, 80)).not.toEqual(play(config, 2.5, 80));
  });

  it("respects the largest step, the band and the days between changes", () => {
    const { prices } = play({ style: { holdDays: 4, maxStep: 0.1, horizonDays: 120 } }, 2.5, 120);
    for (let day = 1; day < prices.length; day++) {
      prices[day]!.forEach((price, i) => {
        const before = prices[day - 1]![i]!;
        expect(Number.isInteger(price)).toBe(true);
        expect(price).toBeGreaterThanOrEqual(1050);
        expect(price).toBeLessThanOrEqual(3500);
        expect(Math.abs(Math.log(price / before))).toBeLessThanOrEqual(Math.log(1.1) + 0.002);
        if ((day + 30 + i) % 4 !== 0) expect(price).toBe(before);
      });
    }
  });

  it("lifts a price under its floor at once, further than a step if it must", () => {
    const policy = createPolicy({ catalogue: [CATALOGUE[0]!], style: { holdDays: 7 } });
    policy.observe(0, [{ units: 3, price: 1000, offers: [] }]);
    const [price] = Array.from(policy.decide(1, [{ price: 1000, cost: 2000, offers: [] }]));
    expect(price).toBe(2100);
  });

  it("answers whole prices between floor and cap, the floor first, whatever the view", () => {
    const price = fc.oneof(fc.double({ min: 0, max: 1e9 }), fc.integer({ min: 1, max: 5000 }));
    const limit = fc.option(fc.double({ min: 1, max: 1e9 }), { nil: undefined });
    const limits = fc.record({ price, cost: price, floor: limit, cap: limit });
    fc.assert(
      fc.property(limits, fc.boolean(), fc.nat(6), ({ price, cost, floor, cap }, sold, day) => {
        const policy = createPolicy({ catalogue: [CATALOGUE[0]!] });
        if (sold) policy.observe(0, [{ units: 3, price: 1500, offers: [] }]);
        const view: PolicyView = {
          ...{ price, cost, offers: [] },
          ...(floor === undefined ? {} : { floor }),
          ...(cap === undefined ? {} : { cap }),
        };
        const [answer] = Array.from(policy.decide(day, [view]));
        const least = Math.max(1, Math.ceil(floor ?? 1.05 * cost));
        const most = Math.floor(cap ?? (cost > 0 ? 3.5 * cost : Number.POSITIVE_INFINITY));
        expect(Number.isInteger(answer)).toBe(true);
        expect(answer).toBeGreaterThanOrEqual(least);
        expect(answer).toBeLessThanOrEqual(Math.max(least, most));
      }),
    );
  });

  it("lowers a price above its cap even on days when it does not decide", () => {
    const policy = createPolicy({ catalogue: [CATALOGUE[0]!], style: { holdDays: 7 } });
    policy.observe(0, [{ units: 3, price: 1500, offers: [] }]);
    expect(Array.from(policy.decide(1, [{ price: 5000, cost: COST, offers: [] }]))).toEqual([3500]);
  });

  it("ignores a cap that limits nothing", () => {
    const policy = createPolicy({ catalogue: [CATALOGUE[0]!] });
    policy.observe(0, [{ units: 30, price: 1500, offers: [] }]);
    const view = { price: 1500, cost: COST, offers: [], cap: Number.POSITIVE_INFINITY };
    expect(Array.from(policy.decide(2, [view]))[0]).toBeLessThanOrEqual(1800);
  });

  it("learns nothing from units or prices that are not numbers", () => {
    const bad = [
      { units: Number.NaN, price: 1500 },
      { units: -3, price: 1500 },
      { units: 3, price: 0 },
      { units: 3, price: Number.NaN },
    ];
    const answers = [bad, []].map((first) => {
      const policy = createPolicy({ catalogue: [CATALOGUE[0]!] });
      for (const sale of first) policy.observe(0, [sale]);
      for (let day = 1; day < 40; day++) policy.observe(day, [{ units: 9 + (day % 3), price: 1500 }]);
      return Array.from(policy.decide(40, [{ price: 1500, cost: COST, offers: [] }]));
    });
    expect(answers[0]).toEqual(answers[1]);
  });

  it("keeps a price it has no sales for", () => {
    const policy = createPolicy({ catalogue: CATALOGUE });
    const views = CATALOGUE.map(() => ({ price: 1490, cost: COST, offers: [] }));
    expect(Array.from(policy.decide(0, views))).toEqual(CATALOGUE.map(() => 1490));
  });

  it("asks more for a stock that would run out than for one that would be left over", () => {
    const decide = (units: number): number => {
      const policy = createPolicy({ catalogue: [CATALOGUE[0]!], style: { holdDays: 1, maxStep: 1 } });
      for (let day = 0; day < 40; day++) policy.observe(day, [{ units: 20, price: 1500, offers: [] }]);
      const clearance = { units, daysLeft: 30, salvage: 300 };
      const view = { price: 1500, cost: COST, offers: [], floor: 315, clearance };
      return Array.from(policy.decide(40, [view]))[0]!;
    };
    expect(decide(300)).toBeGreaterThan(1500);
    expect(decide(6000)).toBeLessThan(1000);
  });

  it("survives any count of units and any competitor price", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(100_000), fc.double({ noNaN: false })), { minLength: 30, maxLength: 60 }),
        (days) => {
          const policy = createPolicy({ catalogue: [CATALOGUE[0]!] });
          let price = 1500;
          days.forEach(([units, competitor], day) => {
            const offers = [{ seller: 1, price: competitor, inStock: true }];
            policy.observe(day, [{ units, price, offers }]);
            price = Array.from(policy.decide(day + 1, [{ price, cost: COST, offers }]))[0]!;
            expect(Number.isInteger(price) && price >= 1050 && price <= 3500).toBe(true);
          });
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    { holdDays: 0 },
    { holdDays: 1.5 },
    { maxStep: 0 },
    { horizonDays: -1 },
    { amplitude: -1 },
    { temperature: -1 },
  ])("refuses the style %o", (style) => {
    expect(() => createPolicy({ catalogue: CATALOGUE, style })).toThrow(RangeError);
  });
});
