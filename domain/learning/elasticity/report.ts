import { addScaled, apply, inverse } from "../../base/matrix.ts";
import { normalCdf } from "../../base/normal.ts";
import {
  type Endogeneity,
  type EndogeneityStatistics,
  endogeneityEvidence,
  endogeneityOf,
} from "./endogeneity.ts";
import { COMPETITOR, OWN, type Prior } from "./prior.ts";
import { competitorRegressor } from "./regressors.ts";
import { PERIOD_DAYS } from "./series.ts";
import type { FilterState } from "./state.ts";
import { rawInformation } from "./sufficient.ts";
import { isOverdispersed } from "./weekly.ts";

/** How elastic demand is, where the posterior decides it. */
export type ElasticityLabel = "inelastic" | "moderate" | "elastic" | "uncertain";
/** Coarse price sensitivity by the posterior mean alone. */
export type Sensitivity = "high" | "medium" | "low";

/** What is reported about one SKU's elasticity. All effects are log-log (percent per percent). */
export interface ElasticityReport {
  sku: string;
  category: string;
  mean: number;
  sd: number;
  ci95: [number, number];
  ci80: [number, number];
  /** Days at mean demand with a 10 % price sd that would be as informative. */
  nEff: number;
  /** Share of the prior variance removed by the SKU's own data. */
  shrink: number;
  /** True if that share is at least a quarter. */
  identified: boolean;
  label: ElasticityLabel;
  sensitivity: Sensitivity;
  /** P(elasticity < -1). */
  probabilityElastic: number;
  competitor: { mean: number; sd: number; identified: boolean };
  priorMean: number;
  priorSd: number;
  /** |change over the last 28 days| in standard errors, and whether it is being followed as drift. */
  stability: number;
  drifting: boolean;
  /** True if prices seem to have followed demand: the estimate is then biased and moves by itself stay small. */
  endogeneityFlag: boolean;
  endogeneity: Endogeneity;
  /** True if no competitor price was ever seen. */
  noCompetitor: boolean;
  /** True if daily counts are too overdispersed for the count model (weekly totals serve better). */
  overdispersed: boolean;
  rows: number;
  skipped: number;
  asOf: string;
  modelVersion: string;
}

/**
 * Demand per day at the current price and competitor: log mean, its variance, dispersion φ (variance/mean).
 */
export interface DailyDemand {
  logMean: number;
  logVar: number;
  phi: number;
}

const Z95 = 1.959963984540054;
const Z80 = 1.2815515655446004;
const IDENTIFIED_SHRINK = 0.25;
const LABEL_PROBABILITY = 0.8;
const MODERATE_PROBABILITY = 0.6;
const REFERENCE_PRICE_SD = 0.1;

/**
 * Posterior of b under `prior`, with the likelihood's information divided by the design effect of price
 * spells. This, and not the filter's running covariance, is what intervals are made of.
 */
export function posterior(state: FilterState, prior: Prior): { mean: number[]; covariance: number[] } {
  const d = prior.mean.length;
  const { J, h } = rawInformation(state);
  const share = 1 / (prior.designEffect ?? 1);
  const precision = inverse(prior.covariance, d);
  const covariance = inverse(addScaled(precision, J, share), d);
  return { covariance, mean: apply(covariance, addScaled(apply(precision, prior.mean), h, share)) };
}

/** Elasticity report of a filtered SKU under its pooled prior. `asOf` is an ISO instant, kept as given. */
export function elasticityReport(
  state: FilterState,
  prior: Prior,
  context: { asOf: string; modelVersion: string; category?: EndogeneityStatistics },
): ElasticityReport {
  const d = prior.mean.length;
  const { mean: b, covariance } = posterior(state, prior);
  const mean = b[OWN]!;
  const variance = covariance[0]!;
  const sd = Math.sqrt(variance);
  const shrink = Math.max(0, 1 - variance / prior.covariance[0]!);
  const competitorVariance = covariance[COMPETITOR * d + COMPETITOR]!;
  const competitorShrink = 1 - competitorVariance / prior.covariance[COMPETITOR * d + COMPETITOR]!;
  const evidence = endogeneityEvidence(state, prior.designEffect ?? 1);
  const endogeneity = endogeneityOf(evidence, context.category);
  const below = (z: number) => normalCdf((z - mean) / sd);
  return {
    sku: state.sku,
    category: state.category,
    mean,
    sd,
    ci95: [mean - Z95 * sd, mean + Z95 * sd],
    ci80: [mean - Z80 * sd, mean + Z80 * sd],
    nEff: effectiveDays(state, variance, prior.covariance[0]!),
    shrink,
    identified: shrink >= IDENTIFIED_SHRINK,
    label: labelOf(below(-1), below(-2)),
    sensitivity: sensitivityOf(mean),
    probabilityElastic: below(-1),
    competitor: {
      mean: b[COMPETITOR]!,
      sd: Math.sqrt(competitorVariance),
      identified: competitorShrink >= IDENTIFIED_SHRINK,
    },
    priorMean: prior.mean[OWN]!,
    priorSd: Math.sqrt(prior.covariance[0]!),
    stability: state.stability,
    drifting: state.driftUntil !== null && state.lastT <= state.driftUntil,
    endogeneityFlag: endogeneity.flagged,
    endogeneity,
    noCompetitor: state.competitorPeriods === 0,
    overdispersed: isOverdispersed(state),
    rows: state.count,
    skipped: state.skipped,
    asOf: context.asOf,
    modelVersion: context.modelVersion,
  };
}

/** Own-price information in units of one day at mean demand with a 10 % price sd. */
function effectiveDays(state: FilterState, variance: number, priorVariance: number): number {
  const information = Math.max(0, 1 / variance - 1 / priorVariance);
  const { phi } = state.dispersion;
  const perPeriod = state.observation === "log-normal" ? 1 / phi : Math.max(state.meanUnits, 1e-6) / phi;
  return (information / (perPeriod * REFERENCE_PRICE_SD ** 2)) * PERIOD_DAYS[state.period];
}

/** Label from P(e < -1) and P(e < -2). */
export function labelOf(belowOne: number, belowTwo: number): ElasticityLabel {
  if (1 - belowOne >= LABEL_PROBABILITY) return "inelastic";
  if (belowTwo >= LABEL_PROBABILITY) return "elastic";
  if (belowOne - belowTwo >= MODERATE_PROBABILITY) return "moderate";
  return "uncertain";
}

/** High at or below -1, medium at or below -.3, else low. */
export function sensitivityOf(elasticity: number): Sensitivity {
  if (elasticity <= -1) return "high";
  return elasticity <= -0.3 ? "medium" : "low";
}

/** Mean daily demand at the last price, competitor and covariates seen, calendar effects left out. */
export function dailyDemand(state: FilterState): DailyDemand {
  const x = [
    1,
    state.price.last - state.logPriceRef,
    competitorRegressor(state, null, state.lastT),
    ...state.covariates,
  ];
  const effect = state.prior.designEffect ?? 1;
  const f = x.reduce((sum, value, i) => sum + value * state.mean[i]!, 0);
  const q = apply(state.covariance, x).reduce((sum, value, i) => sum + value * x[i]!, 0);
  const { phi } = state.dispersion;
  return {
    logMean: f - Math.log(PERIOD_DAYS[state.period]),
    logVar: q * effect,
    phi: state.observation === "log-normal" ? Math.max(1, phi * Math.exp(f)) : phi,
  };
}
