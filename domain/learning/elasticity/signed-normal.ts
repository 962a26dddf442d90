import { normalCdf } from "../../base/normal.ts";

/** The log-normal of -x with the mean and sd of x: location and spread of ln(-x); null where x may well be positive. */
function logOf(mean: number, sd: number): { location: number; spread: number } | null {
  if (!(mean < 0) || sd > -mean) return null;
  const variance = Math.log1p((sd / mean) ** 2);
  return { location: Math.log(-mean) - variance / 2, spread: Math.sqrt(variance) };
}

/**
 * Central interval of an elasticity, `z` standard deviations to each side, that knows its sign: of the log-normal of -x with
 * the same mean and sd, which a normal with a small sd hardly differs from. Where the sd exceeds the mean, the normal's.
 *
 * @example mean -2.4, sd 1.1, z 1.96: -5.1 to -.93, where the normal says -4.6 to -.24.
 */
export function signedInterval(mean: number, sd: number, z: number): [number, number] {
  const log = logOf(mean, sd);
  if (log === null) return [mean - z * sd, mean + z * sd];
  return [-Math.exp(log.location + z * log.spread), -Math.exp(log.location - z * log.spread)];
}

/** Probability that it is below `bound`, by the same distribution. */
export function signedBelow(mean: number, sd: number, bound: number): number {
  const log = logOf(mean, sd);
  if (log === null) return normalCdf((bound - mean) / sd);
  return bound >= 0 ? 1 : normalCdf((log.location - Math.log(-bound)) / log.spread);
}
