import type { Env } from "../db/env.ts";
import { packRows } from "../domain/delivery/chunking.ts";
import type { RowVerdict } from "../domain/messages/verdict.ts";
import { carry, rehearse } from "./consumers/deliver.ts";
import type { Delivery, ShardRow } from "./consumers/delivery.ts";

/** Chunks that go through the line together, as in a batch of the queue. */
const CHUNKS_MAX = 20;

/** A file's rows as a batch of their own. */
export interface RowsToTake {
  kind: "observations" | "demand";
  source: string;
  /** never used before: the same chunk again would get the verdicts that it had */
  batchId: string;
  rows: readonly unknown[];
  /** ms */
  receivedAt: number;
}

/** A row's verdict, and the row as it was read; null if it could not be. */
export interface TakenRow {
  verdict: RowVerdict;
  read: ShardRow | null;
}

/**
 * Takes rows through the line while the caller waits, past Inbox and queue: the caller has the file, and sends it again
 * if this fails. With `rehearsal` the verdicts are those that the rows would get, and nothing is kept.
 */
export async function takeRows(
  env: Env,
  ctx: Pick<ExecutionContext, "waitUntil">,
  batch: RowsToTake,
  { rehearsal }: { rehearsal: boolean },
): Promise<TakenRow[]> {
  const deliveries = packRows(batch.rows).map(({ rows }, chunk) => deliveryOf(batch, chunk, rows));
  const taken: TakenRow[] = [];
  for (let start = 0; start < deliveries.length; start += CHUNKS_MAX) {
    const slice = deliveries.slice(start, start + CHUNKS_MAX);
    if (rehearsal) await rehearse(env, slice, batch.receivedAt);
    else await carry(env, slice, ctx, batch.receivedAt);
    for (const delivery of slice) {
      if (delivery.failure !== undefined) throw delivery.failure;
      taken.push(...takenOf(delivery));
    }
  }
  return taken.sort((a, b) => a.verdict.row - b.verdict.row);
}

function takenOf({ verdicts, chunks }: Delivery): TakenRow[] {
  const read = new Map<number, ShardRow>();
  for (const { rows } of chunks.values()) for (const row of rows) read.set(row.row, row);
  return verdicts.map((verdict) => ({ verdict, read: read.get(verdict.row) ?? null }));
}

/** A chunk on its way that came through no queue: nobody waits for its acknowledgement. */
function deliveryOf(
  { kind, source, batchId, receivedAt }: RowsToTake,
  chunk: number,
  rows: { row: number; value?: unknown; bytes?: number }[],
): Delivery {
  const batchKey = `${source}/${batchId}`;
  const body = { type: kind, inbox: 0, batchKey, chunk, source, receivedAt, rows };
  const timestamp = new Date(receivedAt);
  const message = { id: batchKey, timestamp, body, attempts: 1, ack() {}, retry() {} };
  return { message, body, skus: new Set(), chunks: new Map(), verdicts: [], outcome: null };
}
