import { roundQuantity } from "../base/quantity.ts";
import { unpackBehaviour } from "../shard/demand/behaviour.ts";
import { addCounters, COUNTED, type Counters, emptyCounters } from "../shard/demand/counters.ts";

/** A SKU's day of demand as it is projected, with what its product says. Money in minor units. */
export interface SkuDay {
  category: string;
  currency: string;
  units: number;
  revenue: number;
  views: number | null;
  carts: number | null;
  /** what its events were by hour, see `packBehaviour`; null = no event is known */
  behaviour: string | null;
}

/** What was sold of a category on a day. */
interface DemandTotals {
  /** products with a row for the day, and those that sold */
  products: number;
  sellers: number;
  units: number;
  revenue: number;
  views: number;
  carts: number;
}

/** A day by category: its totals, and its events by hours since it began. */
export interface DayDemand {
  totals: Map<string, DemandTotals>;
  hours: Map<string, Map<number, Counters>>;
  /** rows counted */
  source: number;
}

export function emptyDayDemand(): DayDemand {
  return { totals: new Map(), hours: new Map(), source: 0 };
}

/** Where the counters hold money: it is left out for products of another currency than the install's. */
const MONEY = [COUNTED.indexOf("revenue"), COUNTED.indexOf("refundAmount")];

/** Counts one SKU into its day. `currency`: the install's. */
export function addSkuDay(sum: DayDemand, row: SkuDay, currency: string): void {
  const isHome = row.currency === currency;
  sum.source += 1;
  const totals = sum.totals.get(row.category) ?? noTotals();
  sum.totals.set(row.category, totals);
  totals.products += 1;
  totals.sellers += row.units > 0 ? 1 : 0;
  totals.units = roundQuantity(totals.units + row.units);
  totals.revenue += isHome ? row.revenue : 0;
  totals.views += row.views ?? 0;
  totals.carts += row.carts ?? 0;
  if (row.behaviour === null) return;
  const hours = sum.hours.get(row.category) ?? new Map<number, Counters>();
  sum.hours.set(row.category, hours);
  for (const [hour, counted] of unpackBehaviour(row.behaviour).hours) {
    const counters = hours.get(hour) ?? emptyCounters();
    hours.set(hour, counters);
    if (!isHome) for (const place of MONEY) counted[place] = 0;
    addCounters(counters, counted);
  }
}

function noTotals(): DemandTotals {
  return { products: 0, sellers: 0, units: 0, revenue: 0, views: 0, carts: 0 };
}
