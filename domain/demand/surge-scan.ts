import { negativeBinomialCdf, negativeBinomialUpperTail } from "../statistics/beta.ts";

/** Windows looked at, hours. */
export const SCAN_HOURS = [1, 2, 4, 8, 24] as const;

/** Size of the negative binomial of an hour's units: how far hours differ beyond chance. */
const SIZE_PER_HOUR = 3;
/** A surge is at least so many units, and so many times the usual. */
const SURGE_UNITS_MIN = 5;
const SURGE_RATIO_MIN = 1.5;
/** A slump is told only where so many units were to be expected. */
const SLUMP_EXPECTED_MIN = 10;

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
 * with the mean `perHour`·w and the size 3·w. Null if none is at least 5 units and above 1.5 times the usual.
 * Source: the scan statistic (Kulldorff 1997, Communications in Statistics 26(6)) on upper tails of counts.
 */
export function scanSurge(unitsOf: (hours: number) => number, perHour: number): ScanResult | null {
  return leastLikely(perHour, unitsOf, (units, expected, size) =>
    units >= SURGE_UNITS_MIN && units > SURGE_RATIO_MIN * expected
      ? negativeBinomialUpperTail(units, expected, size)
      : null,
  );
}

/** The same for too few: only windows in which at least 10 units were to be expected. */
export function scanSlump(unitsOf: (hours: number) => number, perHour: number): ScanResult | null {
  return leastLikely(perHour, unitsOf, (units, expected, size) =>
    expected >= SLUMP_EXPECTED_MIN && units < expected ? negativeBinomialCdf(units, expected, size) : null,
  );
}

function leastLikely(
  perHour: number,
  unitsOf: (hours: number) => number,
  chanceOf: (units: number, expected: number, size: number) => number | null,
): ScanResult | null {
  let found: ScanResult | null = null;
  for (const hours of SCAN_HOURS) {
    const expected = perHour * hours;
    const units = unitsOf(hours);
    const chance = expected > 0 ? chanceOf(units, expected, SIZE_PER_HOUR * hours) : null;
    if (chance !== null && (found === null || chance < found.chance))
      found = { hours, units, expected, chance };
  }
  return found;
}
