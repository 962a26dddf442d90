import { currencyExponent } from "../../base/currency.ts";
import { dayNumber } from "../../base/time.ts";
import type { Prior } from "../../learning/elasticity/prior.ts";
import { type CalendarFactors, weekdayOf } from "../../learning/elasticity/series.ts";
import { elasticitySeries, type FeatureDay, type SkuFeatures } from "../../learning/features/sku-features.ts";
import { textKey } from "../optimisation/thompson.ts";
import { CHALLENGER_FEATURES, type DayContext, type Feature, writeFeatures } from "./features.ts";
import { priceFreeDemand } from "./price-free-demand.ts";

/** Days of many SKUs, one row each, by columns. `n` rows, `w` features. */
export interface DemandRows {
  /** the columns of `features`; the first is log(price / the SKU's reference price) */
  schema: readonly Feature[];
  /** n × w, row-major */
  features: Float64Array;
  /** units sold */
  units: Float64Array;
  /** log of the demand that the filter expected at the reference price, exposure and calendar included */
  offset: Float64Array;
  /** what the filter adds to that for the day's price: its elasticity times the log price ratio */
  priceEffect: Float64Array;
  /** a number that stands for the SKU, and the day number; together they name the row */
  group: Uint32Array;
  time: Int32Array;
}

/** Log means beyond this are no demand of a day: such a row is not used. */
const LOG_MEAN_MAX = 30;

function isUsable(rows: DemandRows, i: number): boolean {
  const width = rows.schema.length;
  const { offset, priceEffect, units } = rows;
  if (!(units[i]! >= 0 && units[i]! < Number.MAX_SAFE_INTEGER)) return false;
  if (!(Math.abs(offset[i]!) <= LOG_MEAN_MAX && Math.abs(priceEffect[i]!) <= LOG_MEAN_MAX)) return false;
  for (let f = 0; f < width; f++) if (!Number.isFinite(rows.features[i * width + f]!)) return false;
  return true;
}

/** Whatever two rows differ in decides their order, so that equal panels have equal orders. */
function compare(rows: DemandRows, a: number, b: number): number {
  const { group, time, units, offset, priceEffect, features } = rows;
  const named = group[a]! - group[b]! || time[a]! - time[b]! || units[a]! - units[b]!;
  const order = named || offset[a]! - offset[b]! || priceEffect[a]! - priceEffect[b]!;
  if (order !== 0) return order;
  const width = rows.schema.length;
  for (let f = 0; f < width; f++) {
    const difference = features[a * width + f]! - features[b * width + f]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The rows that can be learned from, by SKU and day: floating-point sums over them do not depend on the order
 * in which they were given. Rows with a number that is not finite, or negative units, are left out.
 */
export function canonicalRows(rows: DemandRows): DemandRows {
  const usable: number[] = [];
  for (let i = 0; i < rows.units.length; i++) if (isUsable(rows, i)) usable.push(i);
  return takeRows(
    rows,
    usable.sort((a, b) => compare(rows, a, b)),
  );
}

/** The named rows, in the order named. */
export function takeRows(rows: DemandRows, indices: ArrayLike<number>): DemandRows {
  const width = rows.schema.length;
  const taken = emptyRows(rows.schema, indices.length);
  for (let to = 0; to < indices.length; to++) {
    const from = indices[to]!;
    for (let f = 0; f < width; f++) taken.features[to * width + f] = rows.features[from * width + f]!;
    taken.units[to] = rows.units[from]!;
    taken.offset[to] = rows.offset[from]!;
    taken.priceEffect[to] = rows.priceEffect[from]!;
    taken.group[to] = rows.group[from]!;
    taken.time[to] = rows.time[from]!;
  }
  return taken;
}

/** `count` rows of zeros. */
export function emptyRows(schema: readonly Feature[], count: number): DemandRows {
  return {
    schema,
    features: new Float64Array(count * schema.length),
    units: new Float64Array(count),
    offset: new Float64Array(count),
    priceEffect: new Float64Array(count),
    group: new Uint32Array(count),
    time: new Int32Array(count),
  };
}

/** The rows of several panels of one schema as one. Throws RangeError if there is no panel. */
export function joinRows(panels: readonly DemandRows[]): DemandRows {
  const first = panels[0];
  if (first === undefined) throw new RangeError("no panel to join");
  const joined = emptyRows(
    first.schema,
    panels.reduce((sum, { units }) => sum + units.length, 0),
  );
  let at = 0;
  for (const panel of panels) {
    joined.features.set(panel.features, at * first.schema.length);
    joined.units.set(panel.units, at);
    joined.offset.set(panel.offset, at);
    joined.priceEffect.set(panel.priceEffect, at);
    joined.group.set(panel.group, at);
    joined.time.set(panel.time, at);
    at += panel.units.length;
  }
  return joined;
}

/** What may be known of a SKU besides its days: by day number, money in minor units. */
interface PanelExtras {
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
