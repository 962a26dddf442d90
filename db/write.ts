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
 * statements themselves: a chain's primary key rejects the second writer, and `guardStatement` an update that missed.
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

/** The batch's last statement: fails it unless the counting expression yields `wanted`. */
export function guardStatement(
  d1: D1Database,
  countSql: string,
  parameters: unknown[],
  wanted: number,
): D1PreparedStatement {
  return d1
    .prepare(`INSERT OR REPLACE INTO batch_guard (id, hit, wanted) VALUES (1, (${countSql}), ${wanted})`)
    .bind(...parameters);
}
