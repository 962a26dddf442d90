import {
  getTableColumns,
  getTableName,
  type InferInsertModel,
  type Placeholder,
  type SQL,
  sql,
} from "drizzle-orm";
import { getTableConfig, type SQLiteColumn, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { type Database, database } from "./database.ts";
import { jsonParts } from "./json-parts.ts";
import { bind, type Compiled, compile } from "./write.ts";

type Plain = string | number | boolean | null;
type Insert<T extends SQLiteTable> = InferInsertModel<T>;
type Name<T extends SQLiteTable> = keyof Insert<T> & string;

/** What becomes of a row whose key is in the table already. */
interface Upsert<T extends SQLiteTable> {
  /** the columns that then take the new row's value; default: all that rows have; none = the stored row stays */
  update?: readonly Name<T>[];
  /** the columns that only an insert sets; default: the key */
  keep?: readonly Name<T>[];
  /** the columns that then take another value */
  set?: { [K in Name<T>]?: SQL };
  /** the column that has to be greater in the new row: repeating a write changes nothing */
  newer?: Name<T>;
  /** a further condition on overwriting; `excluded(column)` is the new row's value */
  where?: SQL | undefined;
  /** inserts only the rows for which this holds; it is given their values by column */
  only?: (row: Record<Name<T>, SQL>) => SQL;
  /** columns to answer of each row that was written */
  returning?: readonly (keyof T["_"]["columns"] & string)[];
}

/**
 * The statements that insert any number of rows; none without rows. D1 takes 100 parameters a statement, so rows
 * travel as one JSON parameter, or as many as it takes. A key that is taken fails the batch.
 */
export function bulkInsert<T extends SQLiteTable>(
  d1: D1Database,
  table: T,
  rows: readonly Insert<T>[],
): D1PreparedStatement[] {
  return insertParts(d1, table, rows, NO_CONFLICT, () => sql.empty());
}

/**
 * The same, with what becomes of rows whose primary key is taken. Pass a constant as `upsert` where it runs often: the
 * text of its statements is then built once.
 */
export function bulkUpsert<T extends SQLiteTable>(
  d1: D1Database,
  table: T,
  rows: readonly Insert<T>[],
  upsert: Upsert<T> = OVERWRITE,
): D1PreparedStatement[] {
  const conflict = (used: readonly Used[]) => onConflict(table, used, upsert);
  return insertParts(d1, table, rows, upsert, conflict, upsert.only);
}

/** In an upsert: the new row's value of a column. */
export function excluded(column: SQLiteColumn): SQL {
  return sql`excluded.${sql.identifier(column.name)}`;
}

type JsonTable<K extends string, Row extends Record<K, Plain> = Record<K, Plain>> = {
  [name in K]: SQL<Row[name]>;
} & { table: SQL };

/**
 * Rows as a table of one JSON parameter, to join, to update from or to count: `table` goes behind FROM, the other
 * members are its columns. A row may have more than the named fields.
 *
 * @example
 * const seen = jsonTable("seen", ["sku", "total"], [{ sku: "A-1", total: 7 }]);
 * prepare(d1, db.update(products).set({ stock: seen.total }).from(seen.table).where(eq(products.sku, seen.sku)));
 */
export function jsonTable<K extends string, Row extends Record<K, Plain>>(
  alias: string,
  names: readonly K[],
  rows: readonly Row[],
): JsonTable<K, Row> {
  return tableOf(alias, names, jsonOf(names, rows)) as JsonTable<K, Row>;
}

/**
 * The same for a query that runs often: it is built once, and then given its rows; no statement without rows.
 *
 * @example
 * const addStock = overRows(["sku", "total"], (db, seen) =>
 *   db.update(products).set({ stock: seen.total }).from(seen.table).where(eq(products.sku, seen.sku)));
 * addStock(d1, [{ sku: "A-1", total: 7 }]);
 */
export function overRows<K extends string>(
  names: readonly K[],
  build: (db: Database, seen: JsonTable<K>) => Parameters<typeof compile>[0],
): (d1: D1Database, rows: readonly Record<K, Plain>[]) => D1PreparedStatement[] {
  let compiled: Compiled | undefined;
  return (d1, rows) => {
    if (rows.length === 0) return [];
    compiled ??= compile(build(database(d1), tableOf("seen", names, sql.placeholder("rows"))));
    return [bind(d1, compiled, { rows: jsonOf(names, rows) })];
  };
}

function tableOf<K extends string>(
  alias: string,
  names: readonly K[],
  json: string | Placeholder,
): JsonTable<K> {
  const values = names.map((name, i) => sql`value ->> ${sql.raw(`${i}`)} AS ${sql.identifier(name)}`);
  const columns = names.map((name) => [name, sql`${sql.identifier(alias)}.${sql.identifier(name)}`]);
  return {
    ...(Object.fromEntries(columns) as JsonTable<K>),
    table: sql`(SELECT ${list(values)} FROM json_each(${json})) AS ${sql.identifier(alias)}`,
  };
}

function jsonOf<K extends string>(names: readonly K[], rows: readonly Record<K, Plain>[]): string {
  return JSON.stringify(rows.map((row) => names.map((name) => row[name])));
}

/** `column IN (…)` for any number of values: they travel as one JSON parameter, or as many as it takes. */
export function isAmong(column: SQLiteColumn | SQL, values: readonly (string | number)[]): SQL {
  const parts = values.length === 0 ? ["[]"] : jsonParts(values);
  const among = parts.map((part) => sql`${column} IN (SELECT value FROM json_each(${part}))`);
  return among.length === 1 ? among[0]! : sql`(${sql.join(among, sql.raw(" OR "))})`;
}

type Used = readonly [name: string, column: SQLiteColumn];

/** How rows are inserted if nothing is said: as a plain insert, or over rows of the same key. */
const NO_CONFLICT = {};
const OVERWRITE = {};

/** Texts by what becomes of taken keys, and then by table and columns. */
const texts = new WeakMap<object, Map<string, Compiled>>();

function insertParts<T extends SQLiteTable>(
  d1: D1Database,
  table: T,
  rows: readonly Insert<T>[],
  upsert: object,
  conflict: (used: readonly Used[]) => SQL,
  only?: (row: Record<Name<T>, SQL>) => SQL,
): D1PreparedStatement[] {
  if (rows.length === 0) return [];
  const used = usedColumns(table, rows);
  const known = texts.get(upsert) ?? new Map<string, Compiled>();
  texts.set(upsert, known);
  const key = [getTableName(table), ...used.map(([name]) => name)].join(" ");
  const compiled = known.get(key) ?? compile(insertSql(table, used, conflict(used), only));
  known.set(key, compiled);
  return jsonParts(encoded(rows, used)).map((part) => bind(d1, compiled, { part }));
}

function insertSql<T extends SQLiteTable>(
  table: T,
  used: readonly Used[],
  conflict: SQL,
  only?: (row: Record<Name<T>, SQL>) => SQL,
): SQL {
  const places = used.map(([name], i) => [name, sql`value ->> ${sql.raw(`${i}`)}`] as const);
  const values = list(places.map(([, place]) => place));
  const condition = only?.(Object.fromEntries(places) as Record<Name<T>, SQL>) ?? sql`true`;
  const names = list(used.map(([, column]) => sql.identifier(column.name)));
  const part = sql.placeholder("part");
  return sql`INSERT INTO ${table} (${names}) SELECT ${values} FROM json_each(${part}) WHERE ${condition}${conflict}`;
}

function encoded<T extends SQLiteTable>(rows: readonly Insert<T>[], used: readonly Used[]): unknown[][] {
  return rows.map((row) =>
    used.map(([name, column]) => {
      const value = row[name as keyof Insert<T>];
      // in a JSON column that is never NULL, null is a value like others
      const isNull = value === undefined || (value === null && !column.notNull);
      return isNull ? null : column.mapToDriverValue(value);
    }),
  );
}

function onConflict<T extends SQLiteTable>(
  table: T,
  used: readonly Used[],
  { update, keep = [], set = {}, newer, where, returning }: Upsert<T>,
): SQL {
  const columns: Record<string, SQLiteColumn> = getTableColumns(table);
  const key = primaryKeyOf(table);
  const kept = new Set<string>(keep);
  const taken =
    update ?? used.flatMap(([name, column]) => (key.includes(column) || kept.has(name) ? [] : [name]));
  const values = new Map([
    ...taken.map((name) => [name, excluded(columns[name]!)] as const),
    ...Object.entries<SQL | undefined>(set).flatMap(([name, value]) =>
      value ? [[name, value] as const] : [],
    ),
  ]);
  const assignments = [...values].map(
    ([name, value]) => sql`${sql.identifier(columns[name]!.name)} = ${value}`,
  );
  const conditions = [
    ...(newer ? [sql`${excluded(columns[newer]!)} > ${columns[newer]}`] : []),
    ...(where ? [sql`(${where})`] : []),
  ];
  const target = list(key.map(({ name }) => sql.identifier(name)));
  const filter = conditions.length > 0 ? sql` WHERE ${sql.join(conditions, sql.raw(" AND "))}` : sql.empty();
  const answer = (returning ?? []).map(
    (name) => sql`${sql.identifier(columns[name]!.name)} AS ${sql.identifier(name)}`,
  );
  const action = assignments.length > 0 ? sql`UPDATE SET ${list(assignments)}${filter}` : sql`NOTHING`;
  const answered = answer.length > 0 ? sql` RETURNING ${list(answer)}` : sql.empty();
  return sql` ON CONFLICT (${target}) DO ${action}${answered}`;
}

/** The columns of a table that any of the rows has a value for. */
function usedColumns<T extends SQLiteTable>(table: T, rows: readonly Insert<T>[]): Used[] {
  const columns = Object.entries<SQLiteColumn>(getTableColumns(table));
  return columns.filter(([name]) => rows.some((row) => row[name as keyof Insert<T>] !== undefined));
}

function primaryKeyOf(table: SQLiteTable): SQLiteColumn[] {
  const { columns, primaryKeys } = getTableConfig(table);
  const [composite] = primaryKeys;
  return composite ? composite.columns : columns.filter(({ primary }) => primary);
}

function list(parts: readonly SQL[] | readonly ReturnType<typeof sql.identifier>[]): SQL {
  return sql.join([...parts], sql.raw(", "));
}
