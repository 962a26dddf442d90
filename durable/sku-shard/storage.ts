import type { Env } from "../../db/env.ts";
import { readEnforcement } from "../../db/limits/invocation.ts";
import { limitedStorage } from "../../db/limits/limited-env.ts";
import { assertWithin } from "../../domain/base/platform-limits.ts";
import type { ShardSettings } from "../../domain/messages/shard.ts";
import { nextDueAt } from "../../domain/shard/evaluate.ts";
import type { JournalEntry } from "../../domain/shard/journal.ts";
import { SHARD_BYTES_MAX, shardMemory } from "../../domain/shard/memory.ts";
import { isOverfull } from "../../domain/shard/older.ts";
import { addSku, addSource, emptyShard, type ShardState } from "../../domain/shard/shard.ts";
import { replayEntry } from "../../domain/shard/take-call.ts";
import { OlderRows } from "./older-rows.ts";
import { packSkus, unpackSkus } from "./pack.ts";
import { joined, VALUE_BYTES_MAX, writeParts } from "./parts.ts";

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
/** What a run reads is folded from so many calls on: its phases load an object again and again. */
const FOLD_CALLS_READ = 32;
/** A fold does not wait while so many SKUs have more in memory than they should: years of demand may be corrected at once. */
const OVERFULL_MAX = 128;
/** SKUs packed into one row, which a fold rewrites as a whole if one of them has changed. */
export const GROUP_SKUS = 16;
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

const INSERT_ENTRY = `INSERT INTO journal (slot, seq, body) VALUES (?, ?, ?)
  ON CONFLICT (slot) DO UPDATE SET seq = excluded.seq, body = excluded.body`;

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
  readonly #bytesMax: number;
  readonly #older: OlderRows;
  #seq = 0;
  #foldedSeq = 0;
  /** bytes of the journal since the last fold, and of each group as stored */
  #journalBytes = 0;
  readonly #groupBytes = new Map<number, number>();
  /** groups that changed since the last fold */
  #changed = new Set<number>();
  /** numbers of the SKUs of which a part should go to disk */
  readonly #overfull = new Set<number>();
  /** rows written since the object was loaded */
  rowsWritten = 0;

  /** `bytesMax`: what the state may take in memory */
  constructor(
    storage: DurableObjectStorage,
    foldCallsMin = FOLD_CALLS_MIN,
    bytesMax = Number.POSITIVE_INFINITY,
  ) {
    this.#storage = storage;
    this.#bytesMax = bytesMax;
    this.#foldCallsMin = foldCallsMin;
    migrateShard(storage);
    this.#older = new OlderRows(storage.sql, (sql, ...values) => this.#write(sql, ...values));
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
    this.#overfull.clear();
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
      this.#noteChanged(shard, replayEntry(shard, JSON.parse(body) as JournalEntry));
      this.#journalBytes += body.length;
      this.#seq = seq;
    }
    this.#assertFits(shard);
    return shard;
  }

  /** Stores the effect of one call, entirely or not at all. `touched`: numbers of the SKUs that changed. */
  commit(shard: ShardState, entry: JournalEntry, touched: ReadonlySet<number>): void {
    this.#noteChanged(shard, touched);
    const seq = this.#seq + 1;
    const body = JSON.stringify(entry);
    const isFoldDue = this.#isFoldDue(seq - this.#foldedSeq, body.length);
    if (isFoldDue) this.#storage.transactionSync(() => this.#fold(shard, seq));
    // one statement is whole by itself: a transaction around it would take as long again
    else this.#write(INSERT_ENTRY, seq % FOLD_CALLS_MAX, seq, body);
    this.#seq = seq;
    this.#journalBytes += body.length;
    if (!isFoldDue) return;
    this.#noteFolded(seq);
    this.#assertFits(shard);
  }

  /** Folds a journal that would take long to replay, so that the next loads need not. */
  foldBeforeReads(shard: ShardState): void {
    if (this.#seq - this.#foldedSeq >= FOLD_CALLS_READ) this.#foldNow(shard);
  }

  /** Stores SKUs that no call made. */
  adopt(shard: ShardState, touched: ReadonlySet<number>): void {
    this.#noteChanged(shard, touched);
    this.#foldNow(shard);
  }

  #foldNow(shard: ShardState): void {
    const seq = this.#seq + 1;
    this.#storage.transactionSync(() => this.#fold(shard, seq));
    this.#seq = seq;
    this.#noteFolded(seq);
    this.#assertFits(shard);
  }

  /** Drops everything. */
  clear(): void {
    this.#storage.transactionSync(() => {
      for (const table of ["journal", "summary", "sku_groups", "older"]) this.#write(`DELETE FROM ${table}`);
    });
  }

  #noteFolded(seq: number): void {
    this.#foldedSeq = seq;
    this.#journalBytes = 0;
    this.#changed.clear();
    this.#overfull.clear();
  }

  /** @throws PlatformLimitError if the state takes more memory than it may */
  #assertFits(shard: ShardState): void {
    if (this.#bytesMax < Number.POSITIVE_INFINITY)
      assertWithin("isolateBytes", shardMemory(shard), this.#bytesMax);
  }

  #isFoldDue(calls: number, bodyBytes: number): boolean {
    if (bodyBytes * UTF8_BYTES_MAX > VALUE_BYTES_MAX || calls >= FOLD_CALLS_MAX) return true;
    if (this.#overfull.size > OVERFULL_MAX) return true;
    if (calls < this.#foldCallsMin) return false;
    let stored = 0;
    for (const bytes of this.#groupBytes.values()) stored += bytes;
    return this.#journalBytes + bodyBytes >= stored * FOLD_SHARE;
  }

  #loadGroups(shard: ShardState): void {
    const rows = this.#storage.sql.exec<{ number: number; body: ArrayBuffer }>(
      "SELECT number, body FROM sku_groups ORDER BY number, part",
    );
    let parts: Uint8Array[] = [];
    let current = -1;
    const finishGroup = () => {
      if (parts.length === 0) return;
      const bytes = joined(parts);
      const first = current * GROUP_SKUS;
      this.#groupBytes.set(current, bytes.length);
      for (const sku of unpackSkus(bytes, (at) => this.#older.read(first + at))) {
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

  #noteChanged({ skus }: ShardState, touched: Iterable<number>): void {
    for (const number of touched) {
      this.#changed.add(Math.floor(number / GROUP_SKUS));
      if (isOverfull(skus[number]!)) this.#overfull.add(number);
    }
  }

  /** Writes the groups that changed. From then on the journal's rows up to `seq` no longer count. */
  #fold(shard: ShardState, seq: number): void {
    for (const number of this.#changed) {
      const first = number * GROUP_SKUS;
      const skus = shard.skus.slice(first, first + GROUP_SKUS);
      for (const [at, sku] of skus.entries()) this.#older.unload(sku, first + at);
      const bytes = packSkus(skus);
      this.#groupBytes.set(number, bytes.length);
      writeParts((sql, ...values) => this.#write(sql, ...values), "sku_groups", number, bytes);
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

/** A shard's storage that refuses what an object may not do where the platform's limits are enforced. */
export function limitedShardStorage(
  storage: DurableObjectStorage,
  env: Env,
  foldCallsMin?: number,
): ShardStorage {
  const bytesMax = readEnforcement(env.ENFORCE_LIMITS) ? SHARD_BYTES_MAX : undefined;
  return new ShardStorage(limitedStorage(storage, env), foldCallsMin, bytesMax);
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
