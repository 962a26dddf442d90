import { dayIndex, dayNames } from "../../base/time.ts";
import type { FeatureDay, SkuFeatures } from "./sku-features.ts";

type Value = number | boolean | string | Readonly<Record<string, number>> | null;
/** One value per day, or the single value that all days share; in optional columns null means no value. */
type Column = Value[] | { all: Value };
type ColumnName = Exclude<keyof FeatureDay, "day">;

/** How each column reads its day: by a fixed member, which is several times faster than by name. */
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
  randomStep: ({ randomStep }) => randomStep ?? null,
  proposed: ({ proposed }) => proposed ?? null,
  period: ({ period }) => period ?? null,
  promotions: ({ promotions }) => promotions ?? null,
};

/** Columns in which a day may have no value. */
const OPTIONAL: ReadonlySet<ColumnName> = new Set([
  ...(["censored", "views", "carts", "cost", "randomStep", "proposed", "period", "promotions"] as const),
]);

/** Days as columns: a tenth of the text of one object per day. Plain JSON. */
interface DayTable {
  /** day numbers; without gaps only the first and the count */
  day: number[] | { first: number; count: number };
  /** a column without any value is left out */
  columns: Partial<Record<ColumnName, Column>>;
}

/** A SKU's snapshot with its days as a table. */
export type Packed<T extends { features: SkuFeatures }> = Omit<T, "features"> & {
  features: Omit<SkuFeatures, "days"> & { days: DayTable };
};

function packDays(days: readonly FeatureDay[]): DayTable {
  const columns: DayTable["columns"] = {};
  for (const name of Object.keys(COLUMNS) as ColumnName[]) {
    const column = columnOf(days, COLUMNS[name]);
    const isEmpty = !Array.isArray(column) && column.all === null;
    if (!(isEmpty && OPTIONAL.has(name))) columns[name] = column;
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

/** The days of a table, as they were before. */
function unpackDays({ day, columns }: DayTable, dayName: (number: number) => string): FeatureDay[] {
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
  for (const name of OPTIONAL) {
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

/** A snapshot as it is kept in the bucket. */
export function packSnapshot<T extends { features: SkuFeatures }>(snapshot: T): Packed<T> {
  const { features } = snapshot;
  return { ...snapshot, features: { ...features, days: packDays(features.days) } };
}

/** Snapshots as they were before they were packed. */
export function unpackSnapshots<T extends { features: SkuFeatures }>(packed: readonly Packed<T>[]): T[] {
  const dayName = dayNames();
  return packed.map(
    ({ features, ...rest }) =>
      ({ ...rest, features: { ...features, days: unpackDays(features.days, dayName) } }) as unknown as T,
  );
}
