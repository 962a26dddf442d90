import { currencyExponent } from "../../base/currency.ts";
import { dayIndex } from "../../base/time.ts";
import type { Availability } from "../../messages/rows.ts";
import type { DemandPeriod, ElasticitySeries } from "../elasticity/series.ts";

/** One day of a SKU as the models see it. Prices in minor units. */
export interface FeatureDay {
  day: string;
  units: number;
  price: number;
  /** cheapest valid in-stock competitor of the day; null = none known */
  cheapest: number | null;
  /** share of the day in which the SKU could be bought, 0..1 */
  exposure: number;
  promo: boolean;
  /** it sold out at an unknown hour: units are a lower bound of demand */
  censored?: true;
  /** our unit cost that day, minor units; absent unless it is known to have changed */
  cost?: number;
  /** how far ln price was moved by a trial, from the price without it; absent where nothing was tried */
  randomStep?: number;
  /** product views and carts, where they are counted */
  views?: number;
  carts?: number;
}

/** A competitor's newest offer at or before the snapshot's instant. */
export interface FeatureOffer {
  competitor: string;
  landedPrice: number;
  availability: Availability;
  observedAt: number;
  /** how much the competitor counts in the market's mean; absent = 1 */
  weight?: number;
}

/** Everything a run reads of one SKU: stored before anything is computed, so that it can be computed again. */
export interface SkuFeatures {
  sku: string;
  category: string;
  /** substitutes and variants that are priced in step; absent = none */
  family?: string;
  currency: string;
  days: FeatureDay[];
  offers: FeatureOffer[];
}

/** Names of the covariates that the days have beside prices. */
export function covariatesOf({ days }: Pick<SkuFeatures, "days">): string[] {
  return days.some(({ promo }) => promo) ? ["promo"] : [];
}

/**
 * The snapshot's days from index `first` on as a series for the demand filter, with prices as logs of major units.
 */
export function elasticitySeries(features: SkuFeatures, first = 0): ElasticitySeries {
  const minorPerMajor = 10 ** currencyExponent(features.currency);
  const covariateNames = covariatesOf(features);
  const hasPromotions = covariateNames.length > 0;
  const periods = features.days.slice(first).map((day): DemandPeriod => {
    const period: DemandPeriod = {
      t: dayIndex(day.day),
      units: day.units,
      logPrice: Math.log(day.price / minorPerMajor),
      logCompetitor: day.cheapest === null ? null : Math.log(day.cheapest / minorPerMajor),
      exposure: day.exposure,
      ...(day.censored ? { censored: true } : {}),
      ...(day.randomStep ? { randomStep: day.randomStep } : {}),
      ...(day.cost ? { logCost: Math.log(day.cost / minorPerMajor) } : {}),
    };
    return hasPromotions ? { ...period, covariates: [day.promo ? 1 : 0] } : period;
  });
  const series: ElasticitySeries = { sku: features.sku, category: features.category, period: "day", periods };
  return hasPromotions ? { ...series, covariateNames } : series;
}
