import { z } from "zod";
import type { BatchKind } from "./queue.ts";
import type { RowProblem, VerdictCounts } from "./verdict.ts";

/** A batch as it reaches the Inbox: its envelope is checked, its rows are as posted. */
export interface BatchToAccept {
  source: string;
  batchId: string;
  /** lower-case hex SHA-256 of the body's bytes */
  sha256: string;
  kind: BatchKind;
  rows: unknown[];
  /** ms */
  receivedAt: number;
  /** the `traceparent` of the request */
  trace?: string;
}

/** The same with its rows cut into chunks. */
export interface PackedBatch extends Omit<BatchToAccept, "rows"> {
  chunks: PackedRows[];
  /** rows of all chunks */
  received: number;
}

/** The Inbox's answer: a promise that the rows will be processed, or that another body has used the id before. */
export type AcceptAnswer =
  | { taken: true; received: number; duplicate: boolean }
  | { taken: false; reason: "batch_id_reused" };

export const BATCH_STATUSES = ["accepted", "processing", "done", "parked"] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

/** What became of a batch so far. When it is done, accepted + duplicates + quarantined + rejected = received. */
export interface Receipt extends VerdictCounts {
  batchId: string;
  source: string;
  kind: BatchKind;
  receivedAt: number;
  status: BatchStatus;
  received: number;
  problems: RowProblem[];
}

/** Names one chunk of one accepted batch. */
export interface ChunkRef {
  batchKey: string;
  chunk: number;
}

/** The outcome of a chunk, reported once its projection is committed. */
export interface ChunkOutcome extends ChunkRef {
  counts: VerdictCounts;
  problems: RowProblem[];
  /** its rows for the lake (see domain/lake/posted-rows.ts); absent if none belongs there */
  lake?: string;
}

/** Identifies a batch by its source, kind and id. A source's id and a kind have no slash, so all can be read back. */
export function batchKeyOf(source: string, kind: BatchKind, batchId: string): string {
  return `${source}/${kind}/${batchId}`;
}

/** Identifies a chunk: the same id always names the same rows. */
export function chunkIdOf(ref: ChunkRef): string {
  return `${ref.batchKey}#${ref.chunk}`;
}

/** Rows of one request. */
export const BATCH_ROWS_MAX = 1_000;

/** Bytes of one request's body. */
export const BODY_BYTES_MAX = 1_048_576;

/** Levels of nesting that a body may have. None needs as many; a deeper one is an attack on the parser. */
export const JSON_DEPTH_MAX = 64;

/** A source's id is part of paths and keys: letters, digits and a few marks, no slash. */
export const SourceId = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._:@-]{0,63}$/u, "1 to 64 letters, digits, spaces or . _ : @ -");

/** A batch's id, by which the caller asks for its receipt. */
export const BatchId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, "1 to 128 printable ASCII characters without spaces");

const head = { batchId: BatchId.optional(), source: SourceId };
const rows = z.array(z.unknown());

/** The bodies of ingest. Only the envelope is checked here; every row is judged on its own later. */
export const ObservationsEnvelope = z.strictObject({
  ...head,
  observations: rows,
  crawl: z
    .strictObject({ id: BatchId, complete: z.boolean().default(false) })
    .optional()
    .describe(
      "the pass over its pages that the batch is part of; `complete` with its last batch: what three complete crawls were without is missing. A source that names none is judged by its usual intervals",
    ),
});
export const DemandEnvelope = z.strictObject({ ...head, rows });
export const EventsEnvelope = z.strictObject({ ...head, events: rows });
export const InventoryEnvelope = z.strictObject({ ...head, events: rows });
export const AggregatesEnvelope = z.strictObject({ ...head, rows });

/** An envelope that passed. */
export interface Envelope {
  kind: BatchKind;
  source: string;
  batchId: string | undefined;
  rows: unknown[];
  crawl?: CrawlRef | undefined;
}

/** The crawl that a batch of observations is part of, by its source's own id. */
export interface CrawlRef {
  id: string;
  complete: boolean;
}

/** Whether a JSON text nests deeper than `max` levels. Looks at brackets outside strings only; never recurses. */
export function nestsDeeper(json: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (inString) {
      if (unit === BACKSLASH) i++;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) inString = true;
    else if (unit === OPEN_BRACKET || unit === OPEN_BRACE) {
      if (++depth > max) return true;
    } else if (unit === CLOSE_BRACKET || unit === CLOSE_BRACE) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** A chunk's rows as the JSON text that is stored and sent; `bytes` is its length in UTF-8. */
export interface PackedRows {
  text: string;
  count: number;
  bytes: number;
}
