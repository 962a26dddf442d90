import type { ShardSettings } from "../../domain/messages/shard.ts";
import { nextDueAt } from "../../domain/shard/evaluate.ts";
import type { JournalEntry } from "../../domain/shard/journal.ts";
import { addSku, addSource, emptyShard, type ShardState } from "../../domain/shard/shard.ts";
import { replayEntry } from "../../domain/shard/take-call.ts";
import { packSkus, unpackSkus } from "./pack.ts";

/**
 * Least number of calls between two folds; a fold packs and writes every group that changed. Loading replays as many
 * calls, which takes about 10 ms.
 */
export const FOLD_CALLS_MIN = 256;
/** Most calls between two folds, and the number of slots in the journal. */
const FOLD_CALLS_MAX = 1024;
/**
 * In between, a fold waits until the journal has reached this share of the groups' size. It writes whole groups, so
 * with long histories folding often would be most of the work.
 */
const FOLD_SHARE = 0.25;
/** SKUs packed into one row, which a fold rewrites as a whole if one of them has changed. */
export const GROUP_SKUS = 16;
/** A stored value may have 2 MB. A longer group is cut into parts; a call longer than this is folded at once. */
const VALUE_BYTES_MAX = 1_800_000;
/** UTF-8 takes at most this many bytes per UTF-16 unit. */
const UTF8_BYTES_MAX = 3;

/** The shard's own schema. Only appended to: a released entry is never edited. */
const SHARD_MIGRATIONS: readonly { id: string; sql: string }[] = [
  {
    id: "001_journal_and_groups",
    sql: `
      CREATE TABLE summary (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
      CREATE TABLE journal (slot INTEGER PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL);
      CREATE TABLE sku_groups (
        number INTEGER NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (number, part)
      ) WITHOUT ROWID;`,
  },
];

/** What the journal and the groups share. */
interface Summary {
  /** journal rows up to here are in the groups */
  foldedSeq: number;
  settings: ShardSettings | null;
  sources: string[];
}

/**
 * A shard's SKUs on disk: groups of packed SKUs, and a journal of the calls since they were last written. A call costs
 * one row. Slots of the journal are used again after a fold, so that no journal row is ever deleted.
 */
export class ShardStorage {
  readonly #storage: DurableObjectStorage;
  readonly #foldCallsMin: number;
  #seq = 0;
  #foldedSeq = 0;
  /** bytes of the journal since the last fold, and of each group as stored */
  #journalBytes = 0;
  readonly #groupBytes = new Map<number, number>();
  /** groups that changed since the last fold */
  #changed = new Set<number>();
  /** rows written since the object was loaded */
  rowsWritten = 0;

  constructor(storage: DurableObjectStorage, foldCallsMin = FOLD_CALLS_MIN) {
    this.#storage = storage;
    this.#foldCallsMin = foldCallsMin;
    migrateShard(storage);
  }

  /** Whether no call was ever stored. */
  isEmpty(): boolean {
    const { sql } = this.#storage;
    return ["journal", "summary"].every(
      (table) => sql.exec(`SELECT 1 FROM ${table} LIMIT 1`).toArray().length === 0,
    );
  }

  /** Reads everything. The caller keeps it, and passes it to `commit` with every change. */
  load(): ShardState {
    const shard = emptyShard();
    this.#changed.clear();
    this.#groupBytes.clear();
    this.#journalBytes = 0;
    const [summary] = this.#storage.sql.exec<{ body: string }>("SELECT body FROM summary").toArray();
    const { foldedSeq, settings, sources }: Summary = summary
      ? JSON.parse(summary.body)
      : { foldedSeq: 0, settings: null, sources: [] };
    shard.settings = settings;
    for (const source of sources) addSource(shard, source);
    this.#loadGroups(shard);
    this.#foldedSeq = foldedSeq;
    this.#seq = foldedSeq;
    const journal = this.#storage.sql.exec<{ seq: number; body: string }>(
      "SELECT seq, body FROM journal WHERE seq > ? ORDER BY seq",
      foldedSeq,
    );
    for (const { seq, body } of journal) {
      this.#noteChanged(replayEntry(shard, JSON.parse(body) as JournalEntry));
      this.#journalBytes += body.length;
      this.#seq = seq;
    }
    return shard;
  }

  /** Stores the effect of one call, entirely or not at all. `touched`: numbers of the SKUs that changed. */
  commit(shard: ShardState, entry: JournalEntry, touched: ReadonlySet<number>): void {
    this.#noteChanged(touched);
    const seq = this.#seq + 1;
    const body = JSON.stringify(entry);
    const isFoldDue = this.#isFoldDue(seq - this.#foldedSeq, body.length);
    this.#storage.transactionSync(() => {
      if (isFoldDue) this.#fold(shard, seq);
      else
        this.#write(
          `INSERT INTO journal (slot, seq, body) VALUES (?, ?, ?)
           ON CONFLICT (slot) DO UPDATE SET seq = excluded.seq, body = excluded.body`,
          seq % FOLD_CALLS_MAX,
          seq,
          body,
        );
    });
    this.#seq = seq;
    this.#journalBytes += body.length;
    if (isFoldDue) this.#noteFolded(seq);
  }

  /** Stores SKUs that no call made. */
  adopt(shard: ShardState, touched: ReadonlySet<number>): void {
    this.#noteChanged(touched);
    const seq = this.#seq + 1;
    this.#storage.transactionSync(() => this.#fold(shard, seq));
    this.#seq = seq;
    this.#noteFolded(seq);
  }

  /** Drops everything. */
  clear(): void {
    this.#storage.transactionSync(() => {
      for (const table of ["journal", "summary", "sku_groups"]) this.#write(`DELETE FROM ${table}`);
    });
  }

  #noteFolded(seq: number): void {
    this.#foldedSeq = seq;
    this.#journalBytes = 0;
    this.#changed.clear();
  }

  /** Bytes of what is loaded, as it is stored. */
  get stateBytes(): number {
    let stored = this.#journalBytes;
    for (const bytes of this.#groupBytes.values()) stored += bytes;
    return stored;
  }

  #isFoldDue(calls: number, bodyBytes: number): boolean {
    if (bodyBytes * UTF8_BYTES_MAX > VALUE_BYTES_MAX || calls >= FOLD_CALLS_MAX) return true;
    if (calls < this.#foldCallsMin) return false;
    let stored = 0;
    for (const bytes of this.#groupBytes.values()) stored += bytes;
    return this.#journalBytes + bodyBytes >= stored * FOLD_SHARE;
  }

  #loadGroups(shard: ShardState): void {
    const rows = this.#storage.sql.exec<{ number: number; part: number; body: ArrayBuffer }>(
      "SELECT number, part, body FROM sku_groups ORDER BY number, part",
    );
    let parts: Uint8Array[] = [];
    let current = -1;
    const finishGroup = () => {
      if (parts.length === 0) return;
      const bytes = joined(parts);
      this.#groupBytes.set(current, bytes.length);
      for (const sku of unpackSkus(bytes)) {
        if (shard.settings) sku.dueAt = nextDueAt(sku, shard.settings);
        addSku(shard, sku);
      }
    };
    for (const { number, body } of rows) {
      if (number !== current) {
        finishGroup();
        parts = [];
        current = number;
      }
      parts.push(new Uint8Array(body));
    }
    finishGroup();
  }

  #noteChanged(touched: Iterable<number>): void {
    for (const number of touched) this.#changed.add(Math.floor(number / GROUP_SKUS));
  }

  /** Writes the groups that changed. From then on the journal's rows up to `seq` no longer count. */
  #fold(shard: ShardState, seq: number): void {
    for (const number of this.#changed) {
      const bytes = packSkus(shard.skus.slice(number * GROUP_SKUS, (number + 1) * GROUP_SKUS));
      const parts = Math.ceil(bytes.length / VALUE_BYTES_MAX);
      this.#groupBytes.set(number, bytes.length);
      for (let part = 0; part < parts; part++)
        this.#write(
          `INSERT INTO sku_groups (number, part, body) VALUES (?, ?, ?)
           ON CONFLICT (number, part) DO UPDATE SET body = excluded.body`,
          number,
          part,
          bytes.slice(part * VALUE_BYTES_MAX, (part + 1) * VALUE_BYTES_MAX).buffer,
        );
      this.#write("DELETE FROM sku_groups WHERE number = ? AND part >= ?", number, parts);
    }
    const summary: Summary = { foldedSeq: seq, settings: shard.settings, sources: shard.sources };
    this.#write(
      "INSERT INTO summary (id, body) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
      JSON.stringify(summary),
    );
  }

  #write(sql: string, ...values: (string | number | ArrayBuffer)[]): void {
    this.rowsWritten += this.#storage.sql.exec(sql, ...values).rowsWritten;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Applies the missing migrations in order.
 * @throws if those that were applied are not the beginning of the list, so that the code is older than the data
 */
function migrateShard(storage: DurableObjectStorage): void {
  storage.sql.exec("CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY) WITHOUT ROWID");
  const applied = storage.sql
    .exec<{ id: string }>("SELECT id FROM migrations ORDER BY id")
    .toArray()
    .map((row) => row.id);
  if (applied.some((id, i) => SHARD_MIGRATIONS[i]?.id !== id))
    throw new Error(`the shard's schema is newer than this code: ${applied.join(", ")}`);
  for (const { id, sql } of SHARD_MIGRATIONS.slice(applied.length))
    storage.transactionSync(() => {
      storage.sql.exec(sql);
      storage.sql.exec("INSERT INTO migrations (id) VALUES (?)", id);
    });
}
