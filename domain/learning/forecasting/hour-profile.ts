export const HOURS_PER_DAY = 24;
export const HOURS_PER_WEEK = 168;

/**
 * Share of a day's demand that falls in each hour of the week, index 24·weekday + hour (0 = Sunday 00:00);
 * the 24 shares of each day sum to 1, weekday levels are kept elsewhere.
 */
export type HourProfile = readonly number[];

export const FLAT_HOURS: HourProfile = new Array(HOURS_PER_WEEK).fill(1 / HOURS_PER_DAY);

/** units a weekday needs for its own shape to weigh as much as the prior */
const PRIOR_UNITS = 50;
/** from this many units a SKU has a shape of its own */
export const OWN_PROFILE_UNITS = 2000;

/**
 * Profile from units per hour of the week, each day shrunk towards `prior` with the weight of 50 units.
 *
 * @example 50 units, all sold on Sundays from 10 to 11: index 10 // (50 + 50/24) / 100 = 0.5208
 */
export function hourProfile(units: readonly number[], prior: HourProfile = FLAT_HOURS): HourProfile {
  const profile = new Array<number>(HOURS_PER_WEEK);
  for (let day = 0; day < 7; day++) {
    const from = day * HOURS_PER_DAY;
    let total = PRIOR_UNITS;
    for (let hour = from; hour < from + HOURS_PER_DAY; hour++) total += units[hour]!;
    for (let hour = from; hour < from + HOURS_PER_DAY; hour++) {
      profile[hour] = (units[hour]! + PRIOR_UNITS * prior[hour]!) / total;
    }
  }
  return profile;
}

/** Units of each category by hour of the week. */
export type CategoryHours = Record<string, readonly number[]>;

/** The profile of each category. */
export function categoryProfiles(hours: CategoryHours): Map<string, HourProfile> {
  return new Map(Object.entries(hours).map(([category, units]) => [category, hourProfile(units)]));
}

/** A SKU's profile: its own where it sells enough, else its category's; flat where no sales are counted by the hour. */
export function profileOf(
  profiles: ReadonlyMap<string, HourProfile>,
  category: string,
  ownUnits?: readonly number[],
): HourProfile {
  const shared = profiles.get(category) ?? FLAT_HOURS;
  return ownUnits ? profileFor(ownUnits, shared) : shared;
}

/** Adds counts by hour of the week to those of their categories. */
export function addCategoryHours(
  to: Record<string, number[]>,
  counts: readonly { category: string; hour: number; units: number }[],
): void {
  for (const { category, hour, units } of counts) {
    const known = to[category] ?? new Array<number>(HOURS_PER_WEEK).fill(0);
    to[category] = known;
    known[hour]! += units;
  }
}

/** The SKU's own profile from 2,000 units on, else its category's. */
function profileFor(ownUnits: readonly number[], category: HourProfile): HourProfile {
  const total = ownUnits.reduce((sum, units) => sum + units, 0);
  return total > OWN_PROFILE_UNITS ? hourProfile(ownUnits, category) : category;
}
