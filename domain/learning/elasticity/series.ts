/** Length of one row of a demand series. Weeks and months are shop-local civil periods. */
export type Period = "day" | "week" | "month";

/** Nominal days per period, used to turn a period's demand into a daily rate. */
export const PERIOD_DAYS: Readonly<Record<Period, number>> = { day: 1, week: 7, month: 30.4375 };

/** One period of one SKU. */
export interface DemandPeriod {
  /** Day number (days since 1970-01-01) of the period's start. */
  t: number;
  /** Units sold in the period, net of known returns. */
  units: number;
  /** Natural log of our display price in major units. */
  logPrice: number;
  /** Natural log of the cheapest valid in-stock competitor, null when there is none. */
  logCompetitor: number | null;
  /** Natural log of our unit cost in major units, where it is known day by day. */
  logCost?: number;
  /** Demand-weighted share of the period in which the SKU could be bought, 0..1. */
  exposure: number;
  /** Further regressors (deal, feature, promotion), in the order of the series' `covariateNames`. */
  covariates?: readonly number[];
  /**
   * How far ln price was moved by a draw, from what would have been charged without it: an experiment. Absent: nothing
   * was drawn.
   */
  randomStep?: number;
  /** True if the price was a proposal's, drawn or not. */
  proposed?: boolean;
  /** True if stock ran out at an unknown time: units are then a lower bound of demand. */
  censored?: boolean;
}

/** Demand history of one SKU, ascending in t. */
export interface ElasticitySeries {
  sku: string;
  category: string;
  period: Period;
  covariateNames?: readonly string[];
  periods: readonly DemandPeriod[];
}

/**
 * Calendar effects of one category on log demand.
 * `weekday[d]`: log factor of weekday d (0 = Sunday), centred. `holidays[name]`: log effect of a holiday;
 * `calendar[t]`: the holiday on day t.
 */
export interface CalendarFactors {
  weekday: readonly number[];
  holidays: Readonly<Record<string, number>>;
  calendar: Readonly<Record<number, string>>;
}

/** Weekday of a day number, 0 = Sunday (1970-01-01 was a Thursday). */
export function weekdayOf(t: number): number {
  return (((Math.floor(t) + 4) % 7) + 7) % 7;
}
