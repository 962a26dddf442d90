import type { ShardSettings } from "../messages/shard.ts";
import type { RowVerdict } from "../messages/verdict.ts";

/** What surrounds the rows of a call: its clock (ms), the settings, and the dictionary of source names. */
export interface TakeContext {
  now: number;
  settings: ShardSettings;
  sources: readonly string[];
}

/** Where a row comes from. One object serves all rows of a chunk: it must not be kept. */
export interface RowOrigin {
  /** index into the dictionary of source names */
  source: number;
  /** when the chunk was received, ms */
  receivedAt: number;
  /** hash of chunk and row */
  tag: number;
}

/**
 * What became of a row:
 * taken: the state changed · again: this very row was taken before · duplicate: another row reported the same ·
 * repeated: the same, and the shard notes that it came · too_late: older than what is known exactly ·
 * corrected: it replaced the value of a row that reported the same instant before · corrected_again: this very row did ·
 * conflict: the same batch says another value of the same instant · conflict_again: this very row did ·
 * quarantined: waits to be confirmed · quarantined_again: this very row was quarantined before
 */
export type RowOutcome =
  | "taken"
  | "again"
  | "corrected"
  | "corrected_again"
  | "conflict"
  | "conflict_again"
  | "duplicate"
  | "repeated"
  | "too_late"
  | "quarantined"
  | "quarantined_again";

/** What each outcome means to the sender, and whether it changed the state, so that it belongs into the journal. */
export const OUTCOMES = {
  taken: { verdict: "accepted", changes: true },
  again: { verdict: "accepted", changes: false },
  corrected: { verdict: "accepted", changes: true },
  corrected_again: { verdict: "accepted", changes: false },
  conflict: { verdict: "rejected", changes: true },
  conflict_again: { verdict: "rejected", changes: false },
  duplicate: { verdict: "duplicate", changes: false },
  repeated: { verdict: "duplicate", changes: true },
  too_late: { verdict: "rejected", changes: false },
  quarantined: { verdict: "quarantined", changes: true },
  quarantined_again: { verdict: "quarantined", changes: false },
} as const satisfies Record<RowOutcome, { verdict: RowVerdict["verdict"]; changes: boolean }>;

/** What is said beside a row that replaced another. */
export const CORRECTED = {
  code: "corrected",
  path: "observedAt",
  message: "it replaces another value that was posted for this instant",
} as const;

/** What is said of the second of two rows that cannot both be right. */
export const CONFLICT = {
  code: "conflict",
  path: "observedAt",
  message: "another row of the same batch has another value for this instant: is a seller missing?",
} as const;
