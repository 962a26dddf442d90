import { controlFunction, type Evidence, type InstrumentSums } from "./instruments.ts";
import { addMoments, cloneMoments, type Moments, noMoments, regress } from "./moments.ts";
import type { DemandPeriod } from "./series.ts";

/** What a SKU's rows say about whether its price was set by its demand; null where they cannot tell. */
export interface EndogeneityEvidence {
  controlFunction: Evidence | null;
  priceFeedback: Evidence | null;
}

/** The same as t statistics. */
export interface EndogeneityStatistics {
  controlFunction: number | null;
  priceFeedback: number | null;
}

/** Whether an estimate is suspect because the price followed demand, and what says so. */
export interface Endogeneity extends EndogeneityStatistics {
  flagged: boolean;
  /** The same questions put to all SKUs of the category together. */
  category: EndogeneityStatistics;
}

/** |t| of a SKU's own evidence above which it is flagged. */
const OWN_T = 2.5;
/** |t| of a category's: it flags all its SKUs, so it has to be surer. */
const CATEGORY_T = 4;

/** The evidence of a SKU; that of the control function divided by the design effect of price spells. */
export function endogeneityEvidence(
  { instruments, feedback }: { instruments: InstrumentSums; feedback: FeedbackSums },
  designEffect: number,
): EndogeneityEvidence {
  const control = controlFunction(instruments);
  return {
    controlFunction: control && {
      score: control.score / designEffect,
      information: control.information / designEffect,
    },
    priceFeedback: priceFeedback(feedback),
  };
}

/** t statistics of all SKUs' evidence together, shocks that they share allowed for by their design effect. */
export function pooledStatistics(
  evidence: readonly EndogeneityEvidence[],
  designEffect: number,
): EndogeneityStatistics {
  const together = (kind: keyof EndogeneityEvidence) => {
    let score = 0;
    let information = 0;
    for (const one of evidence) {
      score += one[kind]?.score ?? 0;
      information += one[kind]?.information ?? 0;
    }
    return information > 0 ? score / Math.sqrt(information * designEffect) : null;
  };
  return { controlFunction: together("controlFunction"), priceFeedback: together("priceFeedback") };
}

const NOT_TOLD: EndogeneityStatistics = { controlFunction: null, priceFeedback: null };

/** What is reported: a SKU is flagged by its own evidence, or by that of its category if it has any itself. */
export function endogeneityOf(
  evidence: EndogeneityEvidence,
  category: EndogeneityStatistics = NOT_TOLD,
): Endogeneity {
  const own = pooledStatistics([evidence], 1);
  const kinds = ["controlFunction", "priceFeedback"] as const;
  const flagged = kinds.some((kind) => {
    if (own[kind] === null) return false;
    return Math.abs(own[kind]) > OWN_T || Math.abs(category[kind] ?? 0) > CATEGORY_T;
  });
  return { flagged, ...own, category: { ...category } };
}

/** Critical value of the chi-square test with one degree of freedom at the 1 % level. */
const CRITICAL = 6.635;

/**
 * Hausman (1978) test of price endogeneity: an estimate from all days against one from days whose price was
 * set at random. H = (b_all - b_random)² / (V_random - V_all); above 6.6 the price reacted to demand and
 * the estimate from all days should not be automated on. Null when the random days are not the less precise
 * of the two.
 */
export function hausman(
  all: { mean: number; sd: number },
  randomised: { mean: number; sd: number },
): { statistic: number; flagged: boolean } | null {
  const variance = randomised.sd ** 2 - all.sd ** 2;
  if (!(variance > 0)) return null;
  const statistic = (all.mean - randomised.mean) ** 2 / variance;
  return { statistic, flagged: statistic > CRITICAL };
}

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

const row3 = new Float64Array(3);

/** Takes a row in: its price, and the standardised error with which its demand was predicted. */
export function recordFeedback(sums: FeedbackSums, row: DemandPeriod, price: number, residual: number): void {
  // a price cut that was announced is the calendar's doing and has its own regressor
  if (!row.covariates?.some((value) => value !== 0)) {
    if (sums.priceBefore !== null) {
      row3[PRICE_BEFORE] = sums.priceBefore;
      row3[SURPRISE] = sums.surprise;
      row3[PRICE] = price;
      addMoments(sums.moments, row3);
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
