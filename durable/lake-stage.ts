import type { ChunkOutcome } from "../domain/messages/batch.ts";
import type { PostedChunk } from "../services/ports.ts";
import type { InboxStore, StagedChunk } from "./inbox-store.ts";

/** Characters of rows that one call hands out: a chunk's are about as many as it was posted with. */
const CHARACTERS_MAX = 500_000;
/** Room for the chunks that are done within a millisecond. */
const SEQS_PER_MS = 256;

/** The chunks of an Inbox that are done and not in the lake yet, in the order in which they were done. */
export class LakeStage {
  private readonly store: InboxStore;
  private staged: StagedChunk[];
  private lastSeq: number;

  constructor(store: InboxStore) {
    this.store = store;
    this.staged = store.staged();
    this.lastSeq = this.staged.at(-1)?.seq ?? 0;
  }

  /** chunks that wait */
  get size(): number {
    return this.staged.length;
  }

  /** Completes a chunk, and stages its rows with it; false if it is unknown or done already. */
  finish(outcome: ChunkOutcome): boolean {
    // a time, so that it grows over restarts even when every row is gone
    const seq = Math.max(this.lastSeq + 1, Date.now() * SEQS_PER_MS);
    const finished = this.store.finish(outcome, seq);
    if (finished === null) return false;
    this.lastSeq = seq;
    const { batchKey, chunk, lake } = outcome;
    if (finished.isFirst && lake !== undefined) this.staged.push({ batchKey, chunk, seq, size: lake.length });
    return true;
  }

  /** Up to which of the chunks done after `from` one call can hand out, and how many those are. */
  upTo(from: number): { to: number; chunks: number } {
    let characters = 0;
    const after = this.staged.filter(({ seq }) => seq > from);
    const taken = after.filter(({ size }, i) => {
      characters += size;
      return i === 0 || characters <= CHARACTERS_MAX;
    });
    return { to: taken.at(-1)?.seq ?? from, chunks: taken.length };
  }

  chunks(from: number, to: number): PostedChunk[] {
    const wanted = this.staged.filter(({ seq }) => seq > from && seq <= to);
    return wanted.flatMap((ref) => this.store.lakeRows(ref) ?? []);
  }

  /** The lake has all chunks up to `to`. To be called in a transaction. */
  drop(to: number): void {
    for (const ref of this.staged) if (ref.seq <= to) this.store.dropLakeRows(ref);
    this.staged = this.staged.filter(({ seq }) => seq > to);
  }
}
