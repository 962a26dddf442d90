import { and, eq, gte, lt, ne, sql } from "drizzle-orm";
import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readIds, readPage } from "../../db/list.ts";
import { deadLetters } from "../../db/schema.ts";
import { commitBatch, guardCount, prepare } from "../../db/write.ts";
import type { ServiceContext } from "../context.ts";

/** A message that exhausted its tries. The same work has the same `id`: parked again, it replaces its letter. */
export type DeadLetter = typeof deadLetters.$inferSelect;

/** Stores a letter. One that is already parked is left alone, one that was settled is parked again. */
export async function storeDeadLetter(
  d1: D1Database,
  letter: Omit<DeadLetter, "status" | "settledAt">,
): Promise<void> {
  const parked = { ...letter, status: "parked" as const, settledAt: null };
  await commitBatch(d1, bulkUpsert(d1, deadLetters, [parked], { where: ne(deadLetters.status, "parked") }));
}

export const DEAD_LETTER_LIST = {
  source: sql`${deadLetters}`,
  id: deadLetters.id,
  sorts: { parkedAt: deadLetters.parkedAt },
  sort: "-parkedAt",
  search: [deadLetters.id, deadLetters.queue, deadLetters.reason],
  facets: { status: deadLetters.status, queue: deadLetters.queue },
} as const satisfies ListShape;

interface LetterFilter {
  status?: DeadLetter["status"] | undefined;
  queue?: string | undefined;
  /** parked at or after, and before; ms */
  from?: number | undefined;
  to?: number | undefined;
}

function conditions({ status, queue, from, to }: LetterFilter) {
  return [
    ...[is(deadLetters.status, status), is(deadLetters.queue, queue)],
    from === undefined ? undefined : gte(deadLetters.parkedAt, from),
    to === undefined ? undefined : lt(deadLetters.parkedAt, to),
  ];
}

/** One page of letters. */
export async function listDeadLetters(db: Database, query: ListQuery, filter: LetterFilter) {
  return readPage(db, DEAD_LETTER_LIST, query, conditions(filter), ({ place, cut }) =>
    cut(
      db
        .select({ letter: deadLetters, ...place })
        .from(deadLetters)
        .$dynamic(),
    ),
  );
}

/** The ids of the parked letters of a query, newest first. `q`: a part of id, queue or reason. */
export function listParkedIds(
  db: Database,
  { q, ...filter }: Omit<LetterFilter, "status"> & { q?: string | undefined },
): Promise<string[]> {
  return readIds(db, DEAD_LETTER_LIST, { q }, conditions({ ...filter, status: "parked" }));
}

/** Letters by their ids, those that are there. */
export function findDeadLetters(db: Database, ids: readonly string[]): Promise<DeadLetter[]> {
  return db.select().from(deadLetters).where(isAmong(deadLetters.id, ids)).orderBy(deadLetters.id);
}

export async function findDeadLetter(db: Database, id: string): Promise<DeadLetter | null> {
  const [letter] = await db.select().from(deadLetters).where(eq(deadLetters.id, id));
  return letter ?? null;
}

/** The statements that settle parked letters; they fail their batch if one of them is settled already. */
export function settleStatements(
  { d1, db, now }: ServiceContext,
  ids: readonly string[],
  status: "replayed" | "discarded",
): D1PreparedStatement[] {
  const update = db
    .update(deadLetters)
    .set({ status, settledAt: now })
    .where(and(isAmong(deadLetters.id, ids), eq(deadLetters.status, "parked")));
  return [prepare(d1, update), guardCount(d1, sql`changes()`, ids.length)];
}

/** Parks a letter again whose message could not be sent after all. */
export async function parkAgain({ db }: ServiceContext, id: string): Promise<void> {
  await db
    .update(deadLetters)
    .set({ status: "parked", settledAt: null })
    .where(and(eq(deadLetters.id, id), eq(deadLetters.status, "replayed")));
}
