import { currencyExponent } from "../base/currency.ts";
import { type PricePointSettings, USUAL_STEPS } from "../settings/price-points.ts";

/** Price endings used below a price: price mod `period` is one of `endings`, ascending. Minor units. */
export interface EndingsRow {
  below: number;
  period: number;
  endings: readonly number[];
}

/** The prices of a currency that shops ask: multiples of `step`, and of those the ones with a usual ending. */
export interface PricePoints {
  /** minor units */
  step: number;
  /** by size of the price, ascending; every ending is a multiple of the step */
  rows: readonly EndingsRow[];
}

const ALL = Number.POSITIVE_INFINITY;

/** In hundredths: x.x5 and x.x9 below 10; .49 .90 .95 .99; x5.00 x9.00 x9.90; tens ending in 9 above 1000. */
const HUNDREDTHS: readonly EndingsRow[] = [
  { below: 1_000, period: 10, endings: [5, 9] },
  { below: 10_000, period: 100, endings: [49, 90, 95, 99] },
  { below: 100_000, period: 1_000, endings: [500, 900, 990] },
  { below: ALL, period: 1_000, endings: [900] },
];

/** Yen: 8, 80 and 980 at the end. */
const YEN: readonly EndingsRow[] = [
  { below: 1_000, period: 10, endings: [8] },
  { below: 10_000, period: 100, endings: [80] },
  { below: ALL, period: 1_000, endings: [980] },
];

/** Swiss francs: every x.x5 below 10; .45 .90 .95; x5.00 x9.00 x9.90; tens ending in 9 above 1000. */
const FRANCS: readonly EndingsRow[] = [
  { below: 200, period: 5, endings: [0] },
  { below: 1_000, period: 10, endings: [5] },
  { below: 10_000, period: 100, endings: [45, 90, 95] },
  { below: 100_000, period: 1_000, endings: [500, 900, 990] },
  { below: ALL, period: 1_000, endings: [900] },
];

function scaled(rows: readonly EndingsRow[], factor: number): readonly EndingsRow[] {
  return rows.map(({ below, period, endings }) => ({
    below: below * factor,
    period: period * factor,
    endings: endings.map((ending) => ending * factor),
  }));
}

/** Endings by the currency's number of decimals. */
const BY_EXPONENT: readonly (readonly EndingsRow[])[] = [
  HUNDREDTHS,
  scaled(YEN, 10),
  HUNDREDTHS,
  scaled(HUNDREDTHS, 10),
  scaled(HUNDREDTHS, 100),
];

/** Below so many steps, currencies that go by whole units use every one of them. */
const FEW_STEPS = 20;

/** The endings that a currency has if nothing else is set: 195, 1 290 or 2 499 where prices go by whole units. */
function usualRows(currency: string, step: number): readonly EndingsRow[] {
  if (currency === "JPY") return YEN;
  if (currency === "CHF") return FRANCS;
  const exponent = currencyExponent(currency);
  const isWhole = exponent > 0 && step >= 10 ** exponent / 2;
  if (!isWhole) return BY_EXPONENT[exponent]!;
  const every = { below: FEW_STEPS * 10 ** exponent, period: step, endings: [0] };
  return [every, ...scaled(HUNDREDTHS, 10 ** exponent)];
}

/** The rows with the endings that are multiples of a step; all multiples where none is. */
function fitted(rows: readonly EndingsRow[], step: number): readonly EndingsRow[] {
  return rows.map((row) => {
    const endings = row.endings.filter((ending) => ending % step === 0);
    const fits = row.period % step === 0 && endings.length > 0;
    return fits ? { ...row, endings } : { ...row, period: step, endings: [0] };
  });
}

const known = new WeakMap<PricePointSettings, Map<string, PricePoints>>();

/**
 * The price points of a currency: as the settings say, or else the usual ones.
 * @example pricePoints("CHF", {}).step // 5: prices go in 0.05 CHF
 */
export function pricePoints(currency: string, settings: PricePointSettings): PricePoints {
  const byCurrency = known.get(settings) ?? new Map<string, PricePoints>();
  known.set(settings, byCurrency);
  const points = byCurrency.get(currency) ?? readPoints(currency, settings[currency]);
  byCurrency.set(currency, points);
  return points;
}

function readPoints(currency: string, set: PricePointSettings[string] | undefined): PricePoints {
  const step = set?.step ?? USUAL_STEPS[currency] ?? 1;
  const rows = set?.endings?.map((row) => ({ ...row, below: row.below ?? ALL }));
  return { step, rows: rows ?? fitted(usualRows(currency, step), step) };
}

/** The lowest payable price that is not below `price`. @example payableFrom(1531, points) // 1535 at a step of 5 */
export function payableFrom(price: number, { step }: PricePoints): number {
  return Math.max(1, Math.ceil(price / step)) * step;
}

/**
 * The highest payable price that is not above `price`; 0 if there is none.
 * @example payableUpTo(1534, points) // 1530 at a step of 5
 */
export function payableUpTo(price: number, { step }: PricePoints): number {
  return Math.floor(price / step) * step;
}

/** The payable price nearest to `price`, the higher one on a tie. */
export function nearestPayable(price: number, { step }: PricePoints): number {
  return Math.max(1, Math.round(price / step)) * step;
}
