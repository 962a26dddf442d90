import type { Prior } from "../../elasticity/prior.ts";
import type { CalendarFactors } from "../../elasticity/series.ts";
import { weekdayOf } from "../../elasticity/series.ts";
import { elasticitySeries, type FeatureDay, type SkuFeatures } from "../../features/sku-features.ts";
import { currencyExponent } from "../../money/currency.ts";
import { textKey } from "../../optimisation/thompson.ts";
import { dayNumber } from "../../time/civil-day.ts";
import { CHALLENGER_FEATURES, type DayContext, writeFeatures } from "./features.ts";
import { priceFreeDemand } from "./price-free-demand.ts";
import { type DemandRows, emptyRows, joinRows, takeRows } from "./rows.ts";

/** What may be known of a SKU besides its days: by day number, money in minor units. */
export interface PanelExtras {
  /** what the filter starts from, and the category's calendar */
  prior?: Prior;
  factors?: CalendarFactors;
  /** every buyable competitor's price; without it the day's cheapest stands for all */
  rivals?: (t: number) => readonly number[];
  /** units in stock that morning; null = unknown */
  stock?: (t: number) => number | null;
}

/** Days before a SKU's lags are means of four weeks and its filter has found its level. */
const SETTLING_DAYS = 28;

/** Mean units per day on sale over the days [t - span, t), null where there is none. `before` ascends. */
function laggedMean(days: readonly FeatureDay[], before: number, t: number, span: number): number | null {
  let units = 0;
  let exposure = 0;
  for (let i = before - 1; i >= 0 && dayNumber(days[i]!.day) >= t - span; i--) {
    units += days[i]!.units;
    exposure += days[i]!.exposure;
  }
  return exposure > 0 ? units / exposure : null;
}

/**
 * What is known of the SKU on the morning of day `t`, of the days before it alone; the promotion is the day's
 * own. `before`: how many of the days lie before t.
 */
export function dayContext(
  days: readonly FeatureDay[],
  before: number,
  t: number,
  today: { promo: boolean; stock: number | null },
): DayContext {
  const lag28 = laggedMean(days, before, t, 28) ?? 0;
  const first = days[0];
  return {
    weekday: weekdayOf(t),
    lag7: laggedMean(days, before, t, 7) ?? lag28,
    lag28,
    promo: today.promo,
    stock: today.stock,
    age: first === undefined ? 0 : t - dayNumber(first.day),
  };
}

/** One SKU's days as rows of the panel, from the end of its first four weeks on. */
export function skuRows(sku: SkuFeatures, extras: PanelExtras = {}): DemandRows {
  const { days } = sku;
  const series = elasticitySeries(sku);
  const expectations = priceFreeDemand(series, extras.prior, extras.factors);
  const rows = emptyRows(CHALLENGER_FEATURES, expectations.length);
  const minorPerMajor = 10 ** currencyExponent(sku.currency);
  const group = textKey(sku.sku);
  const indexOf = new Map(series.periods.map(({ t }, i) => [t, i]));
  const start = (series.periods[0]?.t ?? 0) + SETTLING_DAYS;
  let count = 0;
  for (const { row, offset, priceEffect, logPriceRef } of expectations) {
    if (row.t < start) continue;
    const i = indexOf.get(row.t)!;
    const { price, cheapest, promo } = days[i]!;
    const rivals = extras.rivals?.(row.t) ?? (cheapest === null ? [] : [cheapest]);
    const context = dayContext(days, i, row.t, { promo, stock: extras.stock?.(row.t) ?? null });
    const point = { price, reference: Math.exp(logPriceRef) * minorPerMajor, rivals };
    writeFeatures(point, context, rows.features, count * CHALLENGER_FEATURES.length);
    rows.units[count] = row.units;
    rows.offset[count] = offset;
    rows.priceEffect[count] = priceEffect;
    rows.group[count] = group;
    rows.time[count] = row.t;
    count++;
  }
  return takeRows(
    rows,
    Array.from({ length: count }, (_, i) => i),
  );
}

/** The panel of a category. `extrasOf`: what is known of a SKU besides its days. */
export function challengerPanel(
  skus: readonly SkuFeatures[],
  extrasOf: (sku: SkuFeatures) => PanelExtras = () => ({}),
): DemandRows {
  if (skus.length === 0) return emptyRows(CHALLENGER_FEATURES, 0);
  return joinRows(skus.map((sku) => skuRows(sku, extrasOf(sku))));
}
