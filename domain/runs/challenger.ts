import { currencyExponent } from "../base/currency.ts";
import { key } from "../base/keyed-random.ts";
import { civilDay, dayNumber } from "../base/time.ts";
import { startState } from "../learning/elasticity/filter.ts";
import { coefficientNames, defaultPrior } from "../learning/elasticity/prior.ts";
import { categoryPrior } from "../learning/elasticity/sku-prior.ts";
import { DEFAULT_CONFIG } from "../learning/elasticity/state.ts";
import { inDays } from "../learning/features/periods.ts";
import { elasticitySeries, type SkuFeatures } from "../learning/features/sku-features.ts";
import { type ChallengerFit, fitChallenger } from "../pricing/challenger/fit.ts";
import { challengerView } from "../pricing/challenger/ml-challenger.ts";
import { type DemandRows, dayContext, joinRows, skuRows } from "../pricing/challenger/panel.ts";
import type { ChallengerView } from "../pricing/inputs.ts";
import { textKey } from "../pricing/optimisation/thompson.ts";
import type { Settings } from "../settings/settings.ts";
import { calendarOf, factorsOf } from "./calendar.ts";
import type { SkuSnapshot } from "./learned.ts";
import type { RunManifest } from "./manifest.ts";

type Choices = Pick<Settings, "strategy" | "strategyByCategory" | "strategyBySku">;

/** SKUs that all models of a run learn from: with two years each, about 100,000 rows. */
const SKUS_MAX = 150;

/** A SKU and its category. */
export interface CategorisedSku {
  sku: string;
  category: string;
}

/** Whether any price may be set by a challenger model. */
export function wantsChallenger({ strategy, strategyByCategory, strategyBySku }: Choices): boolean {
  const chosen = [strategy, ...Object.values(strategyByCategory), ...Object.values(strategyBySku)];
  return chosen.includes("ml_challenger");
}

function isChallenged({ sku, category }: CategorisedSku, settings: Choices): boolean {
  const chosen = settings.strategyBySku[sku] ?? settings.strategyByCategory[category] ?? settings.strategy;
  return chosen === "ml_challenger";
}

/**
 * The SKUs that each model learns from, by category: every category in which the settings choose the challenger for a
 * SKU, with all of its SKUs, or a sample drawn by name where there are too many. The result does not depend on the
 * order of `skus`.
 */
export function challengerSamples(
  skus: readonly CategorisedSku[],
  { settings, seed }: Pick<RunManifest, "settings" | "seed">,
): Map<string, string[]> {
  const wanted = new Set(skus.filter((one) => isChallenged(one, settings)).map(({ category }) => category));
  const share = Math.floor(SKUS_MAX / Math.max(1, wanted.size));
  const byCategory = Map.groupBy(skus, ({ category }) => category);
  return new Map(
    [...wanted].sort().map((category) => {
      const drawn = byCategory.get(category)!.map(({ sku }) => ({ sku, draw: key(seed, textKey(sku)) }));
      drawn.sort((a, b) => a.draw - b.draw || (a.sku < b.sku ? -1 : 1));
      return [category, drawn.slice(0, share).map(({ sku }) => sku)];
    }),
  );
}

/**
 * One SKU's days as a model's rows. The filter that the model has to beat starts from the category and calendar that
 * the last run learned, as it does when it sets a price.
 */
export function challengerRows(given: SkuFeatures, manifest: RunManifest): DemandRows {
  const features = inDays(given);
  const hyper = manifest.previous?.pooled.daily ?? null;
  const { covariateNames } = elasticitySeries(features);
  const prior = hyper && categoryPrior(hyper, features.category, coefficientNames(covariateNames));
  const factors = factorsOf(hyper, features.category, calendarOf(manifest));
  return skuRows(features, { factors, ...(prior && { prior }) });
}

/** Fits a category's model. */
export function challengerOf(panels: readonly DemandRows[]): ChallengerFit {
  if (panels.length === 0) return { kind: "none", why: "no day of demand to learn from", skipped: 0 };
  return fitChallenger(joinRows(panels));
}

/** The answer of a category's model for a SKU at its served price, among the competitors of its newest day. */
export function challengerViewOf(
  { features, price }: Pick<SkuSnapshot, "features" | "price">,
  fit: ChallengerFit,
  { asOf, settings }: Pick<RunManifest, "asOf" | "settings">,
): ChallengerView {
  if (fit.kind === "none") return { kind: "none", why: fit.why };
  const { currency } = features;
  const { days } = inDays(features);
  const series = elasticitySeries({ ...features, days });
  const { logPriceRef } = startState(series, defaultPrior(series.covariateNames), DEFAULT_CONFIG);
  const cheapest = days.at(-1)?.cheapest ?? null;
  const reference = Math.exp(logPriceRef) * 10 ** currencyExponent(currency);
  const today = dayNumber(civilDay(asOf, settings.timeZone));
  const context = dayContext(days, days.length, today, { promo: false, stock: null });
  return challengerView(fit, { price, reference, rivals: cheapest === null ? [] : [cheapest] }, context);
}
