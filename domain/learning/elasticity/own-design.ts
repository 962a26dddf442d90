import { type DaySums, onSale, othersOn, skuMeans, usualOf } from "./day-sums.ts";
import { type PricePart, type PriceParts, priceParts } from "./price-parts.ts";
import { CATEGORY_PRICE, CURVATURE, coefficientDefaults } from "./prior.ts";
import { type CalendarFactors, type DemandPeriod, type ElasticitySeries, weekdayOf } from "./series.ts";

/**
 * The regression that tells price from everything slow, shared or calendric. Columns: first the price's parts, competitor
 * and covariates (`names`, whose effects are asked for), then what has to be kept apart from them.
 */
export interface OwnDesign {
  names: string[];
  /** Price parts among the names: they come first. */
  parts: PriceParts;
  partCount: number;
  rows: readonly DemandPeriod[];
  /** rows × columns, row by row. */
  x: Float64Array;
  columns: number;
  /** Prior precision of each column's effect; 0 for those asked for. */
  precision: Float64Array;
  /** What is known of ln units beforehand, and its variance. */
  offset: Float64Array;
  offsetVariance: Float64Array;
  elapsed: Float64Array;
  meanUnits: number;
  slow: SlowScales;
  /** How far ln price is now, without what was drawn, from the price at which the elasticity is asked for. */
  off: number;
}

const DAYS_PER_YEAR = 365.25;
const MONTH_BINS = [2, 5, 10, 14, 17, 24, 27, 31];
/**
 * Prior sds of what has nothing to do with price, on ln units: a SKU's trend a year, each yearly wave, weekdays and parts of
 * the month. They are wide on purpose: a tight prior pushes the effect onto price.
 */
const TREND_SD = 2;
const SEASON_SD = 0.7;
const CALENDAR_SD = 1.2;
/** Name of the change of elasticity of late, asked for where history is twice as long as what counts as late. */
export const RECENT = "recent";
export const RECENT_DAYS = 56;
const REFERENCE_ROWS = 28;
const COMPETITOR_CLIP = 0.7;
const COMPETITOR_CARRY_DAYS = 7;
const GAP_DAYS_MAX = 90;
const WAVES = 4;
const WEEK_DAYS = 7;

/** Columns behind those asked for: of trend and two yearly waves, then of weekdays and parts of the month. */
export const SLOW_COLUMNS = 1 + WAVES;
const CALENDAR_COLUMNS = WEEK_DAYS + MONTH_BINS.length;

/**
 * What is known of the shop: its calendar, and how far its SKUs' trends, seasons, weekdays and months are those of the widest
 * prior.
 */
export interface DesignContext {
  factors?: CalendarFactors;
  slow?: SlowScales;
  calendarScale?: number;
}

/** Shares of the usual sds that trends and yearly waves of a shop's single SKUs are held to have. */
export interface SlowScales {
  trend: number;
  season: number;
}

const SHARES = [1, 1 / 2, 1 / 4, 1 / 8];

/** What SKUs' trends and yearly waves may be in a shop, the widest first: see `slowScales`. */
export const SLOW_SCALES: readonly SlowScales[] = SHARES.flatMap((trend) =>
  SHARES.map((season) => ({ trend, season })),
);

/** What single SKUs' weekdays and parts of the month may be beside their category's, the widest first: see `calendarScale`. */
export const CALENDAR_SCALES = [1, 1 / 4, 1 / 16];

/** Of a shop of which nothing is known. */
export const WIDEST: SlowScales = { trend: 1, season: 1 };

/** Builds a SKU's design; null where it was never on sale. `sums`: its category's. */
export function ownDesign(
  series: ElasticitySeries,
  sums: DaySums | undefined,
  { factors, slow = WIDEST, calendarScale = 1 }: DesignContext = {},
): OwnDesign | null {
  const rows = onSale(series.periods);
  const means = skuMeans(rows);
  if (means === null) return null;
  const parts = priceParts(rows, means.logPrice);
  const covariates = series.covariateNames ?? [];
  const prices = priceNames(parts);
  const end = rows.at(-1)!.t;
  const isLong = end - rows[0]!.t >= 2 * RECENT_DAYS;
  const recent = isLong ? [RECENT] : [];
  const names = [...prices, ...recent, "competitor", ...covariates, CURVATURE, CATEGORY_PRICE];
  const reference = referencePrice(rows);
  const rest = names.indexOf("competitor");
  const bend = names.indexOf(CURVATURE);
  const calendarColumns = series.period === "day" ? CALENDAR_COLUMNS : 0;
  const columns = names.length + SLOW_COLUMNS + calendarColumns;
  const n = rows.length;
  const design: OwnDesign = {
    names,
    parts,
    partCount: prices.length,
    rows,
    x: new Float64Array(n * columns),
    columns,
    precision: Float64Array.from([
      ...new Array<number>(names.length).fill(0),
      ...slowPrecisions(slow),
      ...new Array<number>(calendarColumns).fill(calendarPrecision(calendarScale)),
    ]),
    offset: new Float64Array(n),
    offsetVariance: new Float64Array(n),
    elapsed: new Float64Array(n),
    meanUnits: means.units,
    slow,
    off: rows.at(-1)!.logPrice - (rows.at(-1)!.randomStep ?? 0) - reference,
  };
  const usual = coefficientDefaults("own").centre;
  const rivals = competitorColumn(rows);
  const category = othersOn(sums, rows, usualOf(rows, parts)!);
  rows.forEach((row, i) => {
    const at = i * columns;
    const others = category[i]!;
    design.x[at] = parts.regular[i]!;
    for (let j = 1; j < prices.length; j++) design.x[at + j] = parts[prices[j]!][i]!;
    design.x[at + rest] = rivals[i]!;
    for (let j = 0; j < covariates.length; j++) design.x[at + rest + 1 + j] = row.covariates?.[j] ?? 0;
    if (isLong && end - row.t < RECENT_DAYS) design.x[at + prices.length] = row.logPrice - means.logPrice;
    // what advertising adds to a cut is no curvature
    const usualPrice = means.logPrice + parts.regular[i]! + parts.proposed[i]! + parts.drawn[i]!;
    design.x[at + bend] = (usualPrice - reference) ** 2 / 2;
    design.x[at + bend + 1] = others.logPrice;
    nuisances(row.t, rows[n >> 1]!.t, series.period, design.x, at + names.length);
    const holiday = factors?.calendar[row.t];
    const known = holiday === undefined || others.kept > 0 ? 0 : (factors!.holidays[holiday] ?? 0);
    design.offset[i] =
      others.factor - usual * others.logPrice + known + (row.exposure < 1 ? Math.log(row.exposure) : 0);
    design.offsetVariance[i] = others.variance;
    design.elapsed[i] = i === 0 ? 0 : Math.min(row.t - rows[i - 1]!.t, GAP_DAYS_MAX);
  });
  return design;
}

/** The usual ln price of the first weeks: elasticities of a category are alike where its merchant set the prices. */
function referencePrice(rows: readonly DemandPeriod[]): number {
  const first = rows.slice(0, REFERENCE_ROWS).map(({ logPrice }) => logPrice);
  return first.sort((a, b) => a - b)[first.length >> 1]!;
}

/** Parts of the price that there are. */
function priceNames({ hasProposed, hasDips, hasPromoted, hasDrawn }: PriceParts): PricePart[] {
  const names: PricePart[] = ["regular"];
  if (hasProposed) names.push("proposed");
  if (hasDips) names.push("dips");
  if (hasPromoted) names.push("promoted");
  if (hasDrawn) names.push("drawn");
  return names;
}

/** Prior precisions of the slow columns' effects. */
export function slowPrecisions({ trend, season }: SlowScales): number[] {
  const wave = 1 / (season * SEASON_SD) ** 2;
  return [1 / (trend * TREND_SD) ** 2, ...new Array<number>(WAVES).fill(wave)];
}

/** Prior precision of a weekday's or a part of the month's effect. */
export function calendarPrecision(scale: number): number {
  return 1 / (scale * CALENDAR_SD) ** 2;
}

/** Writes the nuisance columns of day t from `at` on. */
function nuisances(t: number, middle: number, period: string, out: Float64Array, at: number): void {
  const angle = (2 * Math.PI * t) / DAYS_PER_YEAR;
  out[at] = (t - middle) / DAYS_PER_YEAR;
  out[at + 1] = Math.sin(angle);
  out[at + 2] = Math.cos(angle);
  out[at + 3] = Math.sin(2 * angle);
  out[at + 4] = Math.cos(2 * angle);
  if (period !== "day") return;
  out[at + SLOW_COLUMNS + weekdayOf(t)] = 1;
  const day = new Date(t * 86_400_000).getUTCDate();
  out[at + SLOW_COLUMNS + WEEK_DAYS + MONTH_BINS.findIndex((last) => day <= last)] = 1;
}

/** The cheapest competitor's ln price about its mean, kept for a week when it is missing, then 0. */
function competitorColumn(rows: readonly DemandPeriod[]): Float64Array {
  let sum = 0;
  let count = 0;
  for (const { logCompetitor } of rows) {
    if (logCompetitor === null || !Number.isFinite(logCompetitor)) continue;
    sum += logCompetitor;
    count++;
  }
  const out = new Float64Array(rows.length);
  let last = 0;
  let seen = Number.NEGATIVE_INFINITY;
  rows.forEach(({ t, logCompetitor }, i) => {
    if (logCompetitor !== null && Number.isFinite(logCompetitor)) {
      last = Math.max(-COMPETITOR_CLIP, Math.min(COMPETITOR_CLIP, logCompetitor - sum / count));
      seen = t;
    }
    out[i] = t - seen <= COMPETITOR_CARRY_DAYS ? last : 0;
  });
  return out;
}
