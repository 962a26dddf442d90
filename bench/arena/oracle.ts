import type { PolicyView, PricingPolicy } from "./contract.ts";
import { firstPrice, type PriceGrid, priceGrid } from "./grid.ts";
import { Market } from "./market.ts";
import { DAYS, SKUS, WARM_DAYS, type World } from "./world.ts";

/**
 * Clairvoyant but myopic: knows today's demand curve with today's competitors, not the shocks nor the future, and
 * takes the best grid price every day. Against followers it is not an upper bound in theory. A fixed stock it
 * prices at the shadow cost that sells it out by the end of the season (fluid approximation with the true demand).
 */
export function createOracle(market: Market): PricingPolicy {
  const prices = new Float64Array(SKUS);
  const shadows = new Map<number, number>();
  return {
    decide(_day, views) {
      for (let i = 0; i < SKUS; i++) {
        const view = views[i]!;
        if (view.clearance === undefined) {
          prices[i] = bestPrice(market, i, gridOf(view.cost, view), view.cost);
          continue;
        }
        const shadow = shadows.get(i) ?? shadowCost(market.world, i, view.clearance.units);
        shadows.set(i, shadow);
        prices[i] = bestPrice(market, i, gridOf(view.cost, view), shadow);
      }
      return prices;
    },
    observe() {},
  };
}

function gridOf(cost: number, { floor, cap }: Pick<PolicyView, "floor" | "cap">): PriceGrid {
  return priceGrid(floor ?? 1.05 * cost, cap ?? 3.5 * cost);
}

/** The best price on a grid by full search. */
function bestPrice(market: Market, i: number, grid: PriceGrid, cost: number): number {
  let best = firstPrice(grid);
  let most = Number.NEGATIVE_INFINITY;
  for (let price = best; price <= grid.high; price += grid.step) {
    const profit = (price - cost) * market.meanDemand(i, price);
    if (profit > most) {
      most = profit;
      best = price;
    }
  }
  return best;
}

const BISECTIONS = 16;

/** Cost between salvage and the cap's price at which the season's expected sales equal the stock. */
function shadowCost(world: World, i: number, stock: number): number {
  const { salvage, cap } = limitsOf(world, i);
  if (seasonalSales(world, i, salvage) <= stock) return salvage;
  let low = salvage;
  let high = cap;
  for (let k = 0; k < BISECTIONS; k++) {
    const middle = (low + high) / 2;
    if (seasonalSales(world, i, middle) > stock) low = middle;
    else high = middle;
  }
  return high;
}

function limitsOf(world: World, i: number): { salvage: number; cap: number } {
  return { salvage: new Market(world).salvage(i), cap: 3.5 * world.skus[i]!.cost };
}

/** Expected units of SKU i over the season at a marginal cost, in a market of its own. */
function seasonalSales(world: World, i: number, cost: number): number {
  const market = new Market(world);
  const floor = Math.ceil(1.05 * market.salvage(i));
  let price = 0;
  let units = 0;
  for (let day = 0; day < DAYS; day++) {
    if (day < WARM_DAYS) price = market.incumbentPrice(i, day);
    market.step(i, day, price);
    if (day < WARM_DAYS) continue;
    price = peakPrice(market, i, gridOf(market.costs[i]!, { floor }), cost);
    units += market.meanDemand(i, price);
  }
  return units;
}

/** The best price on a grid by ternary search: profit has one peak in both demand models. */
function peakPrice(market: Market, i: number, grid: PriceGrid, cost: number): number {
  const first = firstPrice(grid);
  const profit = (k: number): number => {
    const price = first + k * grid.step;
    return (price - cost) * market.meanDemand(i, price);
  };
  let low = 0;
  let high = Math.max(0, Math.floor((grid.high - first) / grid.step));
  while (high - low > 2) {
    const left = low + Math.floor((high - low) / 3);
    const right = high - Math.floor((high - low) / 3);
    if (profit(left) < profit(right)) low = left + 1;
    else high = right;
  }
  let best = low;
  for (let k = low + 1; k <= high; k++) if (profit(k) > profit(best)) best = k;
  return first + best * grid.step;
}
