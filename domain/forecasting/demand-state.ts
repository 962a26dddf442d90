/**
 * What is known of a SKU's demand at the end of the last full day. Plain numbers, taken from the demand
 * filter.
 */
export interface DemandState {
  /** posterior mean of ln(units per fully in-stock day), at the price in force and on an average weekday */
  logMean: number;
  /** posterior variance of the same */
  logVariance: number;
  /** variance of a day's units over their mean, given the level; ≥ 1 */
  dispersion: number;
  /** variance the log level gains per day */
  levelNoise: number;
  /** log factor of each weekday, 0 = Sunday, centred */
  weekday: readonly number[];
}

export const FLAT_WEEK: readonly number[] = [0, 0, 0, 0, 0, 0, 0];

/** Above it e^q overflows any purpose: a level known to a factor of 12 at one standard deviation. */
const MAX_LOG_VARIANCE = 6;
/** ±ln 10⁹ units per day */
const MAX_LOG_MEAN = 20.7;

/** True when a forecast can be made from the state: finite numbers in a sane range, seven weekdays. */
export function isUsableState(state: DemandState): boolean {
  return (
    Math.abs(state.logMean) <= MAX_LOG_MEAN &&
    state.logVariance >= 0 &&
    state.logVariance <= MAX_LOG_VARIANCE &&
    state.dispersion >= 1 &&
    Number.isFinite(state.dispersion) &&
    state.levelNoise >= 0 &&
    state.levelNoise <= 1 &&
    state.weekday.length === 7 &&
    state.weekday.every(Number.isFinite)
  );
}

/** Gamma posterior of a rate; mean `shape / exposure`. */
export interface GammaRate {
  shape: number;
  /** days */
  exposure: number;
}

/** The log-normal of the same mean and variance: var ln λ = ln(1 + 1/shape). */
export function logMomentsOf({ shape, exposure }: GammaRate): Pick<DemandState, "logMean" | "logVariance"> {
  const logVariance = Math.min(MAX_LOG_VARIANCE, Math.log1p(1 / shape));
  return { logMean: Math.log(shape / exposure) - logVariance / 2, logVariance };
}
