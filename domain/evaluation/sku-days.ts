import { contribution, netPrice, type UnitEconomics } from "../pricing/unit-economics.ts";

/** A stored day of a SKU's demand. */
export interface ShopDay {
  sku: string;
  /** day number */
  day: number;
  units: number;
  /** the day's price, minor units */
  price: number;
  /** share of the day on sale, 0..1; null = not known */
  exposure: number | null;
}

/** A SKU's days from `first` on, one place for each; a day without a row sold nothing. Money in minor units. */
export interface SkuDays {
  first: number;
  units: number[];
  profit: number[];
  /** net of tax */
  revenue: number[];
  /** 1 = sold out all day */
  soldOut: number[];
  /** displayed; 0 = not known */
  price: number[];
}

/** Stored days as a row of places; earnings at the present cost, or null of a product whose cost is not known. */
export function skuDays(
  rows: readonly ShopDay[],
  economics: UnitEconomics,
  { first, last }: { first: number; last: number },
): SkuDays {
  const length = Math.max(0, last - first + 1);
  const zeros = () => new Array<number>(length).fill(0);
  const days: SkuDays = {
    ...{ first, units: zeros(), profit: zeros(), revenue: zeros(), soldOut: zeros(), price: zeros() },
  };
  for (const { day, units, price, exposure } of rows) {
    const at = day - first;
    if (at < 0 || at >= length) continue;
    days.units[at] = units;
    days.price[at] = price;
    days.profit[at] = units * contribution(price, economics);
    days.revenue[at] = units * netPrice(price, economics);
    days.soldOut[at] = 1 - (exposure ?? 1);
  }
  return days;
}

/** Mean of a span of days, both ends included; of days that are not there zero. */
export function meanDay(values: readonly number[], first: number, from: number, to: number): number {
  const part = values.slice(Math.max(0, from - first), Math.max(0, to - first + 1));
  return part.length === 0 ? 0 : part.reduce((sum, value) => sum + value, 0) / part.length;
}
