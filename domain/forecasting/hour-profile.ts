export const HOURS_PER_DAY = 24;
export const HOURS_PER_WEEK = 168;

/**
 * Share of a day's demand that falls in each hour of the week, index 24·weekday + hour (0 = Sunday 00:00);
 * the 24 shares of each day sum to 1, weekday levels are kept elsewhere.
 */
export type HourProfile = readonly number[];

export const FLAT_HOURS: HourProfile = new Array(HOURS_PER_WEEK).fill(1 / HOURS_PER_DAY);

/** units a day's shape needs before it weighs as much as the prior */
const PRIOR_UNITS = 50;
/** from this many units a SKU has a shape of its own */
export const OWN_PROFILE_UNITS = 2000;

/** Profile from units per hour of the week, each day shrunk towards `prior` with the weight of 50 units. */
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

/** The SKU's own profile from 2,000 units on, else its category's. */
export function profileFor(ownUnits: readonly number[], category: HourProfile): HourProfile {
  const total = ownUnits.reduce((sum, units) => sum + units, 0);
  return total > OWN_PROFILE_UNITS ? hourProfile(ownUnits, category) : category;
}
