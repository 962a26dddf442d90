import { Fingerprint } from "../base/fingerprint.ts";
import { dayIndex } from "../base/time.ts";
import type { CalendarFactors } from "../learning/elasticity/series.ts";
import { type FilterState, REFERENCE_DAYS } from "../learning/elasticity/state.ts";
import { hasLongRows } from "../learning/features/periods.ts";
import { covariatesOf, type FeatureDay, type SkuFeatures } from "../learning/features/sku-features.ts";
import { calendarOf, factorsOf } from "./calendar.ts";
import { CODE_VERSION, type RunManifest } from "./manifest.ts";

/** A SKU's demand filter as a run left it, for the next run to resume. Plain JSON. */
export interface KeptFilter {
  state: FilterState;
  /** number of days of demand that it has seen, and the fingerprint of those days */
  days: number;
  seen: string;
  /** fingerprint of what else the state depends on: code, category, currency, calendar */
  under: string;
}

/** What a SKU's filter depends on beside its days. */
interface FilterContext {
  factors: CalendarFactors;
  under: string;
}

/** The contexts of a run's filters: each category's calendar is the one that the last run settled on. */
export function filterContexts(manifest: RunManifest): (features: SkuFeatures) => FilterContext {
  const calendar = calendarOf(manifest);
  const known = new Map<string, FilterContext>();
  return ({ category, currency }) => {
    const name = `${currency} ${category}`;
    let context = known.get(name);
    if (context === undefined) {
      const factors = factorsOf(manifest.previous?.pooled.daily ?? null, category, calendar);
      context = { factors, under: nameOf(name, factors) };
      known.set(name, context);
    }
    return context;
  };
}

function nameOf(name: string, { weekday, holidays, calendar }: CalendarFactors): string {
  const print = new Fingerprint();
  for (const text of [CODE_VERSION, name]) print.addText(text);
  print.addAll(weekday);
  for (const [holiday, effect] of Object.entries(holidays)) {
    print.addText(holiday);
    print.add(effect);
  }
  for (const [day, holiday] of Object.entries(calendar)) {
    print.add(Number(day));
    print.addText(holiday);
  }
  return print.toString();
}

/** The fingerprint of days of demand; with `after`, it continues that fingerprint. */
export function nameOfDays(days: readonly FeatureDay[], after?: string): string {
  const print = after === undefined ? new Fingerprint() : Fingerprint.after(after);
  for (const { day, units, price, cheapest, exposure, promo, censored, ...rest } of days) {
    const { cost, randomStep, proposed, period, promotions } = rest;
    const marks = [promo, censored, cost !== undefined, randomStep, proposed].reduce<number>(
      (bits, mark, k) => bits + (mark ? 2 ** k : 0),
      0,
    );
    print.add(32 * dayIndex(day) + marks);
    print.add(units);
    print.add(price);
    print.add(cheapest ?? -1);
    print.add(exposure);
    if (cost !== undefined) print.add(cost);
    if (randomStep) print.add(randomStep);
    if (period) print.addText(period);
    if (promotions) print.addText(JSON.stringify(promotions));
  }
  return print.toString();
}

/**
 * Whether a filter can resume and give the same bits as one that runs over the whole history: the days it saw and all
 * else it depends on are unchanged, and the reference taken from the first weeks is final.
 */
function isResumable(
  { state, days, seen, under }: KeptFilter,
  features: SkuFeatures,
  context: FilterContext,
): boolean {
  if (under !== context.under || state.count === 0 || days > features.days.length) return false;
  if (state.covariateNames.join() !== covariatesOf(features).join()) return false;
  // which rows are modelled may change with the next one
  if (hasLongRows(features.days)) return false;
  const next = features.days[days];
  if (next !== undefined && dayIndex(next.day) < state.firstT + REFERENCE_DAYS) return false;
  return nameOfDays(features.days.slice(0, days)) === seen;
}

/** Gives each SKU the filter that the last run left, where it can be resumed. */
export function withKept<T extends { features: SkuFeatures }>(
  readings: readonly T[],
  keptOf: (sku: string) => KeptFilter | undefined,
  manifest: RunManifest,
): (T & { kept?: KeptFilter })[] {
  const contextOf = filterContexts(manifest);
  return readings.map((reading) => {
    const { features } = reading;
    const kept = keptOf(features.sku);
    return kept && isResumable(kept, features, contextOf(features)) ? { ...reading, kept } : reading;
  });
}
