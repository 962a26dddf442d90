import { currencyExponent } from "./currency.ts";
import { divideHalfEven } from "./rounding.ts";
import { DAY_MS, HOUR_MS } from "./time.ts";

const RATE_DECIMALS = 10;
const RATE_SCALE = 10n ** BigInt(RATE_DECIMALS);
const RATE = /^(\d{1,12})(?:\.(\d{1,20}))?$/;

/**
 * An exchange rate as an integer of 10^-10, from its decimal string ("1.0842"). Further decimals are rounded
 * half-even.
 * @throws RangeError unless the text is a positive decimal number.
 *
 * @example
 * parseRate("1.0842") // 10842000000n
 */
export function parseRate(rate: string): bigint {
  const match = RATE.exec(rate.trim());
  if (!match) throw new RangeError(`"${rate.slice(0, 40)}" is not an exchange rate`);
  const decimals = match[2] ?? "";
  const scaled = BigInt(`${match[1]}${decimals}`) * RATE_SCALE;
  const value = divideHalfEven(scaled, 10n ** BigInt(decimals.length));
  if (value <= 0n) throw new RangeError("an exchange rate is positive");
  return value;
}

/** A converted price is trusted half as much when its rate is older. No rates are published over a weekend. */
const STALE_AFTER_MS = 36 * HOUR_MS;
const STALE_AFTER_WEEKEND_MS = 84 * HOUR_MS;
/** A rate older than this is not used. */
const UNUSABLE_AFTER_MS = 7 * DAY_MS;

/** One day's exchange rate: units of `quote` for one `base`, as a decimal string. */
export interface DatedRate {
  base: string;
  quote: string;
  /** YYYY-MM-DD */
  day: string;
  rate: string;
}

/** Rates by pair, each in order of days. */
export type RateTable = ReadonlyMap<string, readonly DayRate[]>;

interface DayRate {
  /** end of its day, ms: the rate's age counts from here */
  until: number;
  /** 10^-10 units of `quote` */
  scaled: bigint;
}

export interface Converted {
  minor: number;
  /** the rate is too old to decide by, and good enough to show */
  stale: boolean;
}

/** @throws RangeError on a rate that is not a positive decimal number, or a day that is not in the calendar */
export function rateTable(rates: readonly DatedRate[]): RateTable {
  const table = new Map<string, DayRate[]>();
  for (const { base, quote, day, rate } of rates) {
    const start = Date.parse(`${day}T00:00:00Z`);
    if (Number.isNaN(start)) throw new RangeError(`"${day.slice(0, 20)}" is not a calendar day`);
    const key = pairOf(base, quote);
    const days = table.get(key) ?? [];
    days.push({ until: start + DAY_MS, scaled: parseRate(rate) });
    table.set(key, days);
  }
  for (const days of table.values()) days.sort((a, b) => a.until - b.until);
  return table;
}

/**
 * Converts minor units at the rate of the day of `at` (ms), or of the last day before it: directly, by the inverse
 * rate, or through a base currency that quotes both. Rounded half-even once, at the end. Null if the newest rate is
 * more than seven days old.
 *
 * @example
 * const rates = rateTable([{ base: "EUR", quote: "USD", day: "2026-01-05", rate: "1.0842" }]);
 * convertAt(10_000, { from: "EUR", to: "USD" }, Date.UTC(2026, 0, 5, 12), rates) // { minor: 10842, stale: false }
 */
export function convertAt(
  minor: number,
  { from, to }: { from: string; to: string },
  at: number,
  table: RateTable,
): Converted | null {
  if (from === to) return { minor, stale: false };
  const ratio = ratioAt(from, to, at, table);
  if (ratio === null || ratio.age > UNUSABLE_AFTER_MS) return null;
  const numerator = BigInt(minor) * ratio.numerator * 10n ** BigInt(currencyExponent(to));
  const denominator = ratio.denominator * 10n ** BigInt(currencyExponent(from));
  const converted = Number(divideHalfEven(numerator, denominator));
  if (!Number.isSafeInteger(converted) || converted <= 0) return null;
  return { minor: converted, stale: ratio.age > staleAfter(at) };
}

/**
 * The change over the day before `at` (ms) of what one unit of `from` is worth in `to`, as a share. Null where one of
 * the two rates is unknown or too old to speak for its day.
 */
export function rateMoveAt(
  { from, to }: { from: string; to: string },
  at: number,
  table: RateTable,
): number | null {
  const now = ratioAt(from, to, at, table);
  const before = ratioAt(from, to, at - DAY_MS, table);
  if (now === null || before === null) return null;
  if (now.age > staleAfter(at) || before.age > staleAfter(at - DAY_MS)) return null;
  return worthOf(now) / worthOf(before) - 1;
}

function worthOf({ numerator, denominator }: Ratio): number {
  return Number(numerator) / Number(denominator);
}

interface Ratio {
  numerator: bigint;
  denominator: bigint;
  /** since the end of the rate's day, ms */
  age: number;
}

function ratioAt(from: string, to: string, at: number, table: RateTable): Ratio | null {
  const direct = latest(table.get(pairOf(from, to)), at);
  if (direct) return { numerator: direct.scaled, denominator: RATE_SCALE, age: ageOf(direct, at) };
  const inverse = latest(table.get(pairOf(to, from)), at);
  if (inverse) return { numerator: RATE_SCALE, denominator: inverse.scaled, age: ageOf(inverse, at) };
  for (const key of table.keys()) {
    const [base, quote] = key.split("/") as [string, string];
    if (quote !== from) continue;
    const here = latest(table.get(key), at);
    const there = latest(table.get(pairOf(base, to)), at);
    if (here && there)
      return {
        numerator: there.scaled,
        denominator: here.scaled,
        age: Math.max(ageOf(here, at), ageOf(there, at)),
      };
  }
  return null;
}

/** The rate of the day of `at`, or of the last day before. */
function latest(days: readonly DayRate[] | undefined, at: number): DayRate | null {
  return days?.findLast(({ until }) => until - DAY_MS <= at) ?? null;
}

function ageOf({ until }: DayRate, at: number): number {
  return Math.max(0, at - until);
}

/** On Saturday, Sunday and Monday the newest rate is Friday's. */
function staleAfter(at: number): number {
  const weekday = new Date(at).getUTCDay();
  return weekday === 6 || weekday <= 1 ? STALE_AFTER_WEEKEND_MS : STALE_AFTER_MS;
}

function pairOf(base: string, quote: string): string {
  return `${base}/${quote}`;
}
