import type { ShardProduct, ShardSettings } from "../messages/shard.ts";
import { matchQuality } from "./competitors/gate.ts";
import { latestAt, latestLevel } from "./competitors/history.ts";
import { MISSING_FOR_MS, seenAt } from "./missing.ts";
import {
  leadingSeller,
  listedSellers,
  marketplaceHistory,
  type SellerGroup,
  sellerGroups,
} from "./sellers.ts";
import { type MarketView, type OfferView, offerView } from "./signals/market-view.ts";
import type { CompetitorState, SkuState } from "./state.ts";

/**
 * How far a price is trusted that was believed only when it was seen again, that was converted at an old exchange rate,
 * or that a wrong match would explain.
 */
const TRUST_IN_CONFIRMED = 0.9;
const TRUST_IN_OLD_RATE = 0.5;
const TRUST_IN_DOUBTED_MATCH = 0.7;

/** A SKU's market at an event time (`clock`, ms): our product, the offers that count, and those that are missing. */
export function marketView(
  sku: SkuState,
  product: ShardProduct,
  { clock, settings }: { clock: number; settings: ShardSettings },
): MarketView {
  const offers: OfferView[] = [];
  const missing: OfferView[] = [];
  for (const group of sellerGroups(sku, settings)) {
    const listed = listedSellers(group);
    const offer =
      listed === null ? missingOffer(group, clock, settings) : presentOffer(listed, clock, settings);
    if (offer !== null) (listed === null ? missing : offers).push(offer);
  }
  const shop = {
    timeZone: settings.timeZone ?? "UTC",
    demand: sku.demand,
    activity: sku.shop?.activity ?? null,
    warehouses: sku.shop === null ? [] : [...sku.shop.warehouses.values()],
    carts: sku.shop === null ? [] : [...sku.shop.carts.values()],
    computed: {},
  };
  return { product, settings, clock, offers, missing, shop };
}

function presentOffer(group: SellerGroup, clock: number, settings: ShardSettings): OfferView | null {
  const state = leadingSeller(group, clock, settings);
  if (state === null) return null;
  const { history, rate } = state;
  const past = group.states.length > 1 ? () => marketplaceHistory(group, settings) : undefined;
  const offer = offerView(group.competitor, history, clock, settings, past);
  if (offer === null) return null;
  const trust = trustIn(state, latestLevel(history)!.price);
  if (trust !== 1) offer.trust = trust;
  if (rate !== null) offer.rate = rate;
  return offer;
}

/** What a competitor asked that is missing; null if it does not count, or has been missing for very long. */
function missingOffer(
  { competitor, states }: SellerGroup,
  clock: number,
  settings: ShardSettings,
): OfferView | null {
  const [last] = states.toSorted((a, b) => seenAt(b) - seenAt(a));
  const level = last ? latestLevel(last.history) : null;
  if (last === undefined || level === null || settings.excluded?.includes(competitor)) return null;
  if (clock - seenAt(last) > MISSING_FOR_MS) return null;
  const { landedPrice: price, availability } = level;
  const { history, missing } = last;
  const observedAt = latestAt(history);
  return { competitor, price, availability, buyable: false, observedAt, history, missingSince: missing! };
}

/** How far the price itself is trusted, 0..1. */
function trustIn({ doubtful, rate, match }: CompetitorState, price: number): number {
  return (
    (price === doubtful ? TRUST_IN_CONFIRMED : 1) *
    (rate?.stale ? TRUST_IN_OLD_RATE : 1) *
    (match !== null && matchQuality(match) !== null ? TRUST_IN_DOUBTED_MATCH : 1)
  );
}
