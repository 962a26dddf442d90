import { currencyExponent } from "../../base/currency.ts";
import { dayIndex } from "../../base/time.ts";
import type { Availability, LongPeriod } from "../../messages/rows.ts";
import type { DemandPeriod, ElasticitySeries } from "../elasticity/series.ts";
import { weeklySums } from "../elasticity/weekly-sums.ts";
import { byLength, hasLongRows, spanDays } from "./periods.ts";

/** One day of a SKU as the models see it, or a longer period that begins on it. Prices in minor units. */
export interface FeatureDay {
  day: string;
  units: number;
  price: number;
  /** cheapest valid in-stock competitor of the day; null = none known */
  cheapest: number | null;
  /** share of the day in which the SKU could be bought, 0..1 */
  exposure: number;
  promo: boolean;
  /** how long the row is; absent: a day */
  period?: LongPeriod;
  /** promotions that have a name, with their strengths */
  promotions?: Readonly<Record<string, number>>;
  /** it sold out at an unknown hour: units are a lower bound of demand */
  censored?: true;
  /** our unit cost that day, minor units; absent unless it is known to have changed */
  cost?: number;
  /** how far ln price was moved by a trial, from the price without it; absent where nothing was tried */
  randomStep?: number;
  /** the price was that of an approved proposal; absent where the shop set it otherwise */
  proposed?: true;
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

/** Most promotions of a SKU that are told apart; of more, the rest are one. */
const NAMES_MAX = 4;
/** The promotions without a name of their own. A shop's own names cannot be it. */
const UNNAMED = "promo";

/** Names of the covariates that the days have beside prices: promotions, whatever the shop calls them. */
export function covariatesOf({ days }: Pick<SkuFeatures, "days">): string[] {
  const rows = new Map<string, number>();
  for (const { promo, promotions } of days) {
    if (!promo) continue;
    for (const name of promotions ? Object.keys(promotions) : [UNNAMED])
      rows.set(name, (rows.get(name) ?? 0) + 1);
  }
  const names = [...rows.keys()].map((name) => (name === UNNAMED ? name : covariateOf(name))).sort();
  if (names.length <= NAMES_MAX) return names;
  const often = [...rows]
    .filter(([name]) => name !== UNNAMED)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, NAMES_MAX - 1);
  return [UNNAMED, ...often.map(([name]) => covariateOf(name))].sort();
}

/** A promotion's name among the covariates. */
function covariateOf(name: string): string {
  return `${UNNAMED} ${name}`;
}

/** A day's values of the covariates; a promotion that has none of its own counts as one without a name. */
function covariateValues({ promo, promotions }: FeatureDay, names: readonly string[]): number[] {
  if (!promo) return names.map(() => 0);
  if (!promotions) return names.map((name) => (name === UNNAMED ? 1 : 0));
  const values = new Map<string, number>();
  for (const [name, strength] of Object.entries(promotions)) {
    const own = names.includes(covariateOf(name)) ? covariateOf(name) : UNNAMED;
    values.set(own, Math.max(values.get(own) ?? 0, strength));
  }
  return names.map((name) => values.get(name) ?? 0);
}

/** Days after the last longer row from which on a SKU is known by its days. */
const DAILY_MIN = 56;

/**
 * The snapshot's rows from index `first` on as a series for the demand filter, with prices as logs of major units. Rows
 * longer than a day are kept as such: the series is of weeks, or months, where there are more of these, until eight weeks of
 * days have followed them; days before that are added up to weeks.
 */
export function elasticitySeries(features: SkuFeatures, first = 0): ElasticitySeries {
  const { sku, category } = features;
  const covariateNames = covariatesOf(features);
  const base = { sku, category, ...(covariateNames.length > 0 && { covariateNames }) };
  const minorPerMajor = 10 ** currencyExponent(features.currency);
  const of = (rows: readonly FeatureDay[]) => demandPeriods(rows, covariateNames, minorPerMajor);
  const days = features.days.slice(first);
  if (!hasLongRows(days)) return { ...base, period: "day", periods: of(days) };
  const { long, short } = byLength(days);
  const last = long.at(-1)!;
  const end = dayIndex(last.day) + spanDays(last);
  const after = short.filter(({ day }) => dayIndex(day) >= end);
  if (after.length >= DAILY_MIN) return { ...base, period: "day", periods: of(short) };
  const lengthOf = (rows: readonly FeatureDay[]) => rows.reduce((sum, row) => sum + spanDays(row), 0);
  const [weeks, months] = [long.filter(({ period }) => period === "week"), long.filter(isMonth)];
  if (lengthOf(months) > lengthOf(weeks)) return { ...base, period: "month", periods: of(months) };
  const since = weeklySums({ ...base, period: "day", periods: of(after) });
  return { ...base, period: "week", periods: [...of(weeks), ...since.periods] };
}

function isMonth({ period }: FeatureDay): boolean {
  return period === "month";
}

function demandPeriods(
  rows: readonly FeatureDay[],
  covariateNames: readonly string[],
  minorPerMajor: number,
): DemandPeriod[] {
  const hasPromotions = covariateNames.length > 0;
  return rows.map((day): DemandPeriod => {
    const period: DemandPeriod = {
      t: dayIndex(day.day),
      units: day.units,
      logPrice: Math.log(day.price / minorPerMajor),
      logCompetitor: day.cheapest === null ? null : Math.log(day.cheapest / minorPerMajor),
      exposure: day.exposure,
      ...(day.censored ? { censored: true } : {}),
      ...(day.randomStep ? { randomStep: day.randomStep } : {}),
      ...(day.proposed ? { proposed: true } : {}),
      ...(day.cost ? { logCost: Math.log(day.cost / minorPerMajor) } : {}),
    };
    return hasPromotions ? { ...period, covariates: covariateValues(day, covariateNames) } : period;
  });
}
