/**
 * What the challenger looks at. The first three move with our own price, and expected demand may only fall as
 * they rise: so it falls in our price, whatever the rest is.
 */
export const CHALLENGER_FEATURES: readonly Feature[] = [
  { name: "log_price_ratio", monotone: -1 },
  { name: "competitor_gap", monotone: -1 },
  { name: "competitor_rank", monotone: -1 },
  { name: "has_competitor", monotone: 0 },
  { name: "weekday", monotone: 0 },
  { name: "lag_7", monotone: 0 },
  { name: "lag_28", monotone: 0 },
  { name: "promotion", monotone: 0 },
  { name: "stock_cover", monotone: 0 },
  { name: "age", monotone: 0 },
];

/** Our price on a day among the others. All in one unit of money. */
export interface PricePoint {
  price: number;
  /** the SKU's reference price, fixed for its life */
  reference: number;
  /** the competitors' buyable prices */
  rivals: readonly number[];
}

/** The rest of what is known of the SKU on a day. */
export interface DayContext {
  /** 0 = Sunday */
  weekday: number;
  /** mean units per day on sale of the 7 and 28 days before */
  lag7: number;
  lag28: number;
  promo: boolean;
  /** whole units; null = unknown, which counts as ample */
  stock: number | null;
  /** days since the first day of demand */
  age: number;
}

const GAP_MAX = 1;
const COVER_DAYS_MAX = 180;
const UNITS_PER_DAY_MIN = 0.05;

/** Writes the features that depend on our price to out[at..at + 4). */
function writePriceFeatures(point: PricePoint, out: Float64Array, at = 0): void {
  const { price, reference, rivals } = point;
  let cheapest = Number.POSITIVE_INFINITY;
  let cheaper = 0;
  for (const rival of rivals) {
    cheapest = Math.min(cheapest, rival);
    if (rival < price) cheaper++;
    else if (rival === price) cheaper += 0.5;
  }
  const alone = rivals.length === 0;
  out[at] = Math.log(price / reference);
  out[at + 1] = alone ? 0 : Math.max(-GAP_MAX, Math.min(GAP_MAX, Math.log(price / cheapest)));
  out[at + 2] = alone ? 0 : cheaper / rivals.length;
  out[at + 3] = alone ? 0 : 1;
}

/** Writes a whole feature vector to out[at..at + CHALLENGER_FEATURES.length). */
export function writeFeatures(point: PricePoint, context: DayContext, out: Float64Array, at = 0): void {
  const { weekday, lag7, lag28, promo, stock, age } = context;
  const cover = stock === null ? COVER_DAYS_MAX : stock / Math.max(UNITS_PER_DAY_MIN, lag28);
  writePriceFeatures(point, out, at);
  out[at + 4] = weekday;
  out[at + 5] = Math.log1p(lag7);
  out[at + 6] = Math.log1p(lag28);
  out[at + 7] = promo ? 1 : 0;
  out[at + 8] = Math.log1p(Math.min(COVER_DAYS_MAX, cover));
  out[at + 9] = Math.log1p(Math.max(0, age));
}

/** A column of the panel. `monotone` -1: expected demand may only fall as the feature rises, 1: only rise. */
export interface Feature {
  readonly name: string;
  readonly monotone: -1 | 0 | 1;
}
