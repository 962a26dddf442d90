import type { ChunkOutcome } from "../../domain/messages/batch.ts";
import type { EventsQueueMessage, ObservationsQueueMessage } from "../../domain/messages/queue.ts";
import type { EventRow } from "../../domain/messages/rows.ts";
import type { ShardChunk } from "../../domain/messages/shard.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";
import type { UnmatchedRow } from "../../services/ingest/unmatched.ts";

export type DataMessage = ObservationsQueueMessage | EventsQueueMessage;
export type ChunkData = Exclude<DataMessage, { type: "ours" | "reproject" }>;

export type ShardRow = ShardChunk["rows"][number];

export type CartsChunk = Extract<ShardChunk, { kind: "carts" }>;

/** Events for the sessions' objects; the verdicts on `sessionRows` come from there. */
export interface Visits {
  sessionRows: EventRow[];
  cartRows: EventRow[];
}

/** A message on its way through the consumer, and what is known of it so far. */
export interface Delivery {
  message: Message<unknown>;
  body: DataMessage;
  /** SKUs that it names: their present state is its projection */
  skus: Set<string>;
  /** rows for the shards, by shard */
  chunks: Map<number, ShardChunk>;
  /** what concerns the sessions: rows of events without a product, and what happened to the cart */
  visits?: Visits;
  /** what sessions that it names did with their carts, for the products' shards, by shard */
  carts?: Map<number, CartsChunk>;
  /** rows whose product is not known */
  unmatched?: UnmatchedRow[];
  verdicts: RowVerdict[];
  outcome: ChunkOutcome | null;
  /** why it cannot be acknowledged; undefined while all is well */
  failure?: unknown;
}

export function isChunk(body: DataMessage): body is ChunkData {
  return body.type !== "ours" && body.type !== "reproject";
}
