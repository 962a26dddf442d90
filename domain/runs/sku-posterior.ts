import { driftEvidence, statistic } from "../learning/elasticity/drift.ts";
import type { Hyper } from "../learning/elasticity/em.ts";
import { endogeneityEvidence } from "../learning/elasticity/endogeneity.ts";
import { filterSeries } from "../learning/elasticity/filter.ts";
import { type Believed, believe } from "../learning/elasticity/incumbent.ts";
import {
  changeUnder,
  type Judged,
  type Judgement,
  judgedLikelihood,
  reasonsOf,
} from "../learning/elasticity/judgement.ts";
import { defaultPrior, OWN, type Prior } from "../learning/elasticity/prior.ts";
import {
  dailyDemand,
  elasticityReport,
  IDENTIFIED_SHRINK,
  type ReportContext,
} from "../learning/elasticity/report.ts";
import { skuPrior } from "../learning/elasticity/sku-prior.ts";
import { firstOf, withSlopes } from "../learning/elasticity/slopes.ts";
import { DEFAULT_CONFIG, type FilterState } from "../learning/elasticity/state.ts";
import type { Likelihood } from "../learning/elasticity/sufficient.ts";
import { elasticitySeries } from "../learning/features/sku-features.ts";
import { factorsOf, isSameCalendar } from "./calendar.ts";
import type { IdentifiedFilter, Pooled, PoolInput, SkuSnapshot, StoredReport, WeeklySku } from "./learned.ts";
import { CODE_VERSION, type RunManifest } from "./manifest.ts";

/** Named in every stored elasticity: changes with the model's meaning. */
const MODEL_VERSION = `dynamic-poisson-eb ${CODE_VERSION}`;

/** A SKU's state and prior under what all SKUs taught. */
export interface Fitted {
  state: FilterState;
  prior: Prior;
  learned?: NonNullable<ReportContext["learned"]>;
}

/** A SKU's posterior under its leave-one-out prior; the filter, with the calendar learned, keeps the level. */
export function posteriorOf(
  { features }: SkuSnapshot,
  { state, identification }: IdentifiedFilter,
  { pooled, weekly }: { pooled: Pooled; weekly: ReadonlyMap<string, WeeklySku> },
  manifest: RunManifest,
  calendar: Readonly<Record<number, string>>,
): Fitted {
  const onWeeks = weekly.get(features.sku);
  if (onWeeks) return onWeeks;
  const judged: Judged = {
    category: state.category,
    endogeneity: endogeneityEvidence(state, 1),
    identification,
  };
  const { prior, slopes, shrink } = believedOf(judged, pooled.daily!, pooled.judgement);
  const learned = {
    slopes,
    shrink,
    reasons: reasonsOf(judged, pooled.judgement, shrink >= IDENTIFIED_SHRINK),
    change: changeUnder(judged, pooled.judgement),
    stability: statistic(driftEvidence(identification)),
  };
  const before = factorsOf(manifest.previous?.pooled.daily ?? null, features.category, calendar);
  const after = factorsOf(pooled.daily, features.category, calendar);
  const series = elasticitySeries(features);
  const level = isSameCalendar(before, after)
    ? state
    : filterSeries(series, defaultPrior(series.covariateNames), DEFAULT_CONFIG, after);
  const effects = level.mean.length - 1;
  return { state: withSlopes(level, firstOf(slopes, effects), firstOf(prior, effects)), prior, learned };
}

/** What pooling reads of a SKU, as its history is judged. */
export function judgedOf({ sufficient, identification }: PoolInput): Judged {
  const { category, endogeneity } = sufficient;
  return { category, endogeneity, identification };
}

/** What is believed of a SKU's elasticity under what the catalogue taught. */
export function believedOf(judged: Judged, daily: Hyper, judgement: Judgement): Believed {
  const right = daily.pricesRight ? { chances: daily.pricesRight, within: daily.within[OWN]! } : null;
  const priorOf = (likelihood: Likelihood) => skuPrior(daily, likelihood);
  return believe(judgedLikelihood(judged, judgement), judged.identification, priorOf, right);
}

/** What is kept of it. */
export function reportOf(
  { features }: SkuSnapshot,
  { state, prior, learned }: Fitted,
  inputsHash: string,
  pooled: Pooled,
  manifest: RunManifest,
): StoredReport {
  const asOf = new Date(manifest.asOf).toISOString();
  const hyper = state.observation === "log-normal" ? pooled.weekly : pooled.daily;
  const category = hyper?.categories[features.category]?.endogeneity;
  const context = {
    asOf,
    modelVersion: MODEL_VERSION,
    sensitivity: manifest.settings.sensitivity,
    ...(category && { category }),
    ...(learned && { learned }),
  };
  return {
    ...elasticityReport(state, prior, context),
    period: state.period,
    inputsHash,
    demand: { ...dailyDemand(state), logPrice: state.price.last },
  };
}
