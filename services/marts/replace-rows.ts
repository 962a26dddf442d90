import { and, getTableColumns, type InferInsertModel, type SQL, sql } from "drizzle-orm";
import { getTableConfig, type SQLiteColumn, type SQLiteTable } from "drizzle-orm/sqlite-core";
import { bulkUpsert, excluded, jsonTable } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { prepare } from "../../db/write.ts";

/**
 * The statements that make the rows of `scope` be these and no others. A row that is the same already is not written:
 * rows written are the bill.
 */
export function replaceRows<T extends SQLiteTable>(
  { d1, db }: { d1: D1Database; db: Database },
  table: T,
  rows: readonly InferInsertModel<T>[],
  scope: SQL | undefined,
): D1PreparedStatement[] {
  return [
    ...upsertChanged(d1, table, rows),
    prepare(d1, db.delete(table).where(and(scope, isGone(table, rows)))),
  ];
}

/** Inserts rows, and overwrites those of the same key that differ. */
export function upsertChanged<T extends SQLiteTable>(
  d1: D1Database,
  table: T,
  rows: readonly InferInsertModel<T>[],
): D1PreparedStatement[] {
  const key = new Set(keyOf(table).map(([, column]) => column));
  const columns = Object.values<SQLiteColumn>(getTableColumns(table)).filter((column) => !key.has(column));
  const differs = columns.map((column) => sql`${excluded(column)} IS NOT ${column}`);
  return bulkUpsert(d1, table, rows, { where: sql.join(differs, sql` OR `) });
}

function isGone<T extends SQLiteTable>(table: T, rows: readonly InferInsertModel<T>[]): SQL {
  const key = keyOf(table);
  const names = key.map(([name]) => name);
  const seen = jsonTable("seen", names, rows as unknown as Record<string, string | number>[]);
  const same = key.map(([name, column]) => sql`${seen[name]!} = ${column}`);
  return sql`NOT EXISTS (SELECT 1 FROM ${seen.table} WHERE ${sql.join(same, sql` AND `)})`;
}

function keyOf(table: SQLiteTable): [name: string, column: SQLiteColumn][] {
  const [composite] = getTableConfig(table).primaryKeys;
  const columns = Object.entries<SQLiteColumn>(getTableColumns(table));
  return columns.filter(([, column]) => (composite ? composite.columns.includes(column) : column.primary));
}
