import { median } from "../statistics/quantile.ts";

/**
 * What the gate remembers of one competitor's accepted prices, in natural logs of minor units: a location that follows
 * by clipped steps, and a running median of the distance from it (stochastic approximation of location and MAD).
 */
export interface GateState {
  location: number;
  scale: number;
  count: number;
}

/** What a price is judged by. Prices in minor units. */
export interface GateReferences {
  /** null before the first accepted price */
  state: GateState | null;
  /** the competitor's own accepted prices that the new one may resemble: the last one, and its latest levels */
  own: readonly number[];
  /** other prices of the same product: ours, and what other competitors ask; asked for only in doubt */
  market: () => readonly number[];
}

/** Why a price is not believed at once. */
export interface GateDoubt {
  code: "slip" | "outlier";
  /** what the factor looks like: times10, divided100, placeholder, pack6, … or unusual */
  kind: string;
  /** the price over the one expected */
  factor: number;
  /** minor units */
  expected: number;
}

const STEP_MAX = 0.25;
const SCALE_GAIN = 0.05;
const SCALE_MIN = 0.005;
const SCALE_MAX = 0.06;
const SCALE_START = 0.05;
/** MAD to standard deviation of a normal distribution. */
const MAD_TO_SD = 1.4826;
const SD_MIN = 0.03;
/** Hampel's identifier: so many robust standard deviations from the location is far. */
const FAR_SDS = 5;
/** Never far: within this of the location, whatever its scale. */
const NEAR = Math.log(1.5);
/** A price known already comes back, a little changed. */
const RECURS = Math.log(1.25);
/** A sale that halves the price is normal, a further fall is not. */
const SALE = Math.log(2.08);
/** A first price may differ from the rest of the market by this. */
const FIRST_REACH = Math.log(3.2);
/** What others ask makes a price credible within this; one that looks like a slip has to agree more closely. */
const MARKET_REACH = Math.log(1.25);
const MARKET_AGREES = Math.log(1.1);
/** From here on a factor is a slip of the decimal point or of the page, not a price that moved. */
const SLIP_FROM = Math.log(3.5);
/** What pages show where there is no price. */
const PLACEHOLDER_MAX = 5;
/** How near a factor is to a ratio that it is named after. */
const RATIO_TOLERANCE = 0.02;
const DECIMAL_RATIOS = [10, 100, 1000];
const PACK_RATIOS = [2, 3, 4, 6, 12];

/** The state after one more accepted price. O(1). */
export function gateAfter(state: GateState | null, price: number): GateState {
  const x = Math.log(price);
  if (state === null) return { location: x, scale: SCALE_START, count: 1 };
  const error = x - state.location;
  const distance = Math.abs(error);
  const step = state.scale * SCALE_GAIN * (distance > state.scale ? 1 : -1);
  return {
    location: state.location + Math.sign(error) * Math.min(distance, STEP_MAX),
    scale: Math.min(SCALE_MAX, Math.max(SCALE_MIN, state.scale + step)),
    count: state.count + 1,
  };
}

/** The state once a price was believed that it would have doubted: a new level begins. */
export function gateAt(state: GateState | null, price: number): GateState {
  return { location: Math.log(price), scale: SCALE_START, count: (state?.count ?? 0) + 1 };
}

/**
 * Judges a price before it counts: null if it is believable, else why not. It is believable if it recurs, if it
 * is near the middle of the competitor's own prices by Hampel's identifier on log prices (Hampel 1974), or near what
 * others ask for the same product; the very first one has only the others to be compared with.
 */
export function doubtOf(price: number, references: GateReferences): GateDoubt | null {
  const { state, own, market } = references;
  const x = Math.log(price);
  if (state === null && own.length === 0) return doubtOfFirst(price, x, market());
  const levels = own.map((one) => Math.log(one));
  if (levels.some((level) => Math.abs(x - level) <= RECURS)) return null;
  const { up, down } = reachOf(state);
  const center = median(state === null ? levels : [...levels, state.location]);
  const isNear = (from: number) => x - from <= up && from - x <= down;
  if (isNear(center) || (state !== null && isNear(state.location))) return null;
  const doubt = nameFactor(price, x - center);
  return agreesWith(x, market(), doubt.code === "slip" ? MARKET_AGREES : MARKET_REACH) ? null : doubt;
}

function doubtOfFirst(price: number, x: number, market: readonly number[]): GateDoubt | null {
  if (market.length === 0 || agreesWith(x, market, FIRST_REACH)) return null;
  return nameFactor(price, x - Math.log(median(market)));
}

function agreesWith(x: number, market: readonly number[], reach: number): boolean {
  return market.some((other) => other > 0 && Math.abs(x - Math.log(other)) <= reach);
}

/** How far up and down from what is known a price may go. */
function reachOf(state: GateState | null): { up: number; down: number } {
  const scale = state?.scale ?? SCALE_START;
  const far = FAR_SDS * Math.max(MAD_TO_SD * scale, SD_MIN);
  return { up: Math.max(NEAR, far), down: Math.max(SALE, far) };
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
