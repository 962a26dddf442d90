import type { ChunkResult, ChunkStatus } from "../domain/delivery/receipt.ts";
import type { WaitingChunk } from "../domain/delivery/resend.ts";
import {
  type BatchToAccept,
  batchKeyOf,
  type ChunkOutcome,
  type ChunkRef,
} from "../domain/messages/batch.ts";
import type { BatchKind } from "../domain/messages/queue.ts";
import type { RowProblem, VerdictCounts } from "../domain/messages/verdict.ts";
import type { PostedChunk } from "../services/ports.ts";

/**
 * One row per chunk, no index: a chunk costs one row written when it is accepted, one when it is done, one when the lake
 * has it and one when its receipt is dropped. `rows` (the JSON of what was posted) is held for a while after the chunk is
 * done, for whoever has lost what came of it; `lake` (what is to go into the lake) until it is there. They are the last
 * columns, so the others are read without them. `held`: from when on no rows are missing.
 */
const SCHEMA = `CREATE TABLE IF NOT EXISTS held (id INTEGER PRIMARY KEY CHECK (id = 1), since INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS batch_chunks (
  batch_id TEXT NOT NULL, source TEXT NOT NULL, chunk INTEGER NOT NULL,
  status TEXT NOT NULL, sends INTEGER NOT NULL, last_sent_at INTEGER NOT NULL,
  kind TEXT NOT NULL, sha256 TEXT NOT NULL, received INTEGER NOT NULL, received_at INTEGER NOT NULL,
  counts TEXT, problems TEXT, rows TEXT, done_seq INTEGER, lake TEXT, trace TEXT,
  PRIMARY KEY (batch_id, source, kind, chunk)
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
  trace?: string;
}

/** By what a batch is asked for beside its id. */
export interface BatchNames {
  source?: string | undefined;
  kind?: BatchKind | undefined;
}

/** A chunk that waits for the lake. */
export interface StagedChunk extends ChunkRef {
  /** grows with every chunk that is done */
  seq: number;
  /** characters */
  size: number;
}

type Row = Record<string, SqlStorageValue>;

/** The SQL of the Inbox. Every method is synchronous: calls between two awaits commit together. */
export class InboxStore {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
    sql.exec(SCHEMA);
    this.addLakeColumns();
    this.takeOver();
  }

  /** Of an object that was made before there was a lake. */
  private addLakeColumns(): void {
    const columns = [...this.sql.exec("SELECT name FROM pragma_table_info('batch_chunks')")];
    if (columns.some(({ name }) => name === "lake")) return;
    this.sql.exec("ALTER TABLE batch_chunks ADD COLUMN done_seq INTEGER");
    this.sql.exec("ALTER TABLE batch_chunks ADD COLUMN lake TEXT");
    this.sql.exec("ALTER TABLE batch_chunks ADD COLUMN trace TEXT");
  }

  /** What an earlier version stored, which did not tell kinds apart. */
  private takeOver(): void {
    const [earlier] = this.sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'chunks'");
    if (earlier === undefined) return;
    const columns =
      "batch_id, source, chunk, status, sends, last_sent_at, kind, sha256, received, received_at, counts, problems, rows";
    this.sql.exec(`INSERT OR IGNORE INTO batch_chunks (${columns}) SELECT ${columns} FROM chunks`);
    this.sql.exec("DROP TABLE chunks");
  }

  /** Chunks of a batch in order; of every batch of that id that has the source and the kind. Empty if unknown. */
  batch(batchId: string, { source, kind }: BatchNames): StoredChunk[] {
    const rows = this.sql.exec(
      `SELECT source, batch_id, kind, sha256, received_at, status, received, counts, problems FROM batch_chunks
       WHERE batch_id = ?1 AND (?2 IS NULL OR source = ?2) AND (?3 IS NULL OR kind = ?3)
       ORDER BY source, kind, chunk`,
      batchId,
      source ?? null,
      kind ?? null,
    );
    return [...rows].map(storedChunk);
  }

  /**
   * Inserts a chunk; the first one only if no chunk of its batch is stored, which saves looking the batch up before.
   * False if one was.
   */
  insert(batch: Omit<BatchToAccept, "rows">, chunk: number, received: number, rows: string): boolean {
    const { batchId, source, kind, sha256, receivedAt, trace = null } = batch;
    const values = [batchId, source, chunk, receivedAt, kind, sha256, received, rows, trace];
    return this.sql.exec(chunk === 0 ? INSERT_FIRST : INSERT, ...values).rowsWritten > 0;
  }

  /** Everything that is sent and not done, for the memory of a freshly loaded object. */
  waiting(): (ChunkRef & WaitingChunk)[] {
    const rows = this.sql.exec(
      "SELECT batch_id, source, kind, chunk, sends, last_sent_at FROM batch_chunks WHERE status = 'waiting'",
    );
    return [...rows].map((row) => {
      const batchKey = batchKeyOf(String(row.source), String(row.kind) as BatchKind, String(row.batch_id));
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
      `SELECT source, batch_id, chunk, kind, received_at, rows, trace FROM batch_chunks ${BY_REF} AND status <> 'done' AND rows IS NOT NULL`,
      ...refValues(ref),
    );
    if (!row) return null;
    const { source, batchId, kind, receivedAt } = head(row);
    const trace = row.trace === null ? {} : { trace: String(row.trace) };
    return { source, batchId, chunk: Number(row.chunk), kind, receivedAt, rows: String(row.rows), ...trace };
  }

  markSent(ref: ChunkRef, sends: number, at: number): void {
    this.sql.exec(
      `UPDATE batch_chunks SET sends = ?, last_sent_at = ? ${BY_REF}`,
      sends,
      at,
      ...refValues(ref),
    );
  }

  /**
   * The first outcome wins, also of a chunk that was delivered again, whose rows then have their place in the lake already.
   * `seq`: its place among those that are done. Null if the chunk is unknown or done already; else whether it is done for
   * the first time.
   */
  finish(outcome: ChunkOutcome, seq: number): { isFirst: boolean } | null {
    const [row] = this.sql.exec(
      `UPDATE batch_chunks SET status = 'done', counts = COALESCE(counts, ?),
         problems = CASE WHEN counts IS NULL THEN ? ELSE problems END,
         done_seq = CASE WHEN counts IS NULL THEN ? ELSE done_seq END,
         lake = CASE WHEN counts IS NULL THEN ? ELSE lake END
       ${BY_REF} AND status <> 'done' RETURNING done_seq`,
      JSON.stringify(outcome.counts),
      outcome.problems.length > 0 ? JSON.stringify(outcome.problems) : null,
      seq,
      outcome.lake ?? null,
      ...refValues(outcome),
    );
    return row === undefined ? null : { isFirst: row.done_seq === seq };
  }

  /** Chunks that are done and not yet in the lake, in the order in which they were done. */
  staged(): StagedChunk[] {
    const rows = this.sql.exec(
      `SELECT batch_id, source, kind, chunk, done_seq, length(lake) AS size FROM batch_chunks
       WHERE lake IS NOT NULL ORDER BY done_seq`,
    );
    return [...rows].map((row) => {
      const batchKey = batchKeyOf(String(row.source), String(row.kind) as BatchKind, String(row.batch_id));
      return { batchKey, chunk: Number(row.chunk), seq: Number(row.done_seq), size: Number(row.size) };
    });
  }

  /** What a chunk has for the lake; null if the lake has it. */
  lakeRows(ref: ChunkRef): PostedChunk | null {
    const [row] = this.sql.exec(
      `SELECT source, batch_id, chunk, kind, received_at, lake FROM batch_chunks ${BY_REF} AND lake IS NOT NULL`,
      ...refValues(ref),
    );
    return row ? { ...head(row), chunk: Number(row.chunk), text: String(row.lake) } : null;
  }

  /** The lake has the rows of a chunk. */
  dropLakeRows(ref: ChunkRef): void {
    this.sql.exec(`UPDATE batch_chunks SET lake = NULL ${BY_REF}`, ...refValues(ref));
  }

  /** Changes the status of a chunk; false if it was not `from`. */
  setStatus(ref: ChunkRef, from: ChunkStatus, to: ChunkStatus): boolean {
    const cursor = this.sql.exec(
      `UPDATE batch_chunks SET status = ? ${BY_REF} AND status = ?`,
      to,
      ...refValues(ref),
      from,
    );
    return cursor.rowsWritten > 0;
  }

  /** Drops the receipts of batches that are done and older than `before`, at most `limit` chunks; answers how many. */
  prune(before: number, limit: number): number {
    const cursor = this.sql.exec(
      `DELETE FROM batch_chunks WHERE (batch_id, source, kind, chunk) IN
         (SELECT batch_id, source, kind, chunk FROM batch_chunks WHERE received_at < ? AND status = 'done' AND lake IS NULL LIMIT ?)`,
      before,
      limit,
    );
    return cursor.rowsWritten;
  }

  /** Drops the rows of chunks that are done and older than `before`, at most `limit` chunks; answers how many. */
  dropRows(before: number, limit: number): number {
    const { rowsWritten } = this.sql.exec(
      `UPDATE batch_chunks SET rows = NULL WHERE (batch_id, source, kind, chunk) IN
         (SELECT batch_id, source, kind, chunk FROM batch_chunks
          WHERE received_at < ? AND status = 'done' AND rows IS NOT NULL LIMIT ?)`,
      before,
      limit,
    );
    if (rowsWritten > 0)
      this.sql.exec(
        "INSERT INTO held (id, since) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET since = MAX(since, excluded.since)",
        before,
      );
    return rowsWritten;
  }

  /** From when on no rows were dropped before their receipt, ms; 0 = always. */
  heldFrom(): number {
    const [row] = this.sql.exec("SELECT since FROM held");
    return Number(row?.since ?? 0);
  }

  /** Puts the chunks that were received since back to those that wait; answers how many. */
  waitAgain(since: number): number {
    return this.sql.exec(
      `UPDATE batch_chunks SET status = 'waiting', sends = 0, last_sent_at = received_at
       WHERE received_at >= ? AND status = 'done' AND received > 0 AND rows IS NOT NULL`,
      since,
    ).rowsWritten;
  }

  isEmpty(): boolean {
    return [...this.sql.exec("SELECT 1 FROM batch_chunks LIMIT 1")].length === 0;
  }
}

const INSERT = `INSERT INTO batch_chunks
  (batch_id, source, chunk, status, sends, last_sent_at, kind, sha256, received, received_at, rows, trace)
  SELECT ?1, ?2, ?3, 'waiting', 1, ?4, ?5, ?6, ?7, ?4, ?8, ?9`;
const INSERT_FIRST = `${INSERT} WHERE NOT EXISTS (SELECT 1 FROM batch_chunks WHERE batch_id = ?1 AND source = ?2 AND kind = ?5)`;

const BY_REF = "WHERE batch_id = ? AND source = ? AND kind = ? AND chunk = ?";

/** A batch's key is source/kind/batchId, and neither a source's id nor a kind holds a slash. */
function refValues({ batchKey, chunk }: ChunkRef): [string, string, string, number] {
  const [source = "", kind = "", ...batchId] = batchKey.split("/");
  return [batchId.join("/"), source, kind, chunk];
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
