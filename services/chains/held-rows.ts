import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { AuditFact } from "../../domain/ledger/facts.ts";

/** Instants at which the rows of a page began to wait and were decided. */
export function heldInstants(page: SQLWrapper): SQL {
  return sql`SELECT held_at FROM ${page} UNION SELECT decided_at FROM ${page}`;
}

/** The entries of the instants of one row. */
export function entriesByRow(entries: readonly AuditFact[]) {
  const facts = Map.groupBy(entries, ({ at }) => at);
  return ({ heldAt, decidedAt }: { heldAt: number; decidedAt: number | null }): AuditFact[] =>
    [...new Set([heldAt, decidedAt])].flatMap((at) => (at === null ? [] : (facts.get(at) ?? [])));
}

/**
 * The first row that is not what an entry says of it. One that was decided before `archivedBefore` may be gone.
 *
 * @param denies why the row, undefined if it is gone, is not what the entry says; null if it is
 */
export function firstDenied<Row extends { id: string }>(
  entries: readonly AuditFact[],
  rows: readonly Row[],
  archivedBefore: number,
  {
    idsOf,
    denies,
  }: {
    idsOf(entry: AuditFact): readonly string[];
    denies(entry: AuditFact, row: Row | undefined, id: string): string | null;
  },
): { at: string; reason: string } | null {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const entry of entries) {
    for (const id of idsOf(entry)) {
      const row = byId.get(id);
      if (row === undefined && entry.at < archivedBefore) continue;
      const reason = denies(entry, row, id);
      if (reason) return { at: id, reason };
    }
  }
  return null;
}
