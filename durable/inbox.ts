import { DurableObject } from "cloudflare:workers";
import type { Env } from "../db/env.ts";
import { limitedObjectEnv, limitedStorage } from "../db/limits/limited-env.ts";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../domain/base/time.ts";
import { discardedRows, sumChunks } from "../domain/delivery/receipt.ts";
import {
  type DeliveryProgress,
  FIRST_RESEND_MS,
  groupingDelay,
  planResends,
  type WaitingChunk,
} from "../domain/delivery/resend.ts";
import { takeTurn } from "../domain/delivery/source.ts";
import {
  type AcceptAnswer,
  type BatchToAccept,
  batchKeyOf,
  type ChunkOutcome,
  type ChunkRef,
  chunkIdOf,
  type PackedBatch,
  type Receipt,
} from "../domain/messages/batch.ts";
import type { ChunkMessage } from "../domain/messages/queue.ts";
import { NO_VERDICTS } from "../domain/messages/verdict.ts";
import type { InboxLoad, PostedChunk } from "../services/ports.ts";
import { type ChunkToSend, sendChunks } from "../services/queues.ts";
import { chunkHead, packed, receipt, resent } from "./inbox-forms.ts";
import { type BatchNames, InboxStore } from "./inbox-store.ts";
import { LakeStage } from "./lake-stage.ts";

const RECEIPT_KEPT_MS = 7 * DAY_MS;
/** An object holds 10 GB. Up to this size rows are held as long as their receipts, beyond it for less long. */
const ROWS_BYTES_MAX = 2_000_000_000;
const PRUNE_EVERY_MS = 6 * HOUR_MS;
const PRUNE_ROWS_MAX = 5_000;
/** The runtime gives up a failing alarm after its sixth retry: from here on the object sets a new one itself. */
const ALARM_RETRIES_MAX = 5;

type Waiting = WaitingChunk & ChunkRef;

/**
 * Keeps accepted batches until every chunk is done: an answered accept is a promise that survives any restart.
 * A batch lives in the object of its id, so that a receipt is found without knowing its source.
 */
export class Inbox extends DurableObject<Env> {
  private readonly store: InboxStore;
  private readonly waiting = new Map<string, Waiting>();
  private readonly stage: LakeStage;
  private readonly progress: DeliveryProgress = { lastDoneAt: 0, doneUpTo: 0 };
  private alarmAt: number | null = null;
  /** when the newest batch came; null = none since the object was loaded */
  private acceptedAt: number | null = null;
  private prunedAt = 0;
  /** what was accepted and is not on its way yet */
  private readonly outgoing: { messages: ChunkToSend[]; delaySeconds: number }[] = [];
  private isSending = false;
  /**
   * when each source may send next, ms. In memory only: a rate looks back a minute at most, and an object that sleeps
   * was not called for longer than that
   */
  private readonly turns = new Map<string, number>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, limitedObjectEnv(env));
    this.store = new InboxStore(limitedStorage(ctx.storage, env).sql);
    for (const chunk of this.store.waiting()) this.waiting.set(chunk.id, chunk);
    this.stage = new LakeStage(this.store);
    ctx.blockConcurrencyWhile(async () => {
      this.alarmAt = await ctx.storage.getAlarm();
    });
  }

  /** Stores the batch and sends its chunks; the same body again gets the same receipt. Durable when it answers. */
  async accept(given: BatchToAccept | PackedBatch): Promise<AcceptAnswer> {
    const batch = "rows" in given ? packed(given) : given;
    if (!this.storeNew(batch)) return this.acceptAgain(batch);
    const messages = batch.chunks.map(({ text, bytes }, chunk) => ({
      head: chunkHead({ ...batch, chunk }),
      rows: text,
      bytes,
    }));
    const delay = this.delayFor(batch.receivedAt);
    const sentAt = batch.receivedAt + delay * SECOND_MS;
    for (const { head } of messages) this.wait(head, 1, sentAt);
    await this.armBy(sentAt + FIRST_RESEND_MS);
    this.ctx.waitUntil(this.sendAccepted(messages, delay));
    return { taken: true, received: batch.received, duplicate: false };
  }

  /** Records outcomes, of which the first is final; answers of each whether this call has completed its chunk. */
  markDone(outcomes: ChunkOutcome[]): boolean[] {
    return outcomes.map((outcome) => this.finish(outcome));
  }

  /** What is accepted and not done. */
  load(): InboxLoad {
    const sent = [...this.waiting.values()].map(({ lastSentAt }) => lastSentAt);
    const oldestSentAt = sent.length === 0 ? null : Math.min(...sent);
    return { waiting: sent.length, oldestSentAt, forLake: this.stage.size };
  }

  /** Keeps rows for the lake that came another way than as a batch. The same chunk again changes nothing. */
  keepForLake({ text, chunk, ...head }: PostedChunk): void {
    this.ctx.storage.transactionSync(() => {
      if (!this.store.insert({ ...head, sha256: "" }, chunk, 0, "[]")) return;
      const ref = { batchKey: batchKeyOf(head.source, head.kind, head.batchId), chunk };
      this.finish({ ...ref, counts: { ...NO_VERDICTS }, problems: [], lake: text });
    });
  }

  lakeUpTo(from: number): { to: number; chunks: number } {
    return this.stage.upTo(from);
  }

  lakeChunks(from: number, to: number): PostedChunk[] {
    return this.stage.chunks(from, to);
  }

  dropLake(to: number): void {
    this.ctx.storage.transactionSync(() => this.stage.drop(to));
  }

  /** The queue itself tries these chunks again at `until` (ms): they are not sent before. Kept in memory only. */
  postpone(refs: ChunkRef[], until: number): void {
    for (const ref of refs) {
      const known = this.waiting.get(chunkIdOf(ref));
      if (known) known.notBefore = Math.max(known.notBefore ?? 0, until + FIRST_RESEND_MS);
    }
  }

  /** Stops sending these chunks: their messages are dead letters until a person decides. */
  park(refs: ChunkRef[]): void {
    for (const ref of refs)
      if (this.store.setStatus(ref, "waiting", "parked")) this.waiting.delete(chunkIdOf(ref));
  }

  /** Sends a parked chunk again; false if it is not parked (done meanwhile, or unknown). */
  async replay(ref: ChunkRef): Promise<boolean> {
    const body = this.store.body(ref);
    if (!body || !this.store.setStatus(ref, "parked", "waiting")) return false;
    const now = Date.now();
    this.store.markSent(ref, 1, now);
    this.wait(ref, 1, now);
    await this.armBy(now + FIRST_RESEND_MS);
    await this.send([resent(body)]);
    return true;
  }

  /** Gives up a chunk that is not done: its rows count as rejected, `discarded`. False if it is done or unknown. */
  discard(ref: ChunkRef): boolean {
    const body = this.store.body(ref);
    if (!body) return false;
    const rows = (JSON.parse(body.rows) as ChunkMessage["rows"]).map(({ row }) => row);
    return this.finish({ ...ref, ...discardedRows(rows) });
  }

  /** From when on every row that was accepted is still held, ms. */
  heldFrom(): number {
    return Math.max(this.store.heldFrom(), Date.now() - RECEIPT_KEPT_MS);
  }

  /** Delivers again what was received since (ms) and is done: a few chunks at a time, as the queue takes them. */
  async redeliver(since: number): Promise<number> {
    const chunks = this.store.waitAgain(since);
    for (const chunk of this.store.waiting()) this.waiting.set(chunk.id, chunk);
    if (chunks > 0) await this.armBy(Date.now());
    return chunks;
  }

  /** Receipts of the batches of this id: one for each source and kind that used it, or only those that are named. */
  receipts(batchId: string, named: BatchNames = {}): Receipt[] {
    const byBatch = Map.groupBy(this.store.batch(batchId, named), ({ source, kind }) => `${source}/${kind}`);
    return [...byBatch.values()].map(receipt);
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.alarmAt = null;
    try {
      await this.resendDue();
    } catch (error) {
      if ((info?.retryCount ?? 0) < ALARM_RETRIES_MAX) throw error;
      console.error({ event: "inbox.alarm_failed", error: String(error) });
      await this.armBy(Date.now() + FIRST_RESEND_MS);
    }
  }

  /** Counts one request of a source whose object this is; seconds to wait if it is over its rate, else null. */
  takeTurn(source: string, perMinute: number): number | null {
    const { nextAt, retryAfter } = takeTurn(this.turns.get(source), perMinute, Date.now());
    this.turns.set(source, nextAt);
    return retryAfter;
  }

  private async resendDue(): Promise<void> {
    const now = Date.now();
    const { send, nextAt } = planResends(this.waiting.values(), this.progress, now);
    const messages = send.flatMap((chunk) => {
      const waiting = this.waiting.get(chunk.id);
      const body = waiting && this.store.body(waiting);
      if (!waiting || !body) return [];
      this.store.markSent(waiting, chunk.sends + 1, now);
      this.wait(waiting, chunk.sends + 1, now);
      return [resent(body)];
    });
    this.prune(now);
    if (nextAt !== null) await this.armBy(nextAt);
    else if (!this.store.isEmpty()) await this.armBy(now + PRUNE_EVERY_MS);
    await this.send(messages);
  }

  private prune(now: number): void {
    if (now - this.prunedAt < PRUNE_EVERY_MS) return;
    const share = ROWS_BYTES_MAX / this.ctx.storage.sql.databaseSize;
    const dropped = share < 1 ? this.store.dropRows(now - share * RECEIPT_KEPT_MS, PRUNE_ROWS_MAX) : 0;
    const pruned = this.store.prune(now - RECEIPT_KEPT_MS, PRUNE_ROWS_MAX);
    if (Math.max(dropped, pruned) < PRUNE_ROWS_MAX) this.prunedAt = now;
  }

  private finish(outcome: ChunkOutcome): boolean {
    if (!this.stage.finish(outcome)) return false;
    const id = chunkIdOf(outcome);
    this.progress.lastDoneAt = Date.now();
    this.progress.doneUpTo = Math.max(this.progress.doneUpTo, this.waiting.get(id)?.lastSentAt ?? 0);
    this.waiting.delete(id);
    return true;
  }

  /** Stores all chunks of a batch; false, and nothing is stored, if its id is taken. */
  private storeNew(batch: PackedBatch): boolean {
    const [only] = batch.chunks;
    // one statement is whole by itself
    if (only !== undefined && batch.chunks.length === 1)
      return this.store.insert(batch, 0, only.count, only.text);
    return this.ctx.storage.transactionSync(() => {
      if (batch.chunks.length === 0) return this.storeEmpty(batch);
      return batch.chunks.every(({ text, count }, chunk) => this.store.insert(batch, chunk, count, text));
    });
  }

  /** A batch without rows has one chunk, done at once, so that its receipt is found. */
  private storeEmpty(batch: PackedBatch): boolean {
    if (!this.store.insert(batch, 0, 0, "[]")) return false;
    const ref = { batchKey: batchKeyOf(batch.source, batch.kind, batch.batchId), chunk: 0 };
    return this.finish({ ...ref, ...discardedRows([]) });
  }

  private acceptAgain({ batchId, source, kind, sha256 }: PackedBatch): AcceptAnswer {
    const known = this.store.batch(batchId, { source, kind });
    if (known[0]?.sha256 !== sha256) return { taken: false, reason: "batch_id_reused" };
    return { taken: true, received: sumChunks(known).received, duplicate: true };
  }

  private wait(ref: ChunkRef, sends: number, lastSentAt: number): void {
    const { batchKey, chunk } = ref;
    this.waiting.set(chunkIdOf(ref), { id: chunkIdOf(ref), batchKey, chunk, sends, lastSentAt });
  }

  /** An armed alarm that is early enough stays: arming is a row written. */
  private async armBy(at: number): Promise<void> {
    if (this.alarmAt !== null && this.alarmAt <= at) return;
    this.alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }

  /** How long what was accepted now waits in the queue for others, seconds. */
  private delayFor(now: number): number {
    const sinceLast = this.acceptedAt === null ? null : now - this.acceptedAt;
    this.acceptedAt = now;
    return groupingDelay(Number(this.env.INGEST_WAIT_SECONDS ?? 0), now, sinceLast);
  }

  /** What is accepted while a message is on its way goes together with the next one. */
  private async sendAccepted(messages: ChunkToSend[], delaySeconds: number): Promise<void> {
    this.outgoing.push({ messages, delaySeconds });
    if (this.isSending) return;
    this.isSending = true;
    try {
      while (this.outgoing.length > 0) {
        const all = Map.groupBy(this.outgoing.splice(0), (one) => one.delaySeconds);
        for (const [delay, group] of all) {
          const chunks = group.flatMap((one) => one.messages);
          await this.send(chunks, { delaySeconds: delay, together: true });
        }
      }
    } finally {
      this.isSending = false;
    }
  }

  /** A failed send loses nothing: what is not marked done is sent again. */
  private async send(messages: ChunkToSend[], how: Parameters<typeof sendChunks>[2] = {}): Promise<void> {
    try {
      await sendChunks(this.env, messages, how);
    } catch (error) {
      const batches = [...new Set(messages.map(({ head }) => head.batchKey))];
      console.error({ event: "inbox.send_failed", messages: messages.length, batches, error: String(error) });
    }
  }
}
