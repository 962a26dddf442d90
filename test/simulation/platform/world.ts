import type { Env } from "../../../db/env.ts";
import { limitedEnv } from "../../../db/limits/limited-env.ts";
import type { ShardAnswer, ShardCall } from "../../../domain/messages/shard.ts";
import { addressOf, shardName } from "../../../domain/shard/layout.ts";
import { Inbox } from "../../../durable/inbox.ts";
import { MOVED, readAnswer, readCall } from "../../../durable/sku-shard/call-text.ts";
import { SkuShard } from "../../../durable/sku-shard.ts";
import { Visitor } from "../../../durable/visitor.ts";
import { consume } from "../../../queues/consume.ts";
import { forgetProducts } from "../../../services/ingest/known-products.ts";
import type { VisitCall } from "../../../services/ports.ts";
import { Chance } from "./chance.ts";
import { d1Of } from "./database.ts";
import { type ObjectClass, SimulatedObject } from "./objects.ts";
import { DEAD_LETTERS, type QueuedMessage, Queues } from "./queues.ts";
import { Life, Scheduler } from "./scheduler.ts";
import type { Sqlite } from "./sqlite.ts";

export const DATA_QUEUES = ["pricewright-observations", "pricewright-events"] as const;
/** Batches that are worked on at the same time. */
const INVOCATIONS_MAX = 4;
const MESSAGES_PER_BATCH_MAX = 8;
/** How far the clock of a consumer's machine may be off. */
const SKEW_MS_MAX = 4_000;

/** Calls between two folds of a shard's journal: few enough to happen in a run. */
const FOLD_CALLS = 64;

class FoldingShard extends SkuShard {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, FOLD_CALLS);
  }
}

/** A call that a shard has committed. */
export interface CommittedCall {
  shard: string;
  call: ShardCall;
  answer: ShardAnswer;
}

/** The production line on a simulated platform: its objects, consumers, queues and database. */
export class World {
  readonly chance: Chance;
  readonly scheduler: Scheduler;
  readonly sqlite: Sqlite;
  readonly queues: Queues;
  readonly objects = new Map<string, SimulatedObject>();
  /** every call to a shard, in the order in which they were committed */
  readonly committed: CommittedCall[] = [];
  /** every call to the sessions' objects, likewise */
  readonly visits: VisitCall[] = [];
  readonly shards: number;
  readonly #invocations = new Set<Life>();
  readonly #tasks = new Set<Life>();
  #skewMs = 0;

  constructor(seed: number, options: { sqlite: Sqlite; startAt: number; shards: number }) {
    this.chance = new Chance(seed);
    this.scheduler = new Scheduler(this.chance, options.startAt);
    this.sqlite = options.sqlite;
    this.shards = options.shards;
    this.queues = new Queues(this.scheduler, [...DATA_QUEUES, DEAD_LETTERS]);
  }

  /** What Date.now() answers. */
  clock(): number {
    return this.scheduler.now + this.#skewMs;
  }

  /** The object that holds a SKU. */
  shardHolding(sku: string): SimulatedObject {
    const { rows } = this.sqlite.run(
      "SELECT generation, count FROM shard_generations WHERE status = 'current'",
    );
    const current = { generation: Number(rows[0]!.generation), count: Number(rows[0]!.count) };
    return this.objects.get(shardName(addressOf(sku, { current, next: null })))!;
  }

  /** An object's disk is gone, and so is what it had in memory. */
  loseDisk(object: SimulatedObject): void {
    object.evict();
    this.objects.delete(object.name);
    this.scheduler.note("disk lost");
  }

  /** Whether nothing is under way or waits in a queue. */
  get isIdle(): boolean {
    return this.#invocations.size === 0 && this.#tasks.size === 0 && this.queues.isEmpty();
  }

  /** The bindings as one life holds them: when it ends, so does all that it waits for. */
  env(life: Life): Env {
    return {
      DB: d1Of(this.sqlite, this.scheduler, life),
      INBOX: this.#namespace("inbox", Inbox as unknown as ObjectClass, life),
      SKU_SHARD: this.#namespace("shard", FoldingShard as unknown as ObjectClass, life),
      VISITOR: this.#namespace("visitor", Visitor as unknown as ObjectClass, life),
      COURIER: { idFromName: String, get: () => ({ wake: async () => undefined }) },
      LIVE_FEED: { idFromName: String, get: () => ({ publish: async () => undefined }) },
      OBSERVATIONS: this.queues.producer("pricewright-observations", life),
      EVENTS: this.queues.producer("pricewright-events", life),
      SKU_SHARDS: String(this.shards),
      INSTALL_SECRET: "a secret of the simulation",
      LAKE: { get: async () => null, put: async () => undefined },
      VAULT: {
        idFromName: String,
        get: () => ({ keptHeads: async () => null, keepHeads: async () => undefined }),
      },
      // no turns are given: writers go on without, as where the object cannot be reached
      CHAIN_TURNS: {
        getByName: () => ({
          take: async () => {
            throw new Error("Network connection lost.");
          },
          newest: async () => null,
          reset: async () => undefined,
        }),
      },
      ENFORCE_LIMITS: "on",
    } as unknown as Env;
  }

  /** Runs something of the process beside the consumers; it ends with the process. */
  task(work: (env: Env) => Promise<unknown>): void {
    const life = new Life();
    this.#tasks.add(life);
    const end = () => this.#tasks.delete(life);
    life.onEnd(end);
    work(this.env(life)).then(end, end);
  }

  get hasFreeConsumer(): boolean {
    return this.#invocations.size < INVOCATIONS_MAX;
  }

  /** Hands messages of a queue to a consumer. */
  deliver(queue: string): void {
    const messages = this.queues.take(queue, MESSAGES_PER_BATCH_MAX);
    if (messages.length > 0) void this.#consume(queue, messages);
  }

  /** Ends one consumer in the middle of its work; its messages are delivered again. */
  crashConsumer(): void {
    if (this.#invocations.size === 0) return;
    this.chance.pick([...this.#invocations]).end();
    this.scheduler.note("consumer crashed");
  }

  evict(): void {
    const loaded = [...this.objects.values()].filter(({ isLoaded }) => isLoaded);
    if (loaded.length === 0) return;
    const object = this.chance.pick(loaded);
    object.evict();
    this.scheduler.note(`${object.name.replace(/-\d+$/, "")} evicted`);
  }

  /** The process dies: what is on disk is all that is left, and the queues are empty. */
  kill(): void {
    this.queues.clear();
    for (const life of [...this.#invocations, ...this.#tasks]) life.end();
    this.queues.clear();
    for (const object of this.objects.values()) object.evict();
    this.forgetMemory();
    this.scheduler.note("process killed");
  }

  /** What a fresh isolate does not know. */
  forgetMemory(): void {
    const { rows } = this.sqlite.run("SELECT sku FROM products");
    forgetProducts(rows.map(({ sku }) => String(sku)));
  }

  async #consume(queue: string, messages: QueuedMessage[]): Promise<void> {
    const life = new Life();
    const settled = new Map<QueuedMessage, number | "ack">();
    const delivered = messages.map((message) => ({
      id: message.id,
      timestamp: new Date(message.sentAt),
      attempts: message.attempts,
      body: structuredClone(message.body),
      ack: () => settled.set(message, "ack"),
      retry: (options?: { delaySeconds?: number }) => settled.set(message, options?.delaySeconds ?? 0),
    }));
    const end = (retryRest: boolean) => {
      this.#invocations.delete(life);
      for (const message of messages) {
        const outcome = settled.get(message) ?? (retryRest ? 1 : "ack");
        if (outcome !== "ack") this.queues.putBack(queue, message, outcome);
      }
    };
    this.#invocations.add(life);
    life.onEnd(() => {
      settled.clear();
      end(true);
    });
    const batch = { queue, messages: delivered } as unknown as MessageBatch;
    const context = { waitUntil: () => undefined } as unknown as ExecutionContext;
    this.#skewMs = this.chance.below(2 * SKEW_MS_MAX) - SKEW_MS_MAX;
    const done = consume(batch, limitedEnv(this.env(life)), context);
    this.#skewMs = 0;
    const failed = await done.then(
      () => false,
      () => true,
    );
    if (life.isAlive) end(failed);
  }

  #namespace(kind: string, of: ObjectClass, life: Life) {
    const get = (name: string) => this.#stub(this.#object(name, of), life, kind);
    return { idFromName: (name: string) => name, get };
  }

  #object(name: string, of: ObjectClass): SimulatedObject {
    let object = this.objects.get(name);
    if (object === undefined) {
      object = new SimulatedObject(
        name,
        this.scheduler,
        (ctx, life) => new of(ctx as never, this.env(life) as never),
      );
      this.objects.set(name, object);
    }
    return object;
  }

  #stub(object: SimulatedObject, life: Life, kind: string): object {
    const call = (method: string, parameters: unknown[]) =>
      this.scheduler.remote(life, `${kind} call`, async () => {
        const answer = await object.call(method, parameters);
        this.#note(object.name, method, parameters, answer);
        return answer;
      });
    return new Proxy(
      {},
      {
        // a promise asks whether it is one
        get: (_, method) =>
          method === "then" ? undefined : (...parameters: unknown[]) => call(String(method), parameters),
      },
    );
  }

  #note(object: string, method: string, [call]: unknown[], answer: unknown): void {
    if (object.startsWith("visitor") && method === "observe") this.visits.push(call as VisitCall);
    if (!object.startsWith("shard")) return;
    if (method === "observe") this.#noteCall(object, call as ShardCall, answer as ShardAnswer);
    if (method !== "observeText" || answer === MOVED) return;
    const read = readCall(String(call));
    this.#noteCall(object, read, readAnswer(String(answer), read));
  }

  #noteCall(shard: string, call: ShardCall, answer: ShardAnswer): void {
    this.committed.push({ shard, call, answer });
  }
}
