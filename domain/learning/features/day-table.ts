import { dayIndex, dayOfNumber } from "../../base/time.ts";
import type { FeatureDay, SkuFeatures } from "./sku-features.ts";

/** Distinct days remembered: more than a decade. */
const KNOWN_MAX = 4_000;
const known = new Map<number, string>();

/** `dayOfNumber`, remembered: all SKUs of a run have the same few hundred days. */
export function dayName(number: number): string {
  let name = known.get(number);
  if (name !== undefined) return name;
  name = dayOfNumber(number);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(number, name);
  return name;
}

type Value = number | boolean | null;
/** A value a day, or the one that all have; where only some days have one, null stands for none. */
type Column = Value[] | { all: Value };
type ColumnName = Exclude<keyof FeatureDay, "day">;

/** The columns of a table; each reads its own member, which is several times faster than by name. */
const COLUMNS: { readonly [name in ColumnName]: (day: FeatureDay) => Value } = {
  units: ({ units }) => units,
  price: ({ price }) => price,
  cheapest: ({ cheapest }) => cheapest,
  exposure: ({ exposure }) => exposure,
  promo: ({ promo }) => promo,
  censored: ({ censored }) => censored ?? null,
  views: ({ views }) => views ?? null,
  carts: ({ carts }) => carts ?? null,
  cost: ({ cost }) => cost ?? null,
};

/** Of these only some days may have a value. */
const SOME: ReadonlySet<ColumnName> = new Set(["censored", "views", "carts", "cost"]);

/** Days as columns: a tenth of the text that one object a day makes. Plain JSON. */
export interface DayTable {
  /** day numbers; of days without a gap the first and how many */
  day: number[] | { first: number; count: number };
  /** a column that no day has is left out */
  columns: Partial<Record<ColumnName, Column>>;
}

/** What a run reads of one SKU, with its days as a table. */
export type Packed<T extends { features: SkuFeatures }> = Omit<T, "features"> & {
  features: Omit<SkuFeatures, "days"> & { days: DayTable };
};

/** The days as a table. */
export function packDays(days: readonly FeatureDay[]): DayTable {
  const columns: DayTable["columns"] = {};
  for (const name of Object.keys(COLUMNS) as ColumnName[]) {
    const column = columnOf(days, COLUMNS[name]);
    const isEmpty = !Array.isArray(column) && column.all === null;
    if (!(isEmpty && SOME.has(name))) columns[name] = column;
  }
  const day = days.map((one) => dayIndex(one.day));
  const first = day[0] ?? 0;
  return {
    day: day.every((number, i) => number === first + i) ? { first, count: day.length } : day,
    columns,
  };
}

function columnOf(days: readonly FeatureDay[], read: (day: FeatureDay) => Value): Column {
  const all = days.length === 0 ? null : read(days[0]!);
  let same = 1;
  while (same < days.length && read(days[same]!) === all) same++;
  return same < days.length ? days.map(read) : { all };
}

/** The days of a table, as they were. */
export function unpackDays({ day, columns }: DayTable): FeatureDay[] {
  const numbers = Array.isArray(day) ? day : Array.from({ length: day.count }, (_, i) => day.first + i);
  const at = (name: ColumnName) => readerOf(columns[name]);
  const [units, price, cheapest] = [at("units"), at("price"), at("cheapest")];
  const [exposure, promo] = [at("exposure"), at("promo")];
  const days = numbers.map(
    (number, i): FeatureDay => ({
      day: dayName(number),
      units: units(i) as number,
      price: price(i) as number,
      cheapest: cheapest(i) as number | null,
      exposure: exposure(i) as number,
      promo: promo(i) as boolean,
    }),
  );
  for (const name of SOME) {
    if (columns[name] === undefined) continue;
    const read = at(name);
    days.forEach((one, i) => {
      const value = read(i);
      if (value !== null) Object.assign(one, { [name]: value });
    });
  }
  return days;
}

function readerOf(column: Column | undefined): (i: number) => Value {
  if (Array.isArray(column)) return (i) => column[i]!;
  const all = column?.all ?? null;
  return () => all;
}

/** The same of whole snapshots, for the bucket. */
export function packSnapshot<T extends { features: SkuFeatures }>(snapshot: T): Packed<T> {
  const { features } = snapshot;
  return { ...snapshot, features: { ...features, days: packDays(features.days) } };
}

/** A snapshot as it was before it was packed. */
export function unpackSnapshot<T extends { features: SkuFeatures }>(packed: Packed<T>): T {
  const { features } = packed;
  return { ...packed, features: { ...features, days: unpackDays(features.days) } } as unknown as T;
}
