import { median } from "../../base/quantile.ts";
import { DAY_MS } from "../../base/time.ts";

/** What the price gate remembers of one competitor. */
export interface GateState {
  /** the last price that was believed, minor units */
  price: number;
  /** how many prices differed from the one before, in order of time; the first counts too */
  moves: number;
}

/** What a price is compared with. Prices in minor units. */
export interface GateReferences {
  /** null before the first accepted price */
  state: GateState | null;
  /** the competitor's own accepted prices: its latest levels */
  own: readonly number[];
  /** since the competitor was last seen, ms */
  idleMs: number;
  /** other prices of the same product: ours and those of other competitors; called only in doubt */
  market: () => readonly number[];
}

/** Why a price is doubted. */
export interface GateDoubt {
  code: "slip" | "outlier";
  /** what the factor looks like: times10, divided100, placeholder, pack6 …, or unusual, odd_ending or currency_flip */
  kind: string;
  /** the price divided by the expected one */
  factor: number;
  /** minor units */
  expected: number;
}

/** The kind of doubt about an unusual price whose last digit this competitor has never used. */
export const ODD_ENDING = "odd_ending";

/**
 * How far a price may lie above or below the nearest known one, in log units. A competitor whose price moved seldom is
 * known less well, so its price may lie further off: by the second figure divided by the number of its moves.
 */
const UP = 0.45;
const UP_UNKNOWN = 0.1;
const DOWN = 0.25;
const DOWN_UNKNOWN = 0.5;
/**
 * The additional reach downwards for each unit of log distance between the highest and the second lowest known price:
 * who sells at very different prices has deep sales. The second lowest, so that one wrong price widens nothing.
 */
const DOWN_BY_SPREAD = 0.7;
/** The additional reach per year without an observation, since prices drift, and its limit. */
const DRIFT_PER_YEAR = 0.15;
const DRIFT_MAX = 0.6;
/** A fall by up to a third of the last price is always believed: it is a sale. */
const SALE = Math.log(1.5);
/** The shares of the reach up and down for a price whose ending this competitor does not use: sales end as they fall. */
const ODD_REACH = 0.55;
const ODD_REACH_DOWN = 0.7;
/** Log distance that is near whatever the ending. */
const ODD_NEAR = 0.2;
/** Known prices needed for endings to count at all, and for a doubt of their own. */
const ENDINGS_FROM = 2;
const ENDINGS_SURE_FROM = 3;
/** Share of the known prices from which an ending is a habit. */
const HABIT_SHARE = 0.5;
/** How far a first price may lie above and below the rest of the market. */
const FIRST_UP = Math.log(1.75);
const FIRST_DOWN = Math.log(2.7);
/** Log distance within which another price of the market confirms one; a slip has to agree more closely. */
const MARKET_REACH = Math.log(1.15);
const MARKET_AGREES = Math.log(1.1);
/** From this factor on it is a slip of the decimal point or of the page, not a price that moved. */
const SLIP_FROM = Math.log(3.5);
/** What pages show where there is no price. */
const PLACEHOLDER_MAX = 5;
/** Log distance up to which a factor takes the name of a ratio. */
const RATIO_TOLERANCE = 0.02;
const DECIMAL_RATIOS = [10, 100, 1000];
const PACK_RATIOS = [2, 3, 4, 6, 12];
const YEAR_MS = 365 * DAY_MS;

/** The state after one more believed price; the same object if the price has not moved. */
export function gateAfter(state: GateState | null, price: number): GateState {
  if (state?.price === price) return state;
  return { price, moves: (state?.moves ?? 0) + 1 };
}

/**
 * Judges a price before it counts: null if it is believable, else why not. It is believable if it is near one of the
 * competitor's own prices, a sale, or near what others ask for the same product. A competitor's first price can only be
 * compared with the others. Like a median this is robust: one wrong price among the known ones moves no limit and only
 * makes its own repetition believable.
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
  const down = DOWN + DOWN_UNKNOWN / moves + DOWN_BY_SPREAD * spreadOf(levels) + drift;
  const isHalf = isHalfOfAnother(price, state?.price ?? own.at(-1)!, own);
  const [upOdd, downOdd] = [Math.max(ODD_NEAR, up * ODD_REACH), Math.max(ODD_NEAR, down * ODD_REACH_DOWN)];
  if (!isHalf && isNearOne(x, levels, upOdd, downOdd)) return null;
  const isOdd = isHalf || hasOddEnding(price, own);
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

/** Log distance between the highest of the known prices and the second lowest that is another. */
function spreadOf(levels: readonly number[]): number {
  let [lowest, second, highest] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const level of levels) {
    highest = Math.max(highest, level);
    if (level < lowest) [lowest, second] = [level, lowest];
    else if (level > lowest) second = Math.min(second, level);
  }
  return Number.isFinite(second) ? highest - second : 0;
}

/** Whether a log price lies at most `up` above or `down` below one of the known ones. */
function isNearOne(x: number, levels: readonly number[], up: number, down: number): boolean {
  return levels.some((level) => x - level <= up && level - x <= down);
}

function agreesWith(x: number, market: readonly number[], reach: number): boolean {
  return market.some((other) => other > 0 && Math.abs(x - Math.log(other)) <= reach);
}

/**
 * Whether at least half of the known prices end on the same digit and this one ends on a digit that none of them has. Shops end
 * their prices by habit, mostly on 9; the errors of a page do not.
 */
function hasOddEnding(price: number, own: readonly number[]): boolean {
  const ending = price % 10;
  if (own.length < ENDINGS_FROM || own.some((one) => one % 10 === ending)) return false;
  const habit = Math.ceil(own.length * HABIT_SHARE);
  return own.some((one) => own.filter((other) => other % 10 === one % 10).length >= habit);
}

/**
 * Whether this is half of a known price to the cent, but not of the last one, with an ending that none of them has: a
 * page that shows a price which came back, and halves it. Half of the last price is how shops announce a sale, so that
 * counts as any other fall.
 */
function isHalfOfAnother(price: number, last: number, own: readonly number[]): boolean {
  const isHalfOf = (one: number) => Math.abs(2 * price - one) <= 1;
  if (price >= last || isHalfOf(last) || !own.some(isHalfOf)) return false;
  return !own.some((one) => one % 10 === price % 10);
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

/** Doubt about a match: the price stays at a ratio to the one before that another pack size or tax would explain. */
export interface MatchDoubt {
  /** pack2 … pack12, or tax */
  kind: string;
  /** minor units */
  price: number;
  /** how often it was observed */
  seen: number;
}

/** Ratios that a misread pack size gives. */
const LASTING_RATIOS = [2, 3, 4, 6, 10, 12];
/** A tax ratio is exact to the cent, so the tolerance is small. */
const TAX_TOLERANCE = 0.002;
const SAME_PRICE = Math.log(1.02);
/** Observations from which the doubt shows. */
const PERSISTENT = 3;

/**
 * The doubt after one more accepted price. It ends when the price leaves the level at which it arose, and it never
 * quarantines anything. `taxRate`: fraction of the net price.
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

/** Why a match should be looked at; null = no doubt, or none that lasts. */
export function matchQuality(doubt: MatchDoubt | null): string | null {
  return doubt !== null && doubt.seen >= PERSISTENT ? doubt.kind : null;
}

function kindOf(size: number, taxRate: number | null): string | null {
  if (taxRate !== null && taxRate > 0 && Math.abs(size - Math.log(1 + taxRate)) <= TAX_TOLERANCE)
    return "tax";
  const pack = LASTING_RATIOS.find((ratio) => Math.abs(size - Math.log(ratio)) <= RATIO_TOLERANCE);
  return pack === undefined ? null : `pack${pack}`;
}
