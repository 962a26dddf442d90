import { currencyExponent } from "../base/currency.ts";
import { uniform } from "../base/keyed-random.ts";
import type { Hyper } from "../learning/elasticity/em.ts";
import { filterSeries } from "../learning/elasticity/filter.ts";
import { withIncumbent } from "../learning/elasticity/incumbent.ts";
import { type Judgement, judge, judgedLikelihood } from "../learning/elasticity/judgement.ts";
import { pool } from "../learning/elasticity/pool.ts";
import { defaultPrior } from "../learning/elasticity/prior.ts";
import { promotionBias } from "../learning/elasticity/promotion-bias.ts";
import type { ElasticitySeries } from "../learning/elasticity/series.ts";
import { calendarScale, slowScales } from "../learning/elasticity/slow-scale.ts";
import { DEFAULT_CONFIG, type FilterState } from "../learning/elasticity/state.ts";
import { sufficientOf } from "../learning/elasticity/sufficient.ts";
import {
  fitWeekly,
  isOverdispersed,
  preferredSeries,
  type WeeklyFit,
} from "../learning/elasticity/weekly.ts";
import { inDays } from "../learning/features/periods.ts";
import { elasticitySeries, type SkuFeatures } from "../learning/features/sku-features.ts";
import type { CategoryDemand } from "../learning/forecasting/demand-state.ts";
import {
  type CategoryHours,
  categoryProfiles,
  type HourProfile,
  profileOf,
} from "../learning/forecasting/hour-profile.ts";
import { factorsOf, settledCalendars } from "./calendar.ts";
import { familyPrices } from "./cross-effects.ts";
import { forecastClock } from "./intraday-forecast.ts";
import { filterContexts, type KeptFilter, nameOfDays } from "./kept-filter.ts";
import type {
  FinishedSku,
  IdentifiedFilter,
  Pooled,
  PoolInput,
  SkuSnapshot,
  StoredReport,
  WeeklySku,
} from "./learned.ts";
import type { RunManifest } from "./manifest.ts";
import { demandState, type ForecastClock, forecastSku } from "./sku-forecast.ts";
import { judgedOf, posteriorOf, reportOf } from "./sku-posterior.ts";
import { contributionsOf, trialsByWorth } from "./trial-budget.ts";

/** Weekly series are fitted together; beyond this many the rest stays on days. */
const WEEKLY_MAX = 5_000;
/** SKUs whose residuals are pooled. */
const RESIDUALS_MAX = 10_000;

/**
 * First phase: each SKU's demand filter under the default prior, with the calendar that the last run settled on; from where the last
 * run left it, or over the whole history.
 */
export function filterSkus(snapshots: readonly SkuSnapshot[], manifest: RunManifest): (KeptFilter | null)[] {
  const contextOf = filterContexts(manifest);
  return snapshots.map(({ features, kept }) => {
    if (features.days.length === 0) return null;
    const { factors, under } = contextOf(features);
    const series = elasticitySeries(features, kept?.days);
    const prior = kept?.state.prior ?? defaultPrior(series.covariateNames);
    const state = filterSeries(series, prior, DEFAULT_CONFIG, factors, kept?.state);
    const seen = nameOfDays(kept ? features.days.slice(kept.days) : features.days, kept?.seen);
    return { state, days: features.days.length, seen, under };
  });
}

/**
 * What pooling needs of a filtered SKU. The residuals tell how far SKUs move together; of very many SKUs a sample, drawn
 * by name, tells it as well, and all of them would not fit into memory.
 */
export function poolInput(
  { state, identification }: IdentifiedFilter,
  { features, contribution }: SkuSnapshot,
  manifest: RunManifest,
): PoolInput {
  const sufficient = sufficientOf(state);
  const weekly = weeklyOf(state, features);
  const sampled = isSampled(features.sku, manifest) ? sufficient : { ...sufficient, residuals: [] };
  const family = familyPrices(features, sampled);
  return {
    sufficient: sampled,
    identification,
    meanUnits: state.meanUnits,
    dispersion: state.dispersion.phi,
    weekly,
    currency: features.currency,
    ...(contribution !== undefined && { contribution }),
    ...(family && { family }),
  };
}

/** The series of weeks, or months, that is fitted among its like; null where counts are modelled. */
function weeklyOf(state: FilterState, features: SkuFeatures): ElasticitySeries | null {
  if (state.observation === "log-normal") return elasticitySeries(features);
  if (state.period !== "day" || !isOverdispersed(state)) return null;
  const series = preferredSeries(elasticitySeries(features), state);
  return series.period === "day" ? null : series;
}

function isSampled(sku: string, { seed, skus }: RunManifest): boolean {
  if (skus <= RESIDUALS_MAX) return true;
  return uniform(seed, ...Array.from(sku, (letter) => letter.codePointAt(0)!)) < RESIDUALS_MAX / skus;
}

/** Fourth phase: pools the statistics of all SKUs, in SKU order; series of weekly totals are fitted among themselves. */
export function poolSkus(
  inputs: readonly PoolInput[],
  manifest: RunManifest,
): { pooled: Pooled; weekly: Map<string, WeeklySku> } {
  const sorted = [...inputs].sort((a, b) => (a.sufficient.sku < b.sufficient.sku ? -1 : 1));
  const onWeeks = sorted.filter(({ weekly }) => weekly !== null).slice(0, WEEKLY_MAX);
  const weeklySkus = new Set(onWeeks.map(({ sufficient }) => sufficient.sku));
  const daily = sorted.filter(({ sufficient }) => !weeklySkus.has(sufficient.sku));
  const previous = manifest.previous?.pooled ?? { daily: null, weekly: null };
  const judgement = judge(daily.map(judgedOf), previous.daily?.promotions);
  const fit: WeeklyFit | null =
    onWeeks.length === 0
      ? null
      : fitWeekly(
          onWeeks.map(({ weekly }) => weekly!),
          previous.weekly ?? undefined,
        );
  const hyper =
    daily.length === 0
      ? null
      : {
          ...settledCalendars(poolJudged(daily, judgement, previous.daily), previous.daily, manifest),
          slowScales: slowScales(daily.map(({ identification }) => identification.slow)),
          calendarScale: calendarScale(daily.map(({ identification }) => identification.calendar)),
        };
  const weekly = new Map(
    (fit?.states ?? []).map((state, i) => [state.sku, { state, prior: fit!.priors[i]! }] as const),
  );
  return {
    pooled: {
      ...{ daily: hyper, weekly: fit?.hyper ?? null, judgement },
      ...{ categories: demandOf(sorted), contributions: contributionsOf(sorted) },
      ...(hyper && trialsByWorth(daily, { hyper, judgement }, manifest)),
    },
    weekly,
  };
}

/** Pools what the SKUs' histories say of their elasticities, as far as they are believed; and says how far to believe them next. */
function poolJudged(inputs: readonly PoolInput[], judgement: Judgement, previous: Hyper | null): Hyper {
  const stats = inputs.map((input) => input.sufficient);
  const inputOf = new Map(inputs.map((input) => [input.sufficient, input]));
  const likelihoodOf = (input: PoolInput, under: Judgement) =>
    withIncumbent(judgedLikelihood(judgedOf(input), under), input.identification.lerner);
  const hyper = pool(stats, previous ?? undefined, (stat) => likelihoodOf(inputOf.get(stat)!, judgement));
  const categories = Map.groupBy(inputs, ({ sufficient }) => sufficient.category);
  const promotions = promotionBias(categories, hyper, (input, promotions) =>
    likelihoodOf(input, { ...judgement, promotions }),
  );
  return { ...hyper, promotions };
}

function demandOf(sorted: readonly PoolInput[]): Pooled["categories"] {
  const categories: Pooled["categories"] = {};
  for (const { sufficient, meanUnits, dispersion } of sorted) {
    const known = categories[sufficient.category] ?? { unitsPerDay: 0, dispersion: 0, skus: 0 };
    categories[sufficient.category] = known;
    known.unitsPerDay += meanUnits;
    known.dispersion += dispersion;
    known.skus++;
  }
  for (const known of Object.values(categories)) known.dispersion /= known.skus;
  return categories;
}

/** Last phase: each SKU's posterior under its leave-one-out prior, and its forecasts; `hours` where events tell them. */
export function finishSkus(
  snapshots: readonly SkuSnapshot[],
  filtered: readonly (IdentifiedFilter | null)[],
  learned: { pooled: Pooled; weekly: ReadonlyMap<string, WeeklySku>; hours?: CategoryHours },
  manifest: RunManifest,
): FinishedSku[] {
  const clock = forecastClock(manifest);
  const profiles = categoryProfiles(learned.hours ?? {});
  return snapshots.map((snapshot, i) => {
    const known = filtered[i] ?? null;
    const fitted = known && posteriorOf(snapshot, known, learned, manifest, clock.calendar);
    const report = known && fitted && reportOf(snapshot, fitted, known.seen, learned.pooled, manifest);
    const profile = profileOf(profiles, snapshot.features.category, snapshot.ownHours);
    return { report, ...forecastOf(snapshot, report, learned.pooled, { clock, profile }) };
  });
}

function forecastOf(
  { features, competitors, track, price, stock, unitsToday, sales, ownHours, restockDate }: SkuSnapshot,
  report: StoredReport | null,
  pooled: Pooled,
  { clock, profile }: { clock: ForecastClock; profile: HourProfile },
) {
  const { weekday, holidays } = factorsOf(pooled.daily, features.category, clock.calendar);
  const filter =
    report && demandState(report, Math.log(price / 10 ** currencyExponent(features.currency)), weekday);
  const group = pooled.categories[features.category];
  const category: CategoryDemand | null = group
    ? {
        unitsPerDay: group.unitsPerDay,
        share: 1 / group.skus,
        dispersion: group.dispersion,
        levelNoise: DEFAULT_CONFIG.levelNoise["quasi-poisson"],
        weekday,
      }
    : null;
  const today = { unitsToday, sales, stock, profile, restockDate, ...(ownHours && { ownHours }) };
  const response = { price, elasticity: report?.mean ?? 0 };
  return forecastSku(
    { features: inDays(features), competitors, track, ...today, ...response, filter, category, holidays },
    clock,
  );
}
