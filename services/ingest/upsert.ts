import { jsonColumns } from "../../db/bulk.ts";

/** Rows of one statement: its one parameter stays far under the 2 MB of a value. */
const ROWS_PER_STATEMENT = 1_000;

/** Absolute, versioned rows of one table. */
interface Upsert {
  table: string;
  key: readonly string[];
  columns: readonly string[];
  /** columns that a newer version sets; default: all but the key */
  update?: readonly string[];
  /** what a newer version sets them to; default: its own value */
  set?: Readonly<Record<string, string>>;
  /** a further condition on updating */
  when?: string;
  returning?: string;
}

/** One statement for any number of rows; a row whose stored version is not older is left alone and costs nothing. */
export function upsert({ table, key, columns, update = columns, set = {}, when, returning }: Upsert): string {
  const all = [...key, ...columns];
  const assigned = update.map((column) => `${column} = ${set[column] ?? `excluded.${column}`}`);
  return `INSERT INTO ${table} (${all.join(", ")}) SELECT ${jsonColumns(all.length)} FROM json_each(?1) WHERE true
    ON CONFLICT (${key.join(", ")}) DO UPDATE SET ${assigned.join(", ")}
    WHERE excluded.version > ${table}.version ${when ? `AND ${when}` : ""} ${returning ? `RETURNING ${returning}` : ""}`;
}

/** The statement with its rows, in as many slices as it takes; none without rows. */
export function statements(d1: D1Database, sql: string, rows: readonly unknown[]): D1PreparedStatement[] {
  const slices: D1PreparedStatement[] = [];
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT)
    slices.push(d1.prepare(sql).bind(JSON.stringify(rows.slice(start, start + ROWS_PER_STATEMENT))));
  return slices;
}
