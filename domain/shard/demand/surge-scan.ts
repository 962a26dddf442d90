import { negativeBinomialCdf, negativeBinomialUpperTail } from "../../base/special-functions.ts";

/** Windows looked at, hours. */
export const SCAN_HOURS = [1, 2, 4, 8, 24] as const;

/** Size of the negative binomial of an hour's units: how far hours differ beyond chance. */
const SIZE_PER_HOUR = 3;
const DAY_HOURS = 24;
/** What is told as a surge or a slump at all, however unlikely it is. */
export interface ScanLimits {
  /** fewer units are no surge */
  surgeUnits: number;
  /** nor is less than so many times the usual */
  surgeRatio: number;
  /** no slump where fewer units were to be expected */
  slumpUnits: number;
}

/** Units sold in the last so many hours, and units to be expected in them. */
export interface ScannedDemand {
  unitsOf(hours: number): number;
  expectedOf(hours: number): number;
}

/** The window that stands out most. */
export interface ScanResult {
  hours: number;
  units: number;
  expected: number;
  /** chance that the usual demand gives as much (a slump: as little) */
  chance: number;
}

/**
 * The window whose units are least likely under the usual demand to be so many: units of w hours are negative binomial
 * with the usual mean and the size 3·w. Null if none is a surge.
 * Source: the scan statistic (Kulldorff 1997, Communications in Statistics 26(6)) on upper tails of counts.
 */
export function scanSurge(demand: ScannedDemand, limits: ScanLimits): ScanResult | null {
  return leastLikely(demand, (units, expected, size) =>
    units >= limits.surgeUnits && units > limits.surgeRatio * expected
      ? negativeBinomialUpperTail(units, expected, size)
      : null,
  );
}

/** The same for too few. */
export function scanSlump(demand: ScannedDemand, limits: ScanLimits): ScanResult | null {
  return leastLikely(demand, (units, expected, size) =>
    expected >= limits.slumpUnits && units < expected ? negativeBinomialCdf(units, expected, size) : null,
  );
}

/**
 * How far the demand of the last day lies from the usual: the mean of the factor on it, given what was sold. The factor is
 * gamma with mean 1, as the negative binomial takes it to be.
 */
export function dayRatio({ unitsOf, expectedOf }: ScannedDemand): number {
  const size = SIZE_PER_HOUR * DAY_HOURS;
  return (size + unitsOf(DAY_HOURS)) / (size + expectedOf(DAY_HOURS));
}

function leastLikely(
  { unitsOf, expectedOf }: ScannedDemand,
  chanceOf: (units: number, expected: number, size: number) => number | null,
): ScanResult | null {
  let found: ScanResult | null = null;
  for (const hours of SCAN_HOURS) {
    const expected = expectedOf(hours);
    const units = unitsOf(hours);
    const chance = expected > 0 ? chanceOf(units, expected, SIZE_PER_HOUR * hours) : null;
    if (chance !== null && (found === null || chance < found.chance))
      found = { hours, units, expected, chance };
  }
  return found;
}
