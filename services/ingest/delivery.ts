import type { ChunkOutcome } from "../../domain/messages/batch.ts";
import type { OfferAbsence } from "../../domain/messages/crawls.ts";
import type { OrderRow } from "../../domain/messages/orders.ts";
import type { EventsQueueMessage, ObservationsQueueMessage } from "../../domain/messages/queue.ts";
import type { EventRow } from "../../domain/messages/rows.ts";
import type { ShardChunk } from "../../domain/messages/shard.ts";
import type { RowProblem, RowVerdict } from "../../domain/messages/verdict.ts";
import type { UnmatchedRow } from "./unmatched.ts";

/** What the queues of observations and events carry: chunks of rows, and wake-ups. */
export type DataMessage = ObservationsQueueMessage | EventsQueueMessage;
export type ChunkData = Exclude<DataMessage, { type: "ours" | "reproject" | "crawl" }>;

export type ShardRow = ShardChunk["rows"][number];

/** What a message asks of one shard. */
export interface ShardShare {
  shard: number;
  /** SKUs whose present state is wanted */
  skus: ReadonlySet<string>;
  /** null for a wake-up, which wants that state whole */
  chunk: ShardChunk | null;
  /** offers that are missing */
  absences?: readonly OfferAbsence[];
}

/** Rows of a chunk that concern the shop's sessions. */
export interface VisitRows {
  /** without a product: their verdicts come from the sessions' objects */
  sessionRows: EventRow[];
  /** of a product: its shard gives the verdict */
  cartRows: EventRow[];
  /** purchases and refunds of customers that they name */
  orderRows: OrderRow[];
}

/** A message on its way, with what is known of it so far. No step changes one: it answers new ones. */
export interface Delivery {
  readonly body: DataMessage;
  readonly shares: readonly ShardShare[];
  readonly visits: VisitRows | null;
  /** observations whose product is not known */
  readonly unmatched: readonly UnmatchedRow[];
  readonly verdicts: readonly RowVerdict[];
  /** what is to be said beside rows that go through */
  readonly warnings: readonly RowProblem[];
  /** null until every row has its verdict; a wake-up has none */
  readonly outcome: ChunkOutcome | null;
  /** this delivery completed its chunk, and not another before it */
  readonly isFirst?: true;
  /** why the message must not be acknowledged; absent while all is well */
  readonly failure?: unknown;
}

/** A message of which nothing is known yet. */
export function emptyDelivery(body: DataMessage): Delivery {
  return { body, shares: [], visits: null, unmatched: [], verdicts: [], warnings: [], outcome: null };
}

export function isChunk(body: DataMessage): body is ChunkData {
  return body.type !== "ours" && body.type !== "reproject" && body.type !== "crawl";
}

export function isGood({ failure }: Delivery): boolean {
  return failure === undefined;
}
