import { and, asc, inArray, isNull, lt, lte, or, sql } from "drizzle-orm";
import { outbox } from "../../db/schema.ts";
import { RESEND_AFTER_MS } from "../../domain/runs/phases.ts";
import type { ServiceContext } from "../context.ts";

export interface OutboxRow {
  id: number;
  skus: string[];
  /** ms; of the batch that wrote it */
  createdAt: number;
  /** this one included */
  attempts: number;
}

const CLAIM_MAX = 50;
/** Each send waits twice as long for its answer as the one before, up to sixteen times: a quarter of an hour. */
const BACKOFF_DOUBLINGS_MAX = 4;
/** Two days of tries; a row that could not be delivered by then stays, for a person to see in the health report. */
export const OUTBOX_TRIES = 200;

/** Claims rows never sent, or sent a while ago and still there (their consumer deletes them): each counts as a try. */
export async function claimOutbox({ db, now }: Pick<ServiceContext, "db" | "now">): Promise<OutboxRow[]> {
  const { id, attempts, sentAt, body, createdAt } = outbox;
  const waitMs = sql`${RESEND_AFTER_MS} * (1 << min(${attempts} - 1, ${BACKOFF_DOUBLINGS_MAX}))`;
  const due = db
    .select({ id })
    .from(outbox)
    .where(and(lt(attempts, OUTBOX_TRIES), or(isNull(sentAt), lte(sentAt, sql`${now} - ${waitMs}`))))
    .orderBy(asc(id))
    .limit(CLAIM_MAX);
  const rows = await db
    .update(outbox)
    .set({ sentAt: now, attempts: sql`${attempts} + 1` })
    .where(inArray(id, due))
    .returning({ id, body, createdAt, attempts });
  return rows.map(({ body, ...row }) => ({ ...row, skus: body as string[] }));
}
