import { median } from "../../base/quantile.ts";
import { DAY_MS, dayOfNumber, dayStart } from "../../base/time.ts";
import { isBuyable } from "../../messages/rows.ts";
import type { CompetitorHistory } from "../../messages/shard.ts";
import { type FreshnessSettings, isFreshOffer, offerFreshMs } from "../../settings/freshness.ts";
import type { FeatureOffer } from "./sku-features.ts";

/** The ends of a span of civil days as instants, computed once for all SKUs of a run. */
export interface DayEnds {
  /** day number of the first day */
  first: number;
  /** instant at which each day ends, ms */
  ends: number[];
}

/** The ends of the days `first` to `last`, day numbers of `timeZone`. */
export function dayEnds(first: number, last: number, timeZone: string): DayEnds {
  const days = Math.max(0, last - first + 1);
  return {
    first,
    ends: Array.from({ length: days }, (_, i) => dayStart(dayOfNumber(first + i + 1), timeZone)),
  };
}

/** A competitor's price at the end of a day: landed, minor units; null where no fresh offer is known. */
interface CompetitorClose {
  price: number | null;
  inStock: boolean;
}

const UNSEEN: CompetitorClose = { price: null, inStock: false };

/**
 * A competitor's landed price at the end of each day. A price is in effect until the next change, but only as
 * long as the offer is fresh.
 */
export function competitorCloses(
  { competitor, points }: CompetitorHistory,
  { ends }: DayEnds,
  settings: FreshnessSettings,
): CompetitorClose[] {
  const freshMs = offerFreshMs(competitor, settings);
  let next = 0;
  return ends.map((end) => {
    while (next < points.length && points[next]!.at < end) next++;
    const point = points[next - 1];
    if (point === undefined || end - point.lastSeenAt > freshMs) return UNSEEN;
    return { price: point.landedPrice, inStock: isBuyable(point.availability) };
  });
}

/** The prices alone, minor units; NaN where no fresh offer is known. */
export function closePrices(
  { competitor, points }: CompetitorHistory,
  { ends }: DayEnds,
  settings: FreshnessSettings,
): Float64Array {
  const freshMs = offerFreshMs(competitor, settings);
  const prices = new Float64Array(ends.length).fill(Number.NaN);
  let next = 0;
  for (let day = 0; day < ends.length; day++) {
    const end = ends[day]!;
    while (next < points.length && points[next]!.at < end) next++;
    const point = points[next - 1];
    if (point !== undefined && end - point.lastSeenAt <= freshMs) prices[day] = point.landedPrice;
  }
  return prices;
}

/** The signal that a price war is on. */
export const SIGNAL_PRICE_WAR = "PRICE_WAR";

/** Trust in a market by the number of valid offers, 0, 1, 2, 3 and more. */
const COUNT_CONFIDENCE = [0, 0.7, 0.85, 1] as const;

/**
 * The market a decision may look at: the fresh offers that can be bought. Confidence falls with the age of the newest
 * (by a factor of e per day) and with fewer offers.
 *
 * The mean goes by the competitors' weights.
 *
 * @example two offers of 10.00 and 11.00, both 12 hours old // mean 1050, confidence 0.85 · e^−0.5 = 0.5156
 */
export function marketView(
  offers: readonly FeatureOffer[],
  asOf: number,
  settings: FreshnessSettings,
  priceWar: boolean,
): MarketView {
  const valid = offers
    .filter((offer) => isBuyable(offer.availability) && isFreshOffer(offer, asOf, settings))
    .map(({ competitor, landedPrice, observedAt, weight = 1 }) => ({
      ...{ competitor, price: landedPrice, observedAt },
      weight,
    }))
    .sort((a, b) => a.price - b.price || (a.competitor < b.competitor ? -1 : 1));
  const prices = valid.map(({ price }) => price);
  const newest = Math.max(...valid.map(({ observedAt }) => observedAt));
  const count = valid.length;
  const freshness = count === 0 ? 0 : Math.exp(-(asOf - newest) / DAY_MS);
  return {
    cheapest: competitorPrice(valid[0]),
    secondCheapest: competitorPrice(valid[1]),
    mean: count === 0 ? null : Math.round(weightedMean(valid)),
    median: count === 0 ? null : Math.round(median(prices)),
    count,
    offers: valid,
    confidence: COUNT_CONFIDENCE[Math.min(count, 3)]! * freshness,
    priceWar,
  };
}

/** A competitor's offer that counts, with the competitor's weight. */
export type MarketOffer = CompetitorPrice & { weight: number };

function competitorPrice(offer: MarketOffer | undefined): CompetitorPrice | null {
  if (offer === undefined) return null;
  const { competitor, price, observedAt } = offer;
  return { competitor, price, observedAt };
}

/** The mean price, each competitor's by its weight; where all weights are zero the plain mean. Minor units, not rounded. */
export function weightedMean(offers: readonly MarketOffer[]): number {
  const total = offers.reduce((sum, { weight }) => sum + weight, 0);
  const share = (weight: number) => (total > 0 ? weight / total : 1 / offers.length);
  return offers.reduce((sum, { price, weight }) => sum + price * share(weight), 0);
}

/** When the newest offer was last seen, ms; null without any. */
export function newestOfferAt(offers: readonly FeatureOffer[]): number | null {
  return offers.length === 0 ? null : Math.max(...offers.map(({ observedAt }) => observedAt));
}

/** The market of one SKU: its fresh offers that can be bought. */
export interface MarketView {
  cheapest: CompetitorPrice | null;
  secondCheapest: CompetitorPrice | null;
  /** by the competitors' weights, minor units */
  mean: number | null;
  median: number | null;
  count: number;
  /** the offers that count, cheapest first; absent = they are not known one by one */
  offers?: readonly MarketOffer[];
  /** 0..1: how far the offers can be trusted, by their age and number */
  confidence: number;
  /** the cheapest price expected over the horizon, where its forecast passed its gate */
  expectedCheapest?: number | null;
  /** a price war signal is open for the SKU */
  priceWar: boolean;
}

interface CompetitorPrice {
  competitor: string;
  /** landed price in our currency and tax basis, minor units */
  price: number;
  /** ms */
  observedAt: number;
}
