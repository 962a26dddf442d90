import { DAY_MS } from "../../base/time.ts";
import type { Availability, UsedRate } from "../../messages/rows.ts";
import { isBuyable } from "../../messages/rows.ts";
import type { ShardProduct, ShardSettings } from "../../messages/shard.ts";
import { isFreshOffer } from "../../settings/freshness.ts";
import type { SignalSettings } from "../../settings/signals.ts";
import { latestAt, latestLevel, type ObservationHistory } from "../competitors/history.ts";
import type { ShopActivity } from "../demand/activity.ts";
import type { Baseline, BaselineDays } from "../demand/baseline.ts";
import type { ScannedDemand } from "../demand/surge-scan.ts";
import type { WarehouseStock } from "../demand/warehouse.ts";

/** Trust in an offer falls to 1/e within this time. */
const FRESHNESS_MS = DAY_MS;

/** A competitor's latest offer as the signals see it. Prices are landed: what a shopper pays there. */
export interface OfferView {
  competitor: string;
  price: number;
  availability: Availability;
  /** can be bought there now; an unknown availability counts as yes */
  buyable: boolean;
  observedAt: number;
  /** of the competitor as a whole: on a marketplace, of whichever seller was leading */
  readonly history: ObservationHistory;
  /** since when its source's crawls are known to be without it, ms; absent: it is there */
  missingSince?: number;
  /** 0..1, how far the price itself is trusted; absent = 1 */
  trust?: number;
  /** how the price came into our currency; absent: it is in ours */
  rate?: UsedRate;
}

/** One SKU at an instant: our product and the fresh offers. */
export interface MarketView {
  product: ShardProduct;
  settings: SignalSettings;
  /** ms */
  clock: number;
  offers: readonly OfferView[];
  /** what competitors asked whose offers are missing: it counts for nothing */
  missing?: readonly OfferView[];
  shop?: ShopView;
}

/** What the shop itself reports of the SKU. */
interface ShopView {
  /** IANA zone of the civil day */
  timeZone: string;
  /** by civil day */
  demand: BaselineDays;
  /** null until an event came */
  activity: ShopActivity | null;
  warehouses: readonly WarehouseStock[];
  carts: readonly { carts: number; at: number; bought: boolean }[];
  /** what several signals need of the same view, computed when the first asks for it */
  computed: { usual?: Baseline | null; demand?: ShopDemand | null };
}

/** A SKU's usual demand and its newest events. */
export interface ShopDemand extends ScannedDemand {
  baseline: Baseline;
  activity: ShopActivity;
}

/** Whether we take part in the market: an inactive product, or one out of stock, has no market signals. */
export function isSelling(product: ShardProduct): boolean {
  return product.active && (product.stock === null || product.stock > 0);
}

/**
 * The view of a competitor's offer; null if it has none, is excluded, or is stale at `clock`. `past`: the history of the
 * whole competitor, where the offer is that of one of its sellers.
 */
export function offerView(
  competitor: string,
  history: ObservationHistory,
  clock: number,
  settings: ShardSettings,
  past?: () => ObservationHistory,
): OfferView | null {
  if (settings.excluded?.includes(competitor)) return null;
  const level = latestLevel(history);
  if (level === null) return null;
  const observedAt = latestAt(history);
  if (!isFreshOffer({ competitor, observedAt }, clock, settings)) return null;
  const { landedPrice: price, availability } = level;
  const view = { competitor, price, availability, buyable: isBuyable(availability), observedAt, history };
  if (past === undefined) return view;
  let known: ObservationHistory | undefined;
  // most signals do not look back
  return Object.defineProperty(view, "history", {
    get() {
      known ??= past();
      return known;
    },
  });
}

/** 0..1, the trust in an offer: in its price, and that it still stands. */
export function offerTrust({ clock }: MarketView, { observedAt, trust = 1 }: OfferView): number {
  return trust * Math.exp(-Math.max(0, clock - observedAt) / FRESHNESS_MS);
}

/** The mean trust in the offers that can be bought; 1 without any. */
export function marketTrust(view: MarketView): number {
  let sum = 0;
  let count = 0;
  for (const offer of view.offers) {
    if (!offer.buyable) continue;
    sum += offerTrust(view, offer);
    count++;
  }
  return count === 0 ? 1 : sum / count;
}
