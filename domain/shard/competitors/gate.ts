import { median } from "../../base/quantile.ts";
import { DAY_MS } from "../../base/time.ts";

/** What the gate remembers of one competitor. */
export interface GateState {
  /** the last price that was believed, minor units */
  price: number;
  /** how many prices in a row of time differed from the one before, the first among them */
  moves: number;
}

/** What a price is judged by. Prices in minor units. */
export interface GateReferences {
  /** null before the first accepted price */
  state: GateState | null;
  /** the competitor's own accepted prices that the new one may resemble: its latest levels */
  own: readonly number[];
  /** since the competitor was last seen, ms */
  idleMs: number;
  /** other prices of the same product: ours, and what other competitors ask; asked for only in doubt */
  market: () => readonly number[];
}

/** Why a price is not believed at once. */
export interface GateDoubt {
  code: "slip" | "outlier";
  /** what the factor looks like: times10, divided100, placeholder, pack6, … or unusual, or odd_ending */
  kind: string;
  /** the price over the one expected */
  factor: number;
  /** minor units */
  expected: number;
}

/** Doubt of a price that ends as none of this competitor's does, and is unusual too. */
export const ODD_ENDING = "odd_ending";

/**
 * How far a price may go beyond the nearest one known, in log units: up, and down. One that moved seldom is known less
 * well, so it may go further, by the second figure over the number of its moves.
 */
const UP = 0.41;
const UP_UNKNOWN = 0.1;
const DOWN = 0.25;
const DOWN_UNKNOWN = 0.5;
/** And further for every year in which nobody looked, as prices drift; up to a limit. */
const DRIFT_PER_YEAR = 0.15;
const DRIFT_MAX = 0.6;
/** A fall by a third of the last price is a sale, wherever it leads. */
const SALE = Math.log(1.5);
/** So much less far with an ending that is not this competitor's. */
const ODD_REACH = 0.55;
/** Near whatever the ending. */
const ODD_NEAR = 0.2;
/** Endings say something from so many prices on, and make a doubt of their own from so many. */
const ENDINGS_FROM = 2;
const ENDINGS_SURE_FROM = 3;
/** An ending is a habit if it has this share. */
const HABIT_SHARE = 0.75;
/** A first price may lie so far above and below the rest of the market. */
const FIRST_UP = Math.log(1.75);
const FIRST_DOWN = Math.log(2.7);
/** What others ask makes a price credible within this; one that looks like a slip has to agree more closely. */
const MARKET_REACH = Math.log(1.15);
const MARKET_AGREES = Math.log(1.1);
/** From here on a factor is a slip of the decimal point or of the page, not a price that moved. */
const SLIP_FROM = Math.log(3.5);
/** What pages show where there is no price. */
const PLACEHOLDER_MAX = 5;
/** How near a factor is to a ratio that it is named after. */
const RATIO_TOLERANCE = 0.02;
const DECIMAL_RATIOS = [10, 100, 1000];
const PACK_RATIOS = [2, 3, 4, 6, 12];
const YEAR_MS = 365 * DAY_MS;

/** The state after one more price that was believed; the same object if the price has not moved. */
export function gateAfter(state: GateState | null, price: number): GateState {
  if (state?.price === price) return state;
  return { price, moves: (state?.moves ?? 0) + 1 };
}

/**
 * Judges a price before it counts: null if it is believable, else why not. It is believable if it is near one of the
 * competitor's own prices or between two, a sale, or near what others ask for the same product; the very first one has
 * only the others to be compared with. Robust, as a median is: one wrong price among those known moves no limit, it
 * only makes itself believable.
 */
export function doubtOf(price: number, references: GateReferences): GateDoubt | null {
  const { state, own, idleMs, market } = references;
  const x = Math.log(price);
  if (own.length === 0) return doubtOfFirst(price, x, market());
  const last = Math.log(state?.price ?? own.at(-1)!);
  if (state !== null && x <= last && last - x <= SALE) return null;
  const levels = own.map((one) => Math.log(one));
  levels.push(last);
  const moves = Math.max(1, state?.moves ?? own.length);
  const drift = Math.min(DRIFT_MAX, (DRIFT_PER_YEAR * Math.max(0, idleMs)) / YEAR_MS);
  const up = UP + UP_UNKNOWN / moves + drift;
  const down = DOWN + DOWN_UNKNOWN / moves + drift;
  if (isNearOne(x, levels, Math.max(ODD_NEAR, up * ODD_REACH), Math.max(ODD_NEAR, down * ODD_REACH)))
    return null;
  const isOdd = hasOddEnding(price, own);
  if (!isOdd && isNearOne(x, levels, up, down)) return null;
  const doubt = nameFactor(price, x - median(levels));
  if (agreesWith(x, market(), doubt.code === "slip" ? MARKET_AGREES : MARKET_REACH)) return null;
  const isSurelyOdd = isOdd && doubt.code === "outlier" && own.length >= ENDINGS_SURE_FROM;
  return isSurelyOdd ? { ...doubt, kind: ODD_ENDING } : doubt;
}

function doubtOfFirst(price: number, x: number, market: readonly number[]): GateDoubt | null {
  if (market.length === 0) return null;
  const levels = market.map((one) => Math.log(one));
  return isNearOne(x, levels, FIRST_UP, FIRST_DOWN) ? null : nameFactor(price, x - median(levels));
}

/** Whether a log price lies at most so far above, or below, one of those known. */
function isNearOne(x: number, levels: readonly number[], up: number, down: number): boolean {
  return levels.some((level) => x - level <= up && level - x <= down);
}

function agreesWith(x: number, market: readonly number[], reach: number): boolean {
  return market.some((other) => other > 0 && Math.abs(x - Math.log(other)) <= reach);
}

/**
 * Shops end their prices by habit, mostly on 9, and errors of a page do not: whether the last digit is none of those
 * known, where nearly all of them have the same.
 */
function hasOddEnding(price: number, own: readonly number[]): boolean {
  const ending = price % 10;
  if (own.length < ENDINGS_FROM || own.some((one) => one % 10 === ending)) return false;
  const habit = Math.ceil(own.length * HABIT_SHARE);
  return own.some((one) => own.filter((other) => other % 10 === one % 10).length >= habit);
}

/** Names a factor, given as its log. */
function nameFactor(price: number, log: number): GateDoubt {
  const factor = Math.exp(log);
  const doubt = { factor, expected: Math.max(1, Math.round(price / factor)) };
  const size = Math.abs(log);
  const near = (ratio: number) => Math.abs(size - Math.log(ratio)) <= RATIO_TOLERANCE;
  const sign = log > 0 ? "times" : "divided";
  if (price <= PLACEHOLDER_MAX && log < 0) return { code: "slip", kind: "placeholder", ...doubt };
  const isSlip = size >= SLIP_FROM;
  const decimal = DECIMAL_RATIOS.find(near);
  if (decimal !== undefined) return { code: "slip", kind: `${sign}${decimal}`, ...doubt };
  const pack = PACK_RATIOS.find(near);
  if (pack !== undefined) return { code: isSlip ? "slip" : "outlier", kind: `pack${pack}`, ...doubt };
  return { code: isSlip ? "slip" : "outlier", kind: "unusual", ...doubt };
}

/** A price that stays at a ratio to what it was that a wrong mapping explains: another pack size, tax in or out. */
export interface MatchDoubt {
  /** pack2 … pack12, or tax */
  kind: string;
  /** minor units */
  price: number;
  /** observations of it */
  seen: number;
}

/** What a misread pack makes of a price that lasts. */
const LASTING_RATIOS = [2, 3, 4, 6, 10, 12];
/** Tax makes a ratio to the cent; anything near it is an ordinary change. */
const TAX_TOLERANCE = 0.002;
const SAME_PRICE = Math.log(1.02);
/** So many observations make it persistent. */
const PERSISTENT = 3;

/**
 * The doubt after one more accepted price. It ends when the price leaves the level at which it arose; it holds nothing
 * back, whatever the ratio. `taxRate`: fraction of the net price.
 */
export function matchDoubtAfter(
  doubt: MatchDoubt | null,
  before: number | null,
  price: number,
  taxRate: number | null,
): MatchDoubt | null {
  if (doubt !== null && Math.abs(Math.log(price / doubt.price)) <= SAME_PRICE)
    return doubt.seen >= PERSISTENT ? doubt : { ...doubt, seen: doubt.seen + 1 };
  if (before === null || before === price) return null;
  const kind = kindOf(Math.abs(Math.log(price / before)), taxRate);
  return kind === null ? null : { kind, price, seen: 1 };
}

/** What a match is to be looked at for; null = nothing, or nothing that lasts. */
export function matchQuality(doubt: MatchDoubt | null): string | null {
  return doubt !== null && doubt.seen >= PERSISTENT ? doubt.kind : null;
}

function kindOf(size: number, taxRate: number | null): string | null {
  if (taxRate !== null && taxRate > 0 && Math.abs(size - Math.log(1 + taxRate)) <= TAX_TOLERANCE)
    return "tax";
  const pack = LASTING_RATIOS.find((ratio) => Math.abs(size - Math.log(ratio)) <= RATIO_TOLERANCE);
  return pack === undefined ? null : `pack${pack}`;
}
