import { currencyExponent } from "../../domain/base/currency.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { halfEven } from "../../domain/base/rounding.ts";
import { dayText, type Month, monthOf } from "./dates.ts";
import type { Mapping } from "./mapping.ts";
import { spreadEvenly } from "./spread.ts";

/** One product's month: amounts in minor units. */
export interface ProductMonth {
  sku: string;
  title: string;
  category: string;
  month: Month;
  price: number;
  quantity: number;
  /** the competitors that have a price this month */
  competitors: { id: string; price: number }[];
}

/** One line of a CSV file by header. */
export type CsvRecord = Record<string, string>;

/**
 * Reads the columns that the mapping names, and no other. Prices are monthly means with many decimals: they are
 * rounded to the currency's minor unit.
 * @throws Error naming line and column of a value that cannot be read.
 */
export function readMonths(records: readonly CsvRecord[], mapping: Mapping): ProductMonth[] {
  const scale = 10 ** currencyExponent(mapping.currency);
  return records.map((record, index) => {
    const text = (column: string): string => {
      const value = record[column]?.trim();
      if (value === undefined || value === "") throw new Error(`line ${index + 2}: ${column} is missing`);
      return value;
    };
    const amount = (column: string): number => {
      const minor = halfEven(Number(text(column)) * scale);
      if (!(minor > 0)) throw new Error(`line ${index + 2}: ${column} is no price: ${text(column)}`);
      return minor;
    };
    const { product, competitors } = mapping;
    return {
      sku: text(product.sku),
      title: text(product.title),
      category: text(product.category),
      month: monthOf(text(mapping.month.column), mapping.month.format),
      price: amount(mapping.price),
      quantity: Number(text(mapping.quantity)),
      competitors: competitors
        .filter(({ price }) => (record[price] ?? "").trim() !== "")
        .map(({ id, price }) => ({ id, price: amount(price) })),
    };
  });
}

/** The last day that the data set covers, as a day number. @throws Error if there are no rows. */
export function lastDay(months: readonly ProductMonth[]): number {
  if (months.length === 0) throw new Error("the data set has no rows");
  return months.reduce((last, { month }) => Math.max(last, month.first + month.days - 1), -Infinity);
}

/** A product as `POST /api/import/products` takes it. */
export interface ProductLine {
  sku: string;
  title: string;
  category: string;
  currency: string;
  price: string;
  unitCost: string;
}

/** One product line per SKU: base price = its last price, unit cost = the mapping's share of its first price. */
export function productLines(months: readonly ProductMonth[], mapping: Mapping): ProductLine[] {
  const bySku = new Map<string, { first: ProductMonth; last: ProductMonth }>();
  for (const month of months) {
    const known = bySku.get(month.sku);
    if (!known) bySku.set(month.sku, { first: month, last: month });
    else if (month.month.first < known.first.month.first) known.first = month;
    else if (month.month.first > known.last.month.first) known.last = month;
  }
  const { currency, costShareOfFirstPrice } = mapping;
  return [...bySku.values()].map(({ first, last }) => ({
    sku: last.sku,
    title: last.title,
    category: last.category,
    currency,
    price: formatMinor(last.price, currency),
    unitCost: formatMinor(Math.max(1, halfEven(first.price * costShareOfFirstPrice)), currency),
  }));
}

/** A day of demand history as `POST /api/ingest/demand` takes it. */
export interface DemandLine {
  sku: string;
  day: string;
  units: number;
  price: string;
}

/** Every month's quantity over its days, as whole units; `shift` days are added to each date. */
export function demandLines(months: readonly ProductMonth[], currency: string, shift: number): DemandLine[] {
  return months.flatMap(({ sku, month, price, quantity }) =>
    spreadEvenly(quantity, month.days).map((units, k) => ({
      sku,
      day: dayText(month.first + shift + k),
      units,
      price: formatMinor(price, currency),
    })),
  );
}

/** A competitor's price as `POST /api/ingest/observations` takes it. */
export interface ObservationLine {
  sku: string;
  competitor: string;
  price: string;
  currency: string;
  observedAt: string;
}

/** One observation per competitor and day of the month, at noon UTC; `shift` days are added to each date. */
export function observationLines(
  months: readonly ProductMonth[],
  currency: string,
  shift: number,
): ObservationLine[] {
  return months.flatMap(({ sku, month, competitors }) =>
    competitors.flatMap(({ id, price }) =>
      Array.from({ length: month.days }, (_, k) => ({
        sku,
        competitor: id,
        price: formatMinor(price, currency),
        currency,
        observedAt: `${dayText(month.first + shift + k)}T12:00:00Z`,
      })),
    ),
  );
}
