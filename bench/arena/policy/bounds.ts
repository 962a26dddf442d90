import type { PolicyView } from "./contract.ts";

const FLOOR = 1.05;
const CAP = 3.5;
/** Prices further than this factor from the price in force are not looked at. */
const REACH = 10;

/** The prices a view allows, minor units, not rounded: 1 <= floor <= cap, both finite. */
export interface PriceBounds {
  readonly floor: number;
  readonly cap: number;
}

/**
 * The prices that a view's floor and cap allow, by default 1.05 and 3.5 times the cost (what costs nothing has no
 * cap of its own). Where the floor is above the cap, the floor wins. A cap far above the price is brought nearer, so
 * that the grid between the bounds stays fine and short.
 */
export function boundsOf({ price, cost, floor, cap }: PolicyView): PriceBounds {
  const least = usable(floor) ?? FLOOR * (usable(cost) ?? 0);
  const most = usable(cap) ?? (cost > 0 ? CAP * cost : Number.POSITIVE_INFINITY);
  const low = Math.max(1, least);
  const high = Math.max(low, most);
  const inForce = Math.min(Math.max(usable(price) ?? low, low), high);
  return { floor: Math.max(low, inForce / REACH), cap: Math.min(high, inForce * REACH) };
}

/** The whole price nearest to `price` between the bounds; the floor rounded up where no whole price lies there. */
export function withinBounds({ floor, cap }: PriceBounds, price: number): number {
  const whole = Math.min(Math.round(usable(price) ?? floor), Math.floor(cap));
  return Math.max(whole, Math.ceil(floor));
}

function usable(amount: number | undefined): number | undefined {
  return amount !== undefined && Number.isFinite(amount) && amount >= 0 ? amount : undefined;
}
