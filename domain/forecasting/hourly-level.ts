import { type DemandState, type GammaRate, logMomentsOf } from "./demand-state.ts";

const DISCOUNT_PER_DAY = 0.97;

/** The level before the first day: one day's worth of belief in `unitsPerDay`. */
export function startLevel(unitsPerDay: number): GammaRate {
  return { shape: unitsPerDay, exposure: 1 };
}

/**
 * Gamma–Poisson level with discount 0.97 per day: a ← 0.97 a + y, b ← 0.97 b + exposure (in-stock share of
 * the day, weighted by the hour profile and the weekday factor). Unusable input leaves the level as it is.
 * Source: Smith & Miller 1986, JRSS B 48(1), the discounted gamma level.
 */
export function updateLevel(level: GammaRate, units: number, exposure: number): GammaRate {
  if (!(units >= 0 && exposure >= 0 && units + exposure < Number.POSITIVE_INFINITY)) return level;
  return {
    shape: DISCOUNT_PER_DAY * level.shape + units,
    exposure: DISCOUNT_PER_DAY * level.exposure + exposure,
  };
}

/**
 * The same level as a demand state; the discount's spread is in the shape, so the level gains none on top.
 */
export function stateOfLevel(
  level: GammaRate,
  rest: Pick<DemandState, "dispersion" | "weekday">,
): DemandState {
  return { ...logMomentsOf(level), levelNoise: 0, ...rest };
}
