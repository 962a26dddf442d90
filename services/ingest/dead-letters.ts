import { and, asc, desc, eq, gt, lt, ne, or, sql } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
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

/** One page of letters, newest first. */
export async function listDeadLetters(
  db: Database,
  page: {
    status?: DeadLetter["status"] | undefined;
    after?: { parkedAt: number; id: string } | undefined;
    limit: number;
  },
): Promise<DeadLetter[]> {
  const { status, after, limit } = page;
  const { parkedAt, id } = deadLetters;
  return db
    .select()
    .from(deadLetters)
    .where(
      and(
        status && eq(deadLetters.status, status),
        after && or(lt(parkedAt, after.parkedAt), and(eq(parkedAt, after.parkedAt), gt(id, after.id))),
      ),
    )
    .orderBy(desc(parkedAt), asc(id))
    .limit(limit);
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
