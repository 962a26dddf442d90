import { RESEND_AFTER_MS } from "../../domain/runs/phases.ts";
import type { ServiceContext } from "../context.ts";

export interface OutboxRow {
  id: number;
  kind: "ours";
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
export async function claimOutbox(ctx: Pick<ServiceContext, "d1" | "now">): Promise<OutboxRow[]> {
  const { results } = await ctx.d1
    .prepare(
      `UPDATE outbox SET sent_at = ?1, attempts = attempts + 1
       WHERE id IN (
         SELECT id FROM outbox
         WHERE attempts < ?4 AND (sent_at IS NULL OR sent_at <= ?1 - ?2 * (1 << min(attempts - 1, ?5)))
         ORDER BY id LIMIT ?3)
       RETURNING id, kind, body, created_at AS createdAt, attempts`,
    )
    .bind(ctx.now, RESEND_AFTER_MS, CLAIM_MAX, OUTBOX_TRIES, BACKOFF_DOUBLINGS_MAX)
    .all<Omit<OutboxRow, "skus"> & { body: string }>();
  return results.map(({ body, ...row }) => ({ ...row, skus: JSON.parse(body) as string[] }));
}
