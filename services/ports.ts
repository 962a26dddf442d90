import type { Env } from "../db/env.ts";
import type { Attempt } from "../domain/identity/brake.ts";
import type { ChunkOrigin } from "../domain/lake/posted-rows.ts";
import type { KeptHeads } from "../domain/ledger/heads.ts";
import type { AcceptAnswer, ChunkOutcome, ChunkRef, PackedBatch } from "../domain/messages/batch.ts";
import type { CompetitorSightings, CrawlEvidence, OfferAbsence } from "../domain/messages/crawls.ts";
import type { LiveItem } from "../domain/messages/live.ts";
import type { CustomerSummary, OrderCall } from "../domain/messages/orders.ts";
import type { CartPatternRow, EventRow } from "../domain/messages/rows.ts";
import type { ShardAnswer, ShardCall } from "../domain/messages/shard.ts";
import type { ShardPage, Standing } from "../domain/messages/shard-page.ts";
import type { RowVerdict } from "../domain/messages/verdict.ts";
import type { PackedVisits, VisitQuery } from "../domain/messages/visits.ts";
import type { MovementQuery, SkuMovement } from "../domain/shard/competitors/movements.ts";
import type { ShardGeneration } from "../domain/shard/layout.ts";

/** The SKU shards as a verb sees them; each is named by its address. */
export interface ShardPort {
  /** The address of each SKU's shard, as of now. @throws ProblemError when SKU_SHARDS is not as at install */
  addresses(): Promise<(sku: string) => number>;
  /** Hands a call over. A dry run gets the same answer, and the shard keeps nothing of it. */
  observe(shard: number, call: ShardCall, options?: { dryRun: boolean }): Promise<ShardAnswer>;
  /** A sample of what a source saw of each competitor, over all shards. */
  sightings(source: string): Promise<CompetitorSightings[]>;
  /** The offers that a source's crawls were without, by shard, and at most `most` of each. */
  absences(source: string, evidence: CrawlEvidence, most: number): Promise<OfferAbsence[][]>;
  /** The states that were answered with these marks are now in D1. */
  markProjected(shard: number, marks: [sku: string, mark: number][]): Promise<void>;
  /** The size of each shard. */
  sizes(): Promise<ShardSize[]>;
}

/** Bytes of a shard: what it has on disk, and what its state takes in memory if it is loaded, estimated. */
export interface ShardSize {
  stored: number;
  held: number;
}

/** What the runs over the SKU shards ask of one, which is named by its address. */
export interface UpkeepPort {
  standing(shard: number): Promise<Standing>;
  /** Begins a new epoch on behalf of a run: once, however often it is asked. */
  beginEpoch(shard: number, runId: string): Promise<Standing>;
  /** Some of its SKUs, whole, from a number on. */
  page(shard: number, from: number): Promise<ShardPage>;
  /** It has been given all that was there before its object was made. */
  knowAll(shard: number): Promise<void>;
  /** Ends its taking of calls, for good. Answers where its SKUs go: what it was closed for first. */
  close(shard: number, to: ShardGeneration): Promise<ShardGeneration>;
  /** Sends some of its SKUs, from a number on, to the shards of the generation that it was closed for. */
  handOver(shard: number, from: number): Promise<{ skus: number; next: number | null }>;
  /** A shard has got all SKUs of another one: nothing that still comes from there counts. */
  endFeeding(shard: number, from: number): Promise<void>;
  /** Drops the SKUs of a shard that is closed. */
  clear(shard: number): Promise<void>;
}

/** What a rename asks of the SKU shards; see services/catalogue/rename. */
export interface RenamePort {
  /** The product goes from the shard of the SKU before to that of the new one: once for each rename. */
  handOver(rename: { id: string; from: string; to: string }): Promise<void>;
  /** Drops what the shard of the SKU before still has. */
  drop(sku: string): Promise<void>;
  /** A new product may have the SKU. */
  readmit(sku: string): Promise<void>;
}

/** Rows of one chunk that concern sessions of one object. */
export interface VisitChunk {
  chunkId: string;
  /** ms */
  receivedAt: number;
  rows: EventRow[];
}

export interface VisitCall {
  now: number;
  eventHours: number;
  /** additions to the cart that make a pattern */
  threshold: number;
  chunks: VisitChunk[];
}

export interface VisitAnswer {
  verdicts: { chunkId: string; verdicts: RowVerdict[] }[];
  /** of every session named, absolute */
  patterns: Omit<CartPatternRow, "row">[];
}

/** What a visitor may be known as. */
export type Forgotten = "session" | "customer";

/** The objects that keep the shop's sessions and customers. */
export interface VisitorPort {
  observe(index: number, call: VisitCall): Promise<VisitAnswer>;
  /** Counts purchases and refunds of customers; the same rows again change nothing. */
  takeOrders(index: number, call: OrderCall): Promise<void>;
  /** Deletes what is kept of a session or a customer; answers how many there were. */
  forget(index: number, what: Forgotten, hash: number): Promise<number>;
}

/** Where marts read what is in no table: every object, by its number. */
export interface MartSources {
  /** the addresses of all shards */
  shards(): Promise<number[]>;
  /** accepted events of a shard's products */
  productVisits(shard: number, query: VisitQuery): Promise<PackedVisits>;
  /** accepted events without a product */
  sessionVisits(index: number, query: VisitQuery): Promise<PackedVisits>;
  /** customers of the last year */
  customers(index: number, now: number): Promise<CustomerSummary[]>;
  /** competitors' price movements of a time, newest first */
  movements(shard: number, query: MovementQuery): Promise<SkuMovement[]>;
}

/** A chunk that is done, with its rows for the lake. */
export interface PostedChunk extends ChunkOrigin {
  /** see domain/lake/posted-rows.ts */
  text: string;
}

/** Chunks that an Inbox waits for. */
export interface InboxLoad {
  waiting: number;
  /** ms; null = none waits */
  oldestSentAt: number | null;
  /** chunks that the lake does not have yet */
  forLake: number;
}

/** The objects that keep accepted batches until every chunk is done. */
export interface InboxPort {
  accept(batch: PackedBatch): Promise<AcceptAnswer>;
  /** Counts one request of a source against its rate; seconds to wait if it is over it, else null. */
  takeTurn(source: string, perMinute: number): Promise<number | null>;
  /** Answers of each outcome whether it completed its chunk. */
  markDone(inbox: number, outcomes: ChunkOutcome[]): Promise<boolean[]>;
  /** The queue itself tries these chunks again at `until` (ms): they need not be sent before. */
  postpone(inbox: number, refs: ChunkRef[], until: number): Promise<unknown>;
  park(inbox: number, refs: ChunkRef[]): Promise<unknown>;
  replay(inbox: number, ref: ChunkRef): Promise<unknown>;
  discard(inbox: number, ref: ChunkRef): Promise<unknown>;
  /** Keeps rows for the lake that came another way than as a batch. */
  keepForLake(chunk: PostedChunk): Promise<unknown>;
  /** Up to which of the chunks done after `from` an Inbox can hand out at once, and how many those are. */
  lakeUpTo(inbox: number, from: number): Promise<{ to: number; chunks: number }>;
  /** The chunks that were done after `from` and up to `to`, but for those that the Inbox has let go of. */
  lakeChunks(inbox: number, from: number, to: number): Promise<PostedChunk[]>;
  /** The lake has all of them up to `to`. */
  dropLake(inbox: number, to: number): Promise<unknown>;
  /** From when on it still holds every row that it accepted, ms. */
  heldFrom(inbox: number): Promise<number>;
  /** Delivers again what it accepted since (ms) and still holds; answers how many chunks that are. */
  redeliver(inbox: number, since: number): Promise<number>;
  /** What each Inbox has accepted and not done. */
  loads(): Promise<InboxLoad[]>;
}

/** The feed that open dashboards listen to. */
export interface LivePort {
  /** Best effort, and never rejects: whoever misses a frame reads the lists. `digestPerHour`: the setting. */
  publish(items: LiveItem[], digestPerHour?: number): Promise<void>;
}

/** The object that keeps what is in neither the database nor the bucket. */
export interface VaultPort {
  /** the install's secret: configured, or made at its first use */
  secret(): Promise<string>;
  keptHeads(): Promise<KeptHeads | null>;
  keepHeads(heads: KeptHeads): Promise<void>;
}

/** Whether the password was right; or, not tried, the seconds to wait. */
export type GateAnswer = { right: boolean } | { retryAfter: number };

/** The brake on sign-ins, and the one place where passwords are hashed. */
export interface GatePort {
  /** Counts the attempt before it hashes anything. */
  verify(attempt: Attempt, password: string, stored: string): Promise<GateAnswer>;
  /** Whether the audit is to name a failure, and how many it has not named before it. */
  failed(): Promise<{ record: boolean; unrecorded: number }>;
  /** The person is in: the place, and this browser by its new token, are theirs from now on. */
  passed(attempt: Attempt, device: string): Promise<void>;
  /** The hash of a new password; null if too many wait. */
  hash(password: string): Promise<string | null>;
}

/** The objects that talk to stores, one for each. */
export interface StorePort {
  /** Lets it look whether there is something to do for the store. */
  wake(storeId: string): Promise<void>;
}

/** The objects that send things out, one for each receiver. */
export interface CourierPort {
  /** Lets one of them look for what it has to send; best effort, and never rejects. */
  wake(target: string): Promise<void>;
}

/** All that a verb may reach beyond the database: objects and queues. */
export interface Ports {
  shards: ShardPort;
  upkeep: UpkeepPort;
  renames: RenamePort;
  visitors: VisitorPort;
  inboxes: InboxPort;
  live: LivePort;
  stores: StorePort;
  couriers: CourierPort;
  vault: VaultPort;
  queues: Pick<Env, "OBSERVATIONS" | "EVENTS" | "RUNS">;
}
