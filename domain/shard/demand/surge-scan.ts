import { negativeBinomialCdf, negativeBinomialUpperTail } from "../../base/special-functions.ts";

/** The windows that are scanned, hours. */
export const SCAN_HOURS = [1, 2, 4, 8, 24] as const;

/** Size of the negative binomial per hour: how much hours differ beyond chance. */
const SIZE_PER_HOUR = 3;
const DAY_HOURS = 24;

/** What is needed for a surge or slump at all, however unlikely it is. */
export interface ScanLimits {
  /** fewer units are no surge */
  surgeUnits: number;
  /** a surge is more than this many times the usual */
  surgeRatio: number;
  /** no slump where fewer units were expected */
  slumpUnits: number;
}

/** Units sold in the last `hours` hours, and units expected in them. */
export interface ScannedDemand {
  unitsOf(hours: number): number;
  expectedOf(hours: number): number;
}

/** The window that stands out most. */
export interface ScanResult {
  hours: number;
  units: number;
  expected: number;
  /** chance that usual demand gives as many units or more (for a slump: as few or fewer) */
  chance: number;
}

/**
 * The window whose units are least likely to be as high under usual demand: units of w hours are negative binomial with
 * the usual mean and the size 3·w. Null if no window is a surge.
 * Source: the scan statistic (Kulldorff 1997, Communications in Statistics 26(6)) on upper tails of counts.
 */
export function scanSurge(demand: ScannedDemand, limits: ScanLimits): ScanResult | null {
  return leastLikely(demand, (units, expected, size) =>
    units >= limits.surgeUnits && units > limits.surgeRatio * expected
      ? negativeBinomialUpperTail(units, expected, size)
      : null,
  );
}

/** The window whose units are least likely to be as low; null if no window is a slump. */
export function scanSlump(demand: ScannedDemand, limits: ScanLimits): ScanResult | null {
  return leastLikely(demand, (units, expected, size) =>
    expected >= limits.slumpUnits && units < expected ? negativeBinomialCdf(units, expected, size) : null,
  );
}

/**
 * The demand of the last day as a multiple of the usual: the posterior mean of the factor on it, whose prior is gamma
 * with mean 1 as in the negative binomial, (72 + units) / (72 + expected).
 * @example dayRatio({ unitsOf: () => 36, expectedOf: () => 18 }) // 1.2
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
