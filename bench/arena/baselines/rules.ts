import type { PolicyView, PricingPolicy } from "../contract.ts";
import { SKUS } from "../world.ts";
import { inBand, offersInStock } from "./band.ts";

/**
 * If-then rules on the gap to the competitors' average price and on the velocity of sales (fast over slow
 * exponentially weighted mean): lower when dear and not selling faster, raise when cheap and not selling slower,
 * raise 2 % when level and selling faster.
 */
export function createRules(): PricingPolicy {
  const fast = new Float64Array(SKUS).fill(-1);
  const slow = new Float64Array(SKUS).fill(-1);
  return {
    decide: (_day, views) => views.map((view, i) => decide(view, velocity(fast[i]!, slow[i]!))),
    observe(_day, sales) {
      sales.forEach(({ units }, i) => {
        fast[i] = fast[i]! < 0 ? units : fast[i]! + 0.3 * (units - fast[i]!);
        slow[i] = slow[i]! < 0 ? units : slow[i]! + 0.03 * (units - slow[i]!);
      });
    },
  };
}

const velocity = (fast: number, slow: number): number => (slow > 0 ? fast / slow : 1);

function decide(view: PolicyView, speed: number): number {
  const offers = offersInStock(view.offers);
  if (offers.length === 0) return inBand(view.price, view);
  const average = offers.reduce((sum, price) => sum + price, 0) / offers.length;
  const gap = (view.price - average) / average;
  if (gap > 0.1 && speed <= 1.1) return inBand(Math.max(0.9 * view.price, average), view);
  if (gap < -0.1 && speed >= 0.9) return inBand(Math.min(1.1 * view.price, 0.95 * average), view);
  if (Math.abs(gap) <= 0.1 && speed > 1.1) return inBand(1.02 * view.price, view);
  return inBand(view.price, view);
}
