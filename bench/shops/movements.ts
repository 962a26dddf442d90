import { normal, uniform } from "../../domain/base/keyed-random.ts";
import { HISTORY_DAYS, weekOf } from "./calendar.ts";
import { type Place, STREAM } from "./shop.ts";

const YEAR_DAYS = 365;
/** How far the categories' seasons lie from the shop's, radians. */
const CATEGORY_PHASE_SD = 0.5;
const CYCLE_DAYS = 91;
/** The last two weeks of a cycle are its sale. */
const SALE_DAYS = 14;

/** Growth of so much a day, 0 in the middle of history. */
export function growth(t: number, rate: number): number {
  return rate * (t - HISTORY_DAYS / 2);
}

/** A yearly wave of a category, near to that of the shop. */
export function categorySeason({ seed, category }: Place, t: number): number {
  const shop = 2 * Math.PI * uniform(seed, STREAM.shopPhase);
  const own = CATEGORY_PHASE_SD * normal(seed, STREAM.categoryPhase, category);
  return Math.sin((2 * Math.PI * t) / YEAR_DAYS + shop + own);
}

/** A yearly wave of a SKU's own. */
export function skuSeason({ seed, sku }: Place, t: number): number {
  return Math.sin(2 * Math.PI * (t / YEAR_DAYS + uniform(seed, STREAM.skuPhase, sku)));
}

/** A path as it was up to the week of `t`, less what it is at the handover: prices that follow it move once a week. */
export function followed(path: (t: number) => number, t: number): number {
  return path(7 * weekOf(t)) - path(7 * weekOf(HISTORY_DAYS));
}

/** Steps taken on the given days, less all of them: 0 from the last on. */
export function steps(days: readonly number[], size: number, t: number): number {
  return -size * days.filter((day) => t < day).length;
}

/** Whether a cycle of 13 weeks that begins at `phase` (0..1) is in its sale. */
export function isInSale(phase: number, t: number): boolean {
  return (t + phase * CYCLE_DAYS) % CYCLE_DAYS >= CYCLE_DAYS - SALE_DAYS;
}

/** Older shocks are forgotten. */
const SHOCK_WEEKS = 12;

/** A weekly shock of standard deviation 1 that dies out by `memory` a week. */
export function weeklyShock({ seed, sku }: Place, t: number, memory: number): number {
  const week = weekOf(t);
  let sum = 0;
  let weight = Math.sqrt(1 - memory ** 2);
  for (let back = 0; back < SHOCK_WEEKS && weight > 0; back++) {
    sum += weight * normal(seed, STREAM.weeklyShock, sku, week - back);
    weight *= memory;
  }
  return sum;
}
