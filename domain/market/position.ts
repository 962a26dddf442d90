/** A product as the market is measured: what we ask, and the offers of competitors that count now. */
export interface MarketProduct {
  category: string;
  brand: string | null;
  /** minor units of the product's currency, as the offers */
  price: number;
  /** what we sell of it; null = not known */
  unitsPerDay: number | null;
  offers: readonly { competitor: string; landedPrice: number }[];
}

/** Where our prices stand among a group of products, as sums that can be added up. */
export interface MarketSums {
  products: number;
  /** with at least one offer that counts */
  compared: number;
  /** we ask no more than every competitor; no less than every competitor; anything else */
  lowest: number;
  highest: number;
  middle: number;
  /** we ask over 10 % more than the cheapest competitor */
  redZone: number;
  /** products in the index, the sum of ln(ours / cheapest), and the same weighted by our revenue a day */
  indexed: number;
  logRatio: number;
  revenue: number;
  weightedLogRatio: number;
}

/** How one competitor prices against us. */
export interface CompetitorSums {
  offers: number;
  /** below ours; by more than 5 % of ours; above ours */
  cheaper: number;
  undercuts: number;
  dearer: number;
  /** sums of (theirs - ours) / ours, and of its size */
  gap: number;
  absoluteGap: number;
  /** offers in the index, and the sum of ln(ours / theirs) */
  indexed: number;
  logRatio: number;
}

/** The market of a catalogue: as a whole, by category, by brand, and by competitor. */
export interface Market {
  all: MarketSums;
  category: Map<string, MarketSums>;
  brand: Map<string, MarketSums>;
  competitor: Map<string, CompetitorSums>;
}

/** A ratio further from 1 than e^0.8 is a wrong match rather than a price. */
const LOG_RATIO_MAX = 0.8;
const RED_ZONE = 0.1;
const UNDERCUT = 0.05;

export function emptyMarket(): Market {
  return { all: noSums(), category: new Map(), brand: new Map(), competitor: new Map() };
}

function noSums(): MarketSums {
  const places = { lowest: 0, highest: 0, middle: 0, redZone: 0 };
  return { products: 0, compared: 0, ...places, indexed: 0, logRatio: 0, revenue: 0, weightedLogRatio: 0 };
}

/** Counts one product into the market. */
export function addToMarket(market: Market, product: MarketProduct): void {
  const groups = [market.all, groupOf(market.category, product.category)];
  if (product.brand !== null) groups.push(groupOf(market.brand, product.brand));
  for (const group of groups) addToSums(group, product);
  for (const { competitor, landedPrice } of product.offers) {
    const sums = market.competitor.get(competitor) ?? {
      ...{ offers: 0, cheaper: 0, undercuts: 0, dearer: 0, gap: 0, absoluteGap: 0 },
      ...{ indexed: 0, logRatio: 0 },
    };
    market.competitor.set(competitor, sums);
    const gap = (landedPrice - product.price) / product.price;
    sums.offers += 1;
    sums.cheaper += gap < 0 ? 1 : 0;
    sums.undercuts += gap < -UNDERCUT ? 1 : 0;
    sums.dearer += gap > 0 ? 1 : 0;
    sums.gap += gap;
    sums.absoluteGap += Math.abs(gap);
    const logRatio = Math.log(product.price / landedPrice);
    if (Math.abs(logRatio) > LOG_RATIO_MAX) continue;
    sums.indexed += 1;
    sums.logRatio += logRatio;
  }
}

function groupOf(groups: Map<string, MarketSums>, name: string): MarketSums {
  const sums = groups.get(name) ?? noSums();
  groups.set(name, sums);
  return sums;
}

function addToSums(sums: MarketSums, { price, unitsPerDay, offers }: MarketProduct): void {
  sums.products += 1;
  if (offers.length === 0) return;
  const theirs = offers.map(({ landedPrice }) => landedPrice);
  const cheapest = Math.min(...theirs);
  sums.compared += 1;
  if (price <= cheapest) sums.lowest += 1;
  else if (price >= Math.max(...theirs)) sums.highest += 1;
  else sums.middle += 1;
  if (price > cheapest * (1 + RED_ZONE)) sums.redZone += 1;
  const logRatio = Math.log(price / cheapest);
  if (Math.abs(logRatio) > LOG_RATIO_MAX) return;
  const revenue = price * (unitsPerDay ?? 0);
  sums.indexed += 1;
  sums.logRatio += logRatio;
  sums.revenue += revenue;
  sums.weightedLogRatio += revenue * logRatio;
}

/**
 * Our prices as a per cent of the cheapest competitor's, or of one competitor's, as the geometric mean over what is
 * compared: above 100 we are dearer. Null if nothing is compared. (The Jevons index of price statistics.)
 * @example two products at 110 against 100 and 100 against 100 // 100 * sqrt(1.1) = 104.88
 */
export function priceIndex({ indexed, logRatio }: Pick<MarketSums, "indexed" | "logRatio">): number | null {
  return indexed === 0 ? null : 100 * Math.exp(logRatio / indexed);
}

/**
 * The same, each product weighted by our revenue a day (a geometric Laspeyres index); null if no revenue is known.
 * @example revenue 300 at 110 against 100, revenue 100 at 100 against 100 // 100 * 1.1^0.75 = 107.41
 */
export function weightedPriceIndex({ revenue, weightedLogRatio }: MarketSums): number | null {
  return revenue === 0 ? null : 100 * Math.exp(weightedLogRatio / revenue);
}

/**
 * How hard a competitor competes on price: the share of its offers over 5 % below ours, times its mean distance from
 * our prices in per cent.
 * @example 4 offers, 2 of them undercuts, mean distance 8 % // 0.5 * 8 = 4
 */
export function aggression({ offers, undercuts, absoluteGap }: CompetitorSums): number {
  return offers === 0 ? 0 : (undercuts / offers) * ((100 * absoluteGap) / offers);
}
