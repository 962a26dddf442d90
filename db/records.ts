import { getTableColumns, type InferSelectModel } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";

/** Rows as D1 answers a compiled query of all columns of a table, as the records that Drizzle would make of them. */
export function recordsOf<T extends SQLiteTable>(
  table: T,
  rows: readonly Record<string, unknown>[],
): InferSelectModel<T>[] {
  const columns = Object.entries<SQLiteColumn>(getTableColumns(table));
  return rows.map((row) => {
    const values = columns.map(([name, column]) => {
      const value = row[column.name] ?? null;
      return [name, value === null ? null : column.mapFromDriverValue(value)];
    });
    return Object.fromEntries(values) as InferSelectModel<T>;
  });
}
