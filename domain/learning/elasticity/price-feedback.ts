import type { Evidence } from "./instruments.ts";
import { addMoments, cloneMoments, type Moments, noMoments, regress } from "./moments.ts";
import type { DemandPeriod } from "./series.ts";

/** Sums behind the question whether our price follows demand. */
export interface FeedbackSums {
  /** Exponentially weighted mean of the last standardised demand surprises. */
  surprise: number;
  /** Own log price against its reference in the row before. */
  priceBefore: number | null;
  /** Price before, surprise before, price. */
  moments: Moments;
}

const PRICE_BEFORE = 0;

const SURPRISE = 1;

const PRICE = 2;

/** Weight of the newest surprise: about a week is remembered. */
const NEWEST = 0.25;

const SURPRISE_MAX = 4;

const ROWS_MIN = 28;

/** Price sd, on the log scale, below which there was no price to set. */
const PRICE_SD_MIN = 1e-3;

export function noFeedback(): FeedbackSums {
  return { surprise: 0, priceBefore: null, moments: noMoments(3) };
}

export function cloneFeedback(sums: FeedbackSums): FeedbackSums {
  return { ...sums, moments: cloneMoments(sums.moments) };
}

/** Scratch numbers of one row. */
export function feedbackWorkspace(): Float64Array {
  return new Float64Array(PRICE + 1);
}

/**
 * Takes a row in: its price, and the standardised error with which its demand was predicted. `values`: a
 * `feedbackWorkspace`.
 */
export function recordFeedback(
  sums: FeedbackSums,
  row: DemandPeriod,
  price: number,
  residual: number,
  values: Float64Array,
): void {
  const isAnnounced = row.covariates?.some((value) => value !== 0);
  // a proposal says nothing of how the shop sets its prices; an announced cut is the calendar's doing and has its own regressor
  if (row.proposed) sums.priceBefore = null;
  else if (!isAnnounced) {
    if (sums.priceBefore !== null) {
      values[PRICE_BEFORE] = sums.priceBefore;
      values[SURPRISE] = sums.surprise;
      values[PRICE] = price;
      addMoments(sums.moments, values);
    }
    sums.priceBefore = price;
  }
  const surprise = Math.max(-SURPRISE_MAX, Math.min(SURPRISE_MAX, residual));
  sums.surprise += NEWEST * (surprise - sums.surprise);
}

/**
 * Whether recent demand foretells the next price beyond what the price before does (Granger 1969): regression of the
 * price on the price before and the smoothed surprises before. A shop that sets prices by sales shows; prices drawn at
 * random, or set by cost and competitors, do not. Null where the price hardly moved.
 */
export function priceFeedback({ moments }: FeedbackSums): Evidence | null {
  if (moments.count < ROWS_MIN) return null;
  const fit = regress(moments, PRICE, [PRICE_BEFORE, SURPRISE]);
  if (fit === null || fit.squares < moments.count * PRICE_SD_MIN ** 2 * 0.01) return null;
  const variance = fit.squares / fit.freedom;
  const information = fit.own[SURPRISE]! / variance;
  return { score: fit.slopes[SURPRISE]! * information, information };
}
