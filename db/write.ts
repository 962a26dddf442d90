import { fillPlaceholders, type SQL, sql } from "drizzle-orm";
import { SQLiteAsyncDialect } from "drizzle-orm/sqlite-core";
import { batchGuard } from "./schema.ts";

/** Why an atomic batch did not commit. */
export type BatchFailure = "head_moved" | "guard_failed";

/** The batch rolled back whole: another writer took the chain's next number, or an update hit nothing. */
export class BatchConflict extends Error {
  readonly failure: BatchFailure;
  constructor(failure: BatchFailure, message: string) {
    super(message);
    this.name = "BatchConflict";
    this.failure = failure;
  }
}

/**
 * The atomic write: all statements commit, or none. D1 has no interactive transaction, so conditions are in the
 * statements themselves: a chain's primary key rejects the second writer, and `guardCount` an update that missed.
 *
 * @throws BatchConflict when either happened; anything else as D1 threw it
 */
export async function commitBatch(d1: D1Database, statements: D1PreparedStatement[]): Promise<D1Result[]> {
  try {
    return await d1.batch(statements);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/UNIQUE constraint failed: (price_ledger|audit)\.seq/.test(message))
      throw new BatchConflict("head_moved", message);
    if (/CHECK constraint failed: all_hit/.test(message)) throw new BatchConflict("guard_failed", message);
    throw error;
  }
}

const DIALECT = new SQLiteAsyncDialect();

type Query = SQL | { toSQL(): { sql: string; params: unknown[] } };

/** A query as the text and the parameters that D1 takes; some may be `sql.placeholder`s, to be filled by `bind`. */
export interface Compiled {
  text: string;
  params: unknown[];
}

/** Building the text of a query takes longer than to run it: what runs often is compiled once. */
export function compile(query: Query): Compiled {
  const { sql: text, params } = "toSQL" in query ? query.toSQL() : DIALECT.sqlToQuery(query);
  return { text, params };
}

/** A compiled query as a statement of an atomic batch. */
export function bind(
  d1: D1Database,
  { text, params }: Compiled,
  values: Record<string, unknown>,
): D1PreparedStatement {
  return d1.prepare(text).bind(...fillPlaceholders(params, values));
}

/** A query of Drizzle's, or SQL with Drizzle's columns in it, as a statement of an atomic batch. */
export function prepare(d1: D1Database, query: Query): D1PreparedStatement {
  return bind(d1, compile(query), {});
}

/**
 * A statement that fails its batch unless the count is the wanted one. `count`: `db.$count(table, condition)`, or a
 * sum of such.
 *
 * @example
 * guardCount(d1, db.$count(apiKeys, and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt))), 1);
 */
export function guardCount(d1: D1Database, count: SQL, wanted: number): D1PreparedStatement {
  return prepare(
    d1,
    sql`INSERT OR REPLACE INTO ${batchGuard} (id, hit, wanted) VALUES (1, (${count}), ${wanted})`,
  );
}
