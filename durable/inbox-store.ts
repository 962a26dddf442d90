import type { ChunkResult, ChunkStatus } from "../domain/delivery/receipt.ts";
import type { WaitingChunk } from "../domain/delivery/resend.ts";
import type { BatchToAccept, ChunkOutcome, ChunkRef } from "../domain/messages/batch.ts";
import type { BatchKind } from "../domain/messages/queue.ts";
import type { RowProblem, VerdictCounts } from "../domain/messages/verdict.ts";

/**
 * One row per chunk, no index: a chunk costs one row written when it is accepted, one when it is done and one when
 * its receipt is dropped. `rows` (the JSON of what was posted) is removed when the chunk is done. It is the last column,
 * so the others are read without it.
 */
const SCHEMA = `CREATE TABLE IF NOT EXISTS chunks (
  batch_id TEXT NOT NULL, source TEXT NOT NULL, chunk INTEGER NOT NULL,
  status TEXT NOT NULL, sends INTEGER NOT NULL, last_sent_at INTEGER NOT NULL,
  kind TEXT NOT NULL, sha256 TEXT NOT NULL, received INTEGER NOT NULL, received_at INTEGER NOT NULL,
  counts TEXT, problems TEXT, rows TEXT,
  PRIMARY KEY (batch_id, source, chunk)
) WITHOUT ROWID`;

/** What a chunk's row says without its body. */
export interface StoredChunk extends ChunkResult {
  source: string;
  batchId: string;
  kind: BatchKind;
  sha256: string;
  receivedAt: number;
}

/** A chunk as it travels: its rows are JSON text. */
export interface ChunkBody {
  source: string;
  batchId: string;
  chunk: number;
  kind: BatchKind;
  receivedAt: number;
  rows: string;
}

type Row = Record<string, SqlStorageValue>;

/** The SQL of the Inbox. Every method is synchronous: calls between two awaits commit together. */
export class InboxStore {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    sql.exec(SCHEMA);
  }

  /** Chunks of a batch in order; without a source, of every batch of that id. Empty if unknown. */
  batch(batchId: string, source: string | null): StoredChunk[] {
    const columns = "source, batch_id, kind, sha256, received_at, status, received, counts, problems";
    const rows = source
      ? this.sql.exec(
          `SELECT ${columns} FROM chunks WHERE batch_id = ? AND source = ? ORDER BY chunk`,
          batchId,
          source,
        )
      : this.sql.exec(`SELECT ${columns} FROM chunks WHERE batch_id = ? ORDER BY source, chunk`, batchId);
    return [...rows].map(storedChunk);
  }

  /**
   * Inserts a chunk; the first one only if no chunk of its batch is stored, which saves looking the batch up before.
   * False if one was.
   */
  insert(batch: Omit<BatchToAccept, "rows">, chunk: number, received: number, rows: string): boolean {
    const { batchId, source, kind, sha256, receivedAt } = batch;
    const values = [batchId, source, chunk, receivedAt, kind, sha256, received, rows];
    return this.sql.exec(chunk === 0 ? INSERT_FIRST : INSERT, ...values).rowsWritten > 0;
  }

  /** Everything that is sent and not done, for the memory of a freshly loaded object. */
  waiting(): (ChunkRef & WaitingChunk)[] {
    const rows = this.sql.exec(
      "SELECT batch_id, source, chunk, sends, last_sent_at FROM chunks WHERE status = 'waiting'",
    );
    return [...rows].map((row) => {
      const batchKey = `${row.source}/${row.batch_id}`;
      const chunk = Number(row.chunk);
      return {
        id: `${batchKey}#${chunk}`,
        batchKey,
        chunk,
        sends: Number(row.sends),
        lastSentAt: Number(row.last_sent_at),
      };
    });
  }

  /** The chunk with its rows; null if it is unknown or done. */
  body(ref: ChunkRef): ChunkBody | null {
    const [row] = this.sql.exec(
      `SELECT source, batch_id, chunk, kind, received_at, rows FROM chunks ${BY_REF} AND rows IS NOT NULL`,
      ...refValues(ref),
    );
    if (!row) return null;
    const { source, batchId, kind, receivedAt } = head(row);
    return { source, batchId, chunk: Number(row.chunk), kind, receivedAt, rows: String(row.rows) };
  }

  markSent(ref: ChunkRef, sends: number, at: number): void {
    this.sql.exec(`UPDATE chunks SET sends = ?, last_sent_at = ? ${BY_REF}`, sends, at, ...refValues(ref));
  }

  /** The first outcome wins: false if the chunk is unknown or done already. */
  finish(outcome: ChunkOutcome): boolean {
    const cursor = this.sql.exec(
      `UPDATE chunks SET status = 'done', counts = ?, problems = ?, rows = NULL ${BY_REF} AND status <> 'done'`,
      JSON.stringify(outcome.counts),
      outcome.problems.length > 0 ? JSON.stringify(outcome.problems) : null,
      ...refValues(outcome),
    );
    return cursor.rowsWritten > 0;
  }

  /** Changes the status of a chunk; false if it was not `from`. */
  setStatus(ref: ChunkRef, from: ChunkStatus, to: ChunkStatus): boolean {
    const cursor = this.sql.exec(
      `UPDATE chunks SET status = ? ${BY_REF} AND status = ?`,
      to,
      ...refValues(ref),
      from,
    );
    return cursor.rowsWritten > 0;
  }

  /** Drops the receipts of batches that are done and older than `before`, at most `limit` chunks; answers how many. */
  prune(before: number, limit: number): number {
    const cursor = this.sql.exec(
      `DELETE FROM chunks WHERE (batch_id, source, chunk) IN
         (SELECT batch_id, source, chunk FROM chunks WHERE received_at < ? AND status = 'done' LIMIT ?)`,
      before,
      limit,
    );
    return cursor.rowsWritten;
  }

  isEmpty(): boolean {
    return [...this.sql.exec("SELECT 1 FROM chunks LIMIT 1")].length === 0;
  }
}

const INSERT = `INSERT INTO chunks
  (batch_id, source, chunk, status, sends, last_sent_at, kind, sha256, received, received_at, rows)
  SELECT ?1, ?2, ?3, 'waiting', 1, ?4, ?5, ?6, ?7, ?4, ?8`;
const INSERT_FIRST = `${INSERT} WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE batch_id = ?1 AND source = ?2)`;

const BY_REF = "WHERE batch_id = ? AND source = ? AND chunk = ?";

/** A batch's key is source/batchId, and a source's id holds no slash. */
function refValues({ batchKey, chunk }: ChunkRef): [string, string, number] {
  const slash = batchKey.indexOf("/");
  return [batchKey.slice(slash + 1), batchKey.slice(0, slash), chunk];
}

function head(row: Row) {
  return {
    source: String(row.source),
    batchId: String(row.batch_id),
    kind: String(row.kind) as BatchKind,
    receivedAt: Number(row.received_at),
  };
}

function storedChunk(row: Row): StoredChunk {
  return {
    ...head(row),
    sha256: String(row.sha256),
    status: String(row.status) as ChunkStatus,
    received: Number(row.received),
    counts: row.counts === null ? null : (JSON.parse(String(row.counts)) as VerdictCounts),
    problems: row.problems === null ? [] : (JSON.parse(String(row.problems)) as RowProblem[]),
  };
}
