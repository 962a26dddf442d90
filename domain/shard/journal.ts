import type { OfferAbsence } from "../messages/crawls.ts";
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
  /** the form of the entry; absent in those of the first release */
  v?: number;
  now: number;
  settings?: ShardSettings;
  /** names that got a number in this call, in order */
  sources: string[];
  /** a product that is new to the shard gets the next number */
  products: ShardProduct[];
  chunks: ChunkEntry[];
  /** decisions on quarantined rows */
  decisions: QuarantineDecision[];
  /** offers that are missing; absent: none */
  absences?: OfferAbsence[];
  /** numbers of SKUs whose signals were evaluated for time alone */
  due: number[];
}

/** The form of entries that this release writes. It reads every form up to it. */
const JOURNAL_VERSION = 2;

/** @throws RangeError if a newer release wrote the entry: nothing may be made of a state that is half understood */
export function assertReadable({ v = 1 }: JournalEntry): void {
  if (v > JOURNAL_VERSION)
    throw new RangeError(`a journal entry of version ${v}, and this code reads up to ${JOURNAL_VERSION}`);
}

export function emptyEntry(now: number): JournalEntry {
  return { v: JOURNAL_VERSION, now, sources: [], products: [], chunks: [], decisions: [], due: [] };
}

/** Whether the call changed nothing, so that nothing is to be stored. */
export function isEmptyEntry(entry: JournalEntry): boolean {
  const { settings, sources, products, chunks, decisions, absences = [], due } = entry;
  return (
    settings === undefined &&
    [sources, products, chunks, decisions, absences, due].every(
      (noted: readonly unknown[]) => noted.length === 0,
    )
  );
}
