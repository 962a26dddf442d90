import { apply } from "../../base/matrix.ts";
import type { Change } from "./drift.ts";
import {
  type Endogeneity,
  type EndogeneityStatistics,
  endogeneityEvidence,
  endogeneityOf,
} from "./endogeneity.ts";
import { REASON_TEXT } from "./judgement.ts";
import type { Reason } from "./own-price.ts";
import { COMPETITOR, OWN, type Prior } from "./prior.ts";
import { competitorRegressor } from "./regressors.ts";
import { PERIOD_DAYS } from "./series.ts";
import { signedBelow, signedInterval } from "./signed-normal.ts";
import { posteriorSlopes, type Slopes } from "./slopes.ts";
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
  /** Why its own history says little or nothing of its elasticity, most telling first, and the first in words. */
  reasons: Reason[];
  reason: string | null;
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
/** Share of the prior variance that a SKU's own data have to remove for it to be identified. */
export const IDENTIFIED_SHRINK = 0.25;
const LABEL_PROBABILITY = 0.8;
const MODERATE_PROBABILITY = 0.6;
const REFERENCE_PRICE_SD = 0.1;

/**
 * Posterior of b under `prior`, with the likelihood's information divided by the design effect of price
 * spells. This, and not the filter's running covariance, is what intervals are made of.
 */
export function posterior(state: FilterState, prior: Prior): Slopes {
  return posteriorSlopes(rawInformation(state), prior);
}

/** What a report is told beside the SKU's filter. */
export interface ReportContext {
  asOf: string;
  modelVersion: string;
  sensitivity?: SensitivityLimits;
  /** Whether the category's prices were set by demand. */
  category?: EndogeneityStatistics;
  /** What was learned from the part of the price's history that can be learned from; without it, the filter's own. */
  learned?: { slopes: Slopes; shrink: number; reasons: Reason[]; change: Change; stability: number };
}

/** Elasticity report of a filtered SKU under its pooled prior. `asOf` is an ISO instant, kept as given. */
export function elasticityReport(state: FilterState, prior: Prior, context: ReportContext): ElasticityReport {
  const { learned } = context;
  const { mean: b, covariance } = learned?.slopes ?? posterior(state, prior);
  const d = b.length;
  const mean = b[OWN]!;
  const variance = covariance[0]!;
  const sd = Math.sqrt(variance);
  const shrink = learned?.shrink ?? Math.max(0, 1 - variance / prior.covariance[0]!);
  const competitor = COMPETITOR * (d + 1);
  const competitorShrink = 1 - covariance[competitor]! / prior.covariance[competitor]!;
  const evidence = endogeneityEvidence(state, prior.designEffect ?? 1);
  const endogeneity = endogeneityOf(evidence, context.category);
  const below = (bound: number) => signedBelow(mean, sd, bound);
  const reasons = learned?.reasons ?? [];
  return {
    sku: state.sku,
    category: state.category,
    mean,
    sd,
    ci95: signedInterval(mean, sd, Z95),
    ci80: signedInterval(mean, sd, Z80),
    nEff: effectiveDays(state, prior.covariance[0]! * (1 - shrink), prior.covariance[0]!),
    shrink,
    identified: shrink >= IDENTIFIED_SHRINK && !reasons.includes("wrong-sign"),
    label: labelOf(below(-1), below(-2)),
    sensitivity: sensitivityOf(mean, context.sensitivity),
    probabilityElastic: below(-1),
    competitor: {
      mean: b[COMPETITOR]!,
      sd: Math.sqrt(covariance[competitor]!),
      identified: competitorShrink >= IDENTIFIED_SHRINK,
    },
    priorMean: prior.mean[OWN]!,
    priorSd: Math.sqrt(prior.covariance[0]!),
    stability: learned?.stability ?? state.stability,
    drifting: learned?.change.isDrifting ?? (state.driftUntil !== null && state.lastT <= state.driftUntil),
    endogeneityFlag: endogeneity.flagged || reasons.some((reason) => CONFOUNDED.has(reason)),
    endogeneity,
    noCompetitor: state.competitorPeriods === 0,
    overdispersed: isOverdispersed(state),
    reasons,
    reason: reasons.length > 0 ? REASON_TEXT[reasons[0]!] : null,
    rows: state.count,
    skipped: state.skipped,
    asOf: context.asOf,
    modelVersion: context.modelVersion,
  };
}

/** Reasons that mean that an estimate from history would be wrong, not only that there is none. */
const CONFOUNDED: ReadonlySet<Reason> = new Set<Reason>([
  "cycle",
  "demand-driven",
  "wrong-sign",
  "implausible",
  "sold-out-zeros",
  "unflagged-promotions",
]);

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

/** Where the labels of price sensitivity begin. */
export interface SensitivityLimits {
  high: number;
  medium: number;
}
const USUAL_LIMITS: SensitivityLimits = { high: -1, medium: -0.3 };

/** High at or below -1, medium at or below -.3, else low, unless other limits are set. */
export function sensitivityOf(elasticity: number, limits: SensitivityLimits = USUAL_LIMITS): Sensitivity {
  if (elasticity <= limits.high) return "high";
  return elasticity <= limits.medium ? "medium" : "low";
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
