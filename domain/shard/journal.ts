import type { PackedRows } from "../messages/packed-rows.ts";
import type { RowKind } from "../messages/rows.ts";
import type { QuarantineDecision, ShardProduct, ShardSettings } from "../messages/shard.ts";

/** The rows of one chunk that changed something. `hash` stands for the chunk's id. */
export interface ChunkEntry {
  kind: RowKind;
  hash: number;
  /** index into the dictionary of source names */
  source: number;
  /** ms */
  receivedAt: number;
  /** the SKUs by their numbers */
  taken: PackedRows;
}

/**
 * One call's effect on a shard, as its inputs: the same entries applied to the same shard in the same order give the
 * same state. What changed nothing, such as duplicates, is not in it.
 */
export interface JournalEntry {
  now: number;
  settings?: ShardSettings;
  /** names that got a number in this call, in order */
  sources: string[];
  /** a product that is new to the shard gets the next number */
  products: ShardProduct[];
  chunks: ChunkEntry[];
  /** decisions on quarantined rows */
  decisions: QuarantineDecision[];
  /** numbers of SKUs whose signals were evaluated for time alone */
  due: number[];
}

export function emptyEntry(now: number): JournalEntry {
  return { now, sources: [], products: [], chunks: [], decisions: [], due: [] };
}

/** Whether the call changed nothing, so that nothing is to be stored. */
export function isEmptyEntry({ settings, sources, products, chunks, decisions, due }: JournalEntry): boolean {
  return (
    settings === undefined &&
    [sources, products, chunks, decisions, due].every((noted: readonly unknown[]) => noted.length === 0)
  );
}
