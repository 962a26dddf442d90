import type { PricingPolicy } from "./contract.ts";
import { Market } from "./market.ts";
import { Observer } from "./observation.ts";
import { DAYS, SCORED_DAYS, SKUS, WARM_DAYS, type World } from "./world.ts";

/** Makes a policy for one run. Only the oracle and the incumbent look at the market itself. */
export type PolicyFactory = (market: Market) => PricingPolicy;

/** What a policy earned over the scored season; money in minor units. */
export interface Outcome {
  /** Expected profit given prices and demand levels (realised where stock is fixed). */
  readonly profit: number;
  /** Realised revenue and units. */
  readonly revenue: number;
  readonly units: number;
  readonly profitByDay: Float64Array;
  readonly profitBySku: Float64Array;
  /** Profit of the last 90 days. */
  readonly lateProfit: number;
  /** Price changes per SKU-day. */
  readonly changes: number;
}

/** Plays one policy through a world, up to a day if it is to end before the season does, and scores it. */
export function simulate(world: World, factory: PolicyFactory, end = DAYS): Outcome {
  const market = new Market(world);
  const policy = factory(market);
  const observer = new Observer(market);
  const prices = Float64Array.from(world.skus, (sku) => sku.price);
  const profitByDay = new Float64Array(SCORED_DAYS);
  const profitBySku = new Float64Array(SKUS);
  const total = { revenue: 0, units: 0, changes: 0 };
  for (let day = 0; day < end; day++) {
    const warm = day < WARM_DAYS;
    for (let i = 0; i < SKUS; i++) {
      if (warm) prices[i] = market.incumbentPrice(i, day);
      market.step(i, day, prices[i]!);
      observer.look(i, day, prices[i]!);
    }
    const decided = warm ? prices : policy.decide(day, observer.views);
    for (let i = 0; i < SKUS; i++) {
      const price = decided[i]!;
      const mean = market.meanDemand(i, price);
      const limited = market.stock[i]! !== Number.POSITIVE_INFINITY;
      const units = market.sell(i, day, mean);
      observer.record(i, units, price);
      if (warm) continue;
      const profit = limited
        ? clearanceProfit(market, i, day, units, price)
        : (price - market.costs[i]!) * mean;
      profitByDay[day - WARM_DAYS]! += profit;
      profitBySku[i]! += profit;
      total.revenue += units * price;
      total.units += units;
      if (price !== prices[i]) total.changes++;
      prices[i] = price;
    }
    policy.observe(day, observer.sales);
  }
  return {
    profit: profitBySku.reduce((sum, value) => sum + value, 0),
    revenue: total.revenue,
    units: total.units,
    profitByDay,
    profitBySku,
    lateProfit: profitByDay.subarray(SCORED_DAYS - 90).reduce((sum, value) => sum + value, 0),
    changes: total.changes / (SKUS * SCORED_DAYS),
  };
}

/** A fixed stock is paid for: a unit earns its price over the initial cost, a unit left over loses the rest. */
function clearanceProfit(market: Market, i: number, day: number, units: number, price: number): number {
  const { cost } = market.world.skus[i]!;
  const left = day === DAYS - 1 ? market.stock[i]! : 0;
  return units * (price - cost) - left * (cost - market.salvage(i));
}
