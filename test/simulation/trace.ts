import { EPOCH_VERSIONS } from "../../domain/shard/epoch.ts";
import type { Sqlite } from "./platform/sqlite.ts";

/** Tables that the line writes, with what identifies a row. */
export const TRACED = {
  offers: ["sku", "competitor"],
  signals: ["id"],
  demand_days: ["sku", "day"],
  stock: ["sku", "warehouse"],
  aggregates: ["sku", "aggregator"],
  quarantine: ["id"],
} as const;
export type Traced = keyof typeof TRACED;

/** `given`: the version as it is written, with its epoch */
export type Seen = Record<string, string | number | null> & { version: number; given: number };

/** Has the database note every state that a row of these tables ever had. */
export function traceTables(sqlite: Sqlite): void {
  for (const [table, key] of Object.entries(TRACED)) {
    const same = key.map((column) => `${column} = NEW.${column}`).join(" AND ");
    sqlite.run(`CREATE TABLE trace_${table} AS SELECT * FROM ${table} WHERE 0`);
    for (const event of ["INSERT", "UPDATE"])
      sqlite.run(
        `CREATE TRIGGER trace_${table}_${event} AFTER ${event} ON ${table}
         BEGIN INSERT INTO trace_${table} SELECT * FROM ${table} WHERE ${same}; END`,
      );
  }
}

/** The states that each row had, oldest first. */
export function tracedRows(sqlite: Sqlite, table: Traced): Map<string, Seen[]> {
  const { rows } = sqlite.run(`SELECT * FROM trace_${table} ORDER BY rowid`);
  return Map.groupBy((rows as Seen[]).map(counted), (row) => keyOf(table, row));
}

/** Forgets what rows were before. */
export function forgetTraces(sqlite: Sqlite): void {
  for (const table of Object.keys(TRACED)) sqlite.run(`DELETE FROM trace_${table}`);
}

/** The rows as they are now. */
export function presentRows(sqlite: Sqlite, table: Traced): Map<string, Seen> {
  const { rows } = sqlite.run(`SELECT * FROM ${table}`);
  return new Map((rows as Seen[]).map((row) => [keyOf(table, row), counted(row)]));
}

/** With its version as the SKU counted it, whichever object it lives in. */
function counted(row: Seen): Seen {
  return { ...row, version: row.version % EPOCH_VERSIONS, given: row.version };
}

function keyOf(table: Traced, row: Seen): string {
  return TRACED[table].map((column) => row[column]).join(" ");
}
