import type { OurSide, ShardSettings } from "../messages/shard.ts";
import { WAR_WINDOW_MS } from "../signals/undercut-rounds.ts";
import { evaluateSignals } from "./evaluate.ts";
import type { PastPrice, SkuState } from "./state.ts";
import { hasOwnStock } from "./stock.ts";

/** Prices of ours that are remembered at most: a price that moves more often within three days is no answer to anybody. */
const PAST_PRICES_MAX = 32;

/** Whether this side of ours is news: not older than what is held, and different. */
export function isNewOurs(sku: SkuState, ours: OurSide): boolean {
  const held = sku.ours;
  if (held === null) return true;
  if (ours.version < held.version) return false;
  return (
    ours.version > held.version ||
    ours.price !== held.price ||
    ours.active !== held.active ||
    (ours.stock !== held.stock && !hasOwnStock(sku)) ||
    ours.sensitivity !== held.sensitivity ||
    ours.currency !== held.currency ||
    ours.title !== held.title
  );
}

/**
 * Takes our side if it is news, and evaluates all of the SKU's signals against it. Answers whether it was.
 */
export function takeOurs(sku: SkuState, ours: OurSide, now: number, settings: ShardSettings): boolean {
  if (!isNewOurs(sku, ours)) return false;
  sku.pastPrices = pastPricesAfter(sku, ours, now);
  sku.ours = ours;
  if (sku.competitors.size > 0 || sku.shop !== null || ours.stock !== null)
    evaluateSignals(sku, { now, clock: Math.max(sku.clock, now), settings }, "ours");
  return true;
}

/** A price that was replaced is remembered for as long as a price war lasts; another currency is another history. */
function pastPricesAfter({ ours: before, pastPrices }: SkuState, ours: OurSide, now: number): PastPrice[] {
  if (before === null || before.currency !== ours.currency) return [];
  const isKept = ({ until }: PastPrice) => until >= now - WAR_WINDOW_MS;
  if (before.price === ours.price) return pastPrices.every(isKept) ? pastPrices : pastPrices.filter(isKept);
  return [...pastPrices.filter(isKept), { price: before.price, until: now }].slice(-PAST_PRICES_MAX);
}
