import type { PackedRows } from "../delivery/chunking.ts";
import type { BatchKind } from "./queue.ts";
import type { RowProblem, VerdictCounts } from "./verdict.ts";

/** A batch as it comes to the Inbox: the envelope checked, the rows as posted. */
export interface BatchToAccept {
  source: string;
  batchId: string;
  /** lower-case hex SHA-256 of the body's bytes */
  sha256: string;
  kind: BatchKind;
  rows: unknown[];
  /** ms */
  receivedAt: number;
}

/** The same with its rows cut into chunks. */
export interface PackedBatch extends Omit<BatchToAccept, "rows"> {
  chunks: PackedRows[];
  /** rows of all chunks */
  received: number;
}

/** The Inbox's answer: a promise that the rows will be processed, or that the id is taken by another body. */
export type AcceptAnswer =
  | { taken: true; received: number; duplicate: boolean }
  | { taken: false; reason: "batch_id_reused" };

export const BATCH_STATUSES = ["accepted", "processing", "done", "parked"] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

/** What became of a batch so far; on a done one accepted + duplicates + quarantined + rejected = received. */
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
}

/** A batch is identified by its source and its id. A source's id holds no slash, so the pair can be read back. */
export function batchKeyOf(source: string, batchId: string): string {
  return `${source}/${batchId}`;
}

/** Identifies a chunk for ever: the same id always names the same rows. */
export function chunkIdOf(ref: ChunkRef): string {
  return `${ref.batchKey}#${ref.chunk}`;
}
