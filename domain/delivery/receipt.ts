import type { BatchStatus } from "../messages/batch.ts";
import type { QuarantineStatus } from "../messages/present.ts";
import { NO_VERDICTS, type RowProblem, type VerdictCounts } from "../messages/verdict.ts";

export type ChunkStatus = "waiting" | "done" | "parked";

/** One chunk's part of a receipt. */
export interface ChunkResult {
  status: ChunkStatus;
  received: number;
  counts: VerdictCounts | null;
  problems: RowProblem[];
}

/** Parked wins, since it needs a person; else done when all chunks are, accepted when none is. */
export function batchStatus(statuses: readonly ChunkStatus[]): BatchStatus {
  if (statuses.includes("parked")) return "parked";
  const done = statuses.filter((status) => status === "done").length;
  if (done === statuses.length) return "done";
  return done === 0 ? "accepted" : "processing";
}

/** Adds up the chunks of a batch: its status, its counts so far and every row that did not go through. */
export function sumChunks(
  chunks: readonly ChunkResult[],
): VerdictCounts & { status: BatchStatus; received: number; problems: RowProblem[] } {
  const sum = { ...NO_VERDICTS, received: 0 };
  const problems: RowProblem[] = [];
  for (const chunk of chunks) {
    sum.received += chunk.received;
    sum.accepted += chunk.counts?.accepted ?? 0;
    sum.duplicates += chunk.counts?.duplicates ?? 0;
    sum.quarantined += chunk.counts?.quarantined ?? 0;
    sum.rejected += chunk.counts?.rejected ?? 0;
    problems.push(...chunk.problems);
  }
  problems.sort((a, b) => a.row - b.row);
  return { ...sum, status: batchStatus(chunks.map((chunk) => chunk.status)), problems };
}

/** What a settled row of the quarantine says on its receipt; rows that wait, or were never believed, stay as they are. */
const SETTLED: Partial<Record<QuarantineStatus, { counts: "accepted" | "rejected"; message: string }>> = {
  released: { counts: "accepted", message: "was in quarantine, and released by a person" },
  confirmed: { counts: "accepted", message: "was in quarantine until it was seen again" },
  discarded: { counts: "rejected", message: "was in quarantine, and discarded by a person" },
};

/**
 * A receipt with what has become of its quarantined rows since.
 *
 * @param statusOf by the id of a quarantined row
 * @example one quarantined row that was released // quarantined 0, accepted 1, its problem a warning
 */
export function withSettledRows<T extends VerdictCounts & { problems: RowProblem[] }>(
  receipt: T,
  statusOf: ReadonlyMap<string, QuarantineStatus>,
): T {
  const counts = { accepted: receipt.accepted, rejected: receipt.rejected };
  let { quarantined } = receipt;
  const problems = receipt.problems.map((problem): RowProblem => {
    const status = problem.quarantineId === undefined ? undefined : statusOf.get(problem.quarantineId);
    const settled = status && SETTLED[status];
    if (!settled) return problem;
    quarantined--;
    counts[settled.counts]++;
    return settled.counts === "accepted"
      ? { ...problem, message: settled.message, warning: true }
      : { ...problem, message: settled.message, code: "discarded" };
  });
  return { ...receipt, ...counts, quarantined, problems };
}

/** The outcome of rows that a person discarded. */
export function discardedRows(rows: readonly number[]): { counts: VerdictCounts; problems: RowProblem[] } {
  return {
    counts: { ...NO_VERDICTS, rejected: rows.length },
    problems: rows.map((row) => ({
      row,
      code: "discarded" as const,
      message: "its message was parked and then discarded",
    })),
  };
}
