import { and, eq, ne, sql } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
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
}

/** One page of letters. */
export async function listDeadLetters(db: Database, query: ListQuery, { status, queue }: LetterFilter) {
  const filters = [is(deadLetters.status, status), is(deadLetters.queue, queue)];
  return readPage(db, DEAD_LETTER_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ letter: deadLetters, ...place })
        .from(deadLetters)
        .$dynamic(),
    ),
  );
}

export async function findDeadLetter(db: Database, id: string): Promise<DeadLetter | null> {
  const [letter] = await db.select().from(deadLetters).where(eq(deadLetters.id, id));
  return letter ?? null;
}

/** The statements that settle a parked letter; they fail their batch if it is settled already. */
export function settleStatements(
  { d1, db, now }: ServiceContext,
  id: string,
  status: "replayed" | "discarded",
): D1PreparedStatement[] {
  const update = db
    .update(deadLetters)
    .set({ status, settledAt: now })
    .where(and(eq(deadLetters.id, id), eq(deadLetters.status, "parked")));
  return [prepare(d1, update), guardCount(d1, sql`changes()`, 1)];
}
