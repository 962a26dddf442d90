import {
  countIn,
  DRIFT_FEATURES,
  type DriftDay,
  type DriftFeature,
  type Histogram,
  joinHistograms,
} from "./drift.ts";
import { meanDay, type SkuDays } from "./sku-days.ts";

/** A product on sale as its drift is measured. */
export interface DriftProduct {
  days: SkuDays;
  /** served price, minor units */
  price: number;
  stock: number | null;
  /** days until its stock has to be gone, 0 or less = its day is over; null = none */
  clearanceDays: number | null;
  /** units that were predicted for yesterday */
  predicted: number | null;
}

/** Sums over products, of one shard or all. Plain JSON. */
export interface DriftPart {
  histograms: Record<DriftFeature, Histogram>;
  predictions: {
    skus: number;
    over: number;
    predicted: number;
    predictedSquares: number;
    actual: number;
    actualSquares: number;
  };
  revenue: number;
  skus: number;
  soldOut: number;
  clearanceMisses: number;
}

/** Days of stock where nothing sells. */
const ENDLESS_DAYS = 999;
/** Days in which stock should turn where no date says so. */
const TURN_DAYS = 30;

export function emptyPart(): DriftPart {
  return {
    histograms: { sales_roll_mean_7: {}, rel_price: {}, inventory_pressure: {} },
    predictions: { skus: 0, over: 0, predicted: 0, predictedSquares: 0, actual: 0, actualSquares: 0 },
    ...{ revenue: 0, skus: 0, soldOut: 0, clearanceMisses: 0 },
  };
}

/** Adds what a product says of the drift by yesterday. */
export function addProduct(part: DriftPart, product: DriftProduct, today: number): void {
  const { days, price, stock, clearanceDays, predicted } = product;
  const weekly = meanDay(days.units, days.first, today - 7, today - 1);
  countIn(part.histograms.sales_roll_mean_7, weekly);
  const prices = days.price.slice(-14).filter((one) => one > 0);
  if (prices.length > 0) {
    const mean = prices.reduce((sum, one) => sum + one, 0) / prices.length;
    countIn(part.histograms.rel_price, price / mean);
  }
  if (stock !== null) {
    const daysOfStock = weekly > 0 ? Math.min(ENDLESS_DAYS, stock / weekly) : ENDLESS_DAYS;
    const turn = clearanceDays !== null && clearanceDays > 0 ? clearanceDays : TURN_DAYS;
    countIn(part.histograms.inventory_pressure, daysOfStock / turn);
  }
  const actual = days.units.at(-1) ?? 0;
  part.skus += 1;
  part.revenue += days.revenue.at(-1) ?? 0;
  if (stock === 0) part.soldOut += 1;
  if (clearanceDays !== null && clearanceDays <= 0 && (stock ?? 0) > 0) part.clearanceMisses += 1;
  if (predicted === null) return;
  const { predictions } = part;
  predictions.skus += 1;
  if (predicted > actual) predictions.over += 1;
  predictions.predicted += predicted;
  predictions.predictedSquares += predicted ** 2;
  predictions.actual += actual;
  predictions.actualSquares += actual ** 2;
}

export function joinParts(parts: readonly DriftPart[]): DriftPart {
  const joined = emptyPart();
  for (const feature of DRIFT_FEATURES)
    joined.histograms[feature] = joinHistograms(parts.map(({ histograms }) => histograms[feature]));
  for (const part of parts) {
    for (const name of ["revenue", "skus", "soldOut", "clearanceMisses"] as const) joined[name] += part[name];
    for (const name of Object.keys(joined.predictions) as (keyof DriftPart["predictions"])[])
      joined.predictions[name] += part.predictions[name];
  }
  return joined;
}

/** The part as the summary of a day; the stability indices are added where there is a baseline. */
export function driftDay(part: DriftPart, day: number, psi: DriftDay["psi"]): DriftDay {
  const { skus, over, predicted, predictedSquares, actual, actualSquares } = part.predictions;
  const variance = (sum: number, squares: number) =>
    skus < 2 ? 0 : (squares - (sum * sum) / skus) / (skus - 1);
  const spread = variance(actual, actualSquares);
  const varianceRatio = spread > 0 ? variance(predicted, predictedSquares) / spread : 1;
  return {
    ...{ day, psi, revenue: part.revenue, skus: part.skus, clearanceMisses: part.clearanceMisses },
    prediction: skus === 0 ? null : { skus, predicted, actual, over, varianceRatio },
    soldOut: part.skus > 0 ? part.soldOut / part.skus : 0,
  };
}
