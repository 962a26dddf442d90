import type { Env } from "../../db/env.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { portsOf } from "../../durable/ports.ts";
import { inboxOf } from "../../durable/stubs.ts";
import { type ServiceContext, serviceContext, systemActor } from "../../services/context.ts";
import { listDeadLetters } from "../../services/ingest/dead-letters.ts";
import { replayLetter } from "../../services/ingest/settle-dead-letter.ts";
import { OUTBOX_TRIES } from "../../services/operate/claim-outbox.ts";
import { drainOutbox } from "../../services/operate/drain-outbox.ts";
import { oursOutbox } from "../../services/pricing/price-news.ts";
import { settleQuarantined } from "../../services/quarantine/settle-quarantined.ts";
import { DEAD_LETTERS } from "./platform/queues.ts";
import { Life, NO_FAULTS } from "./platform/scheduler.ts";
import { DATA_QUEUES, type World } from "./platform/world.ts";
import { type Decision, type OursChange, type Post, SKUS, type Traffic } from "./traffic.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** After the last fault everything must be done within this time: a few of the longest pauses between sendings. */
const HEALING_MS_MAX = 6 * 60 * MINUTE;

/** Chances per step of what happens to the platform itself. */
const TROUBLE = {
  kill: 0.0015,
  evict: 0.012,
  crash: 0.006,
  drop: 0.008,
  duplicate: 0.012,
  forget: 0.004,
  pause: 0.006,
};

/** What else is done at an instant. */
interface Other {
  at: number;
  act(ctx: ServiceContext, env: Env): Promise<void>;
}

/** Drives a world through its traffic with faults, then lets it come to rest without. */
export class Run {
  readonly world: World;
  readonly #client = new Life();
  #env: Env;
  #tickAt: number;

  constructor(world: World) {
    this.world = world;
    this.#env = world.env(this.#client);
    this.#tickAt = world.scheduler.now;
  }

  /** The traffic while everything works but the database, which is down for some time of it. */
  async withOutage(traffic: Traffic, minutes: number): Promise<void> {
    const { scheduler, chance } = this.world;
    const open = this.#clients(traffic);
    const from = scheduler.now + chance.below(10 * MINUTE);
    while (open.size > 0 || scheduler.now < traffic.endsAt) {
      if (scheduler.now >= from) scheduler.outage ??= { calls: "D1", until: from + minutes * MINUTE };
      await this.#step();
    }
  }

  /** Everything of the traffic is accepted in the end; what becomes of it is the line's business. */
  async withFaults(traffic: Traffic, others: readonly Other[] = []): Promise<void> {
    const { scheduler, chance } = this.world;
    const open = this.#clients(traffic);
    for (const other of others) {
      open.add(other);
      const act = () => void this.untilDone(other.act).then(() => open.delete(other));
      scheduler.add(this.#client, "client", act, other.at);
    }
    const severity = chance.pick([0.3, 1, 2]);
    scheduler.rates = { requestLost: 0.02 * severity, answerLost: 0.03 * severity, slow: 0.02 * severity };
    while (open.size > 0 || scheduler.now < traffic.endsAt) {
      await this.#step();
      this.#makeTrouble(severity);
    }
    scheduler.rates = NO_FAULTS;
  }

  /** Starts what the clients do; answers what of it is not done yet. */
  #clients(traffic: Traffic): Set<object> {
    const { scheduler } = this.world;
    const open = new Set<object>([...traffic.posts, ...traffic.changes, ...traffic.decisions]);
    const start = (what: Post | OursChange | Decision, act: () => Promise<void>) =>
      scheduler.add(this.#client, "client", () => void act().then(() => open.delete(what)), what.at);
    for (const post of traffic.posts) start(post, () => this.#post(post));
    for (const change of traffic.changes) start(change, () => this.changeOurs([change]));
    for (const decision of traffic.decisions) start(decision, () => this.#decide(decision));
    return open;
  }

  /** Runs without faults until all is done; what was given up is tried again, as a person would see to. */
  async toRest(): Promise<void> {
    const { scheduler } = this.world;
    const until = scheduler.now + HEALING_MS_MAX;
    while (scheduler.now < until) {
      await this.#step();
      if (!this.world.isIdle || scheduler.isBusy()) continue;
      if (this.#count("SELECT count(*) AS n FROM dead_letters WHERE status = 'parked'") > 0)
        await this.#replayLetters();
      else if (this.#count(`SELECT count(*) AS n FROM outbox WHERE attempts >= ${OUTBOX_TRIES}`) > 0)
        this.world.sqlite.run("UPDATE outbox SET attempts = 0");
      else if (this.#isDone()) return;
    }
    throw new Error("work is left undone long after the last fault");
  }

  /** Does something again and again until it does not fail. */
  async untilDone(act: Other["act"]): Promise<void> {
    for (;;) {
      try {
        return await act(this.#context(), this.#env);
      } catch {
        await this.#sleep(SECOND * (1 + this.world.chance.below(5)));
      }
    }
  }

  /** The same while nothing fails. */
  async now(act: Other["act"]): Promise<void> {
    await this.#settled(this.untilDone(act));
    await this.toRest();
  }

  /** Lets time pass. */
  async wait(ms: number): Promise<void> {
    const until = this.world.scheduler.now + ms;
    this.world.scheduler.add(this.#client, "client", () => undefined, until);
    while (this.world.scheduler.now < until) await this.#step();
    await this.toRest();
  }

  /** Our side changes as the services change it: in one commit with the outbox rows that tell of it. */
  async changeOurs(changes: readonly (Omit<OursChange, "at"> & { status?: string })[]): Promise<void> {
    const { DB } = this.#env;
    const now = this.world.clock();
    const update = DB.prepare(
      // what the shop itself reports of its stock is not for the catalogue to say
      `UPDATE products SET price = ?2, stock = CASE WHEN stock_version IS NULL THEN ?3 ELSE stock END,
         status = ?4, version = version + 1 WHERE sku = ?1`,
    );
    const updates = changes.map(({ sku, price, stock, status = "active" }) =>
      update.bind(sku, price, stock, status),
    );
    const outbox = oursOutbox(
      { d1: DB, now },
      changes.map(({ sku }) => sku),
    );
    await DB.batch([...updates, ...outbox]).catch(() => undefined);
    this.#tick();
  }

  /** Turns all products off and on again, so that every signal is looked at anew. */
  async lookAnew(): Promise<void> {
    const sides = SKUS.map((sku) => ({ sku, price: 10_000, stock: null }));
    await this.#settled(this.changeOurs(sides.map((side) => ({ ...side, status: "archived" }))));
    await this.toRest();
    await this.#settled(this.changeOurs(sides));
    await this.toRest();
  }

  async #post({ batch }: Post): Promise<void> {
    const { scheduler } = this.world;
    for (;;) {
      try {
        const answer = await inboxOf(this.#env, batch.batchId).accept({
          ...batch,
          receivedAt: this.world.clock(),
        });
        if (!answer.taken) throw new Error(`batch ${batch.batchId} was refused`);
        return;
      } catch {
        await this.#sleep(SECOND * (1 + scheduler.chance.below(5)));
      }
    }
  }

  /** A person settles one of the rows that wait in quarantine. */
  async #decide({ action, isPersistent }: Decision): Promise<void> {
    const { sqlite, scheduler } = this.world;
    const { rows } = sqlite.run("SELECT id FROM quarantine WHERE status = 'open' ORDER BY id");
    if (rows.length === 0) return;
    const id = String(scheduler.chance.pick(rows).id);
    let isSettled = false;
    const settle = async () => {
      try {
        await settleQuarantined(this.#context(), portsOf(this.#env), id, action);
        isSettled = true;
      } catch (error) {
        // somebody or the gate was first
        isSettled = error instanceof ProblemError && error.code === "illegal_transition";
      }
    };
    await settle();
    while (!isSettled && isPersistent) {
      await this.#sleep(SECOND * (1 + scheduler.chance.below(5)));
      await settle();
    }
    if (!isSettled) scheduler.note("decision given up");
  }

  #context(): ServiceContext {
    const { chance } = this.world;
    return {
      ...serviceContext(this.#env, systemActor("simulation"), this.world.clock()),
      random: () => chance.next(),
      sleep: (ms) => this.#sleep(ms),
    };
  }

  #sleep(ms: number): Promise<void> {
    const { scheduler } = this.world;
    return new Promise((resolve) => scheduler.add(this.#client, "client", resolve, scheduler.now + ms));
  }

  async #settled(work: Promise<void>): Promise<void> {
    let isDone = false;
    const end = () => {
      isDone = true;
    };
    work.then(end, end);
    while (!isDone) await this.#step();
    await work;
  }

  async #replayLetters(): Promise<void> {
    const context = this.#context();
    const replay = async () => {
      for (const { letter } of (await listDeadLetters(context.db, { limit: 10 }, { status: "parked" })).rows)
        await replayLetter(context, portsOf(this.#env), letter.id);
    };
    this.world.scheduler.note("letters replayed");
    await this.#settled(replay());
  }

  /** One of the things that can happen next, happens. */
  async #step(): Promise<void> {
    const { world } = this;
    const { scheduler, chance, queues } = world;
    const acts: (() => void)[] = scheduler.ready().map((step) => () => scheduler.take(step));
    for (const queue of [...DATA_QUEUES, DEAD_LETTERS])
      if (
        world.hasFreeConsumer &&
        queues.messages.get(queue)!.some(({ readyAt }) => readyAt <= scheduler.now)
      )
        acts.push(() => world.deliver(queue));
    for (const object of world.objects.values())
      if (object.alarmAt !== null && object.alarmAt <= scheduler.now)
        acts.push(() => void object.fireAlarm());
    if (scheduler.now >= this.#tickAt) acts.push(() => this.#tick());
    if (acts.length > 0) chance.pick(acts)();
    else this.#advance();
    await scheduler.settled();
  }

  /** Nothing can happen now: on to the next instant at which something can. */
  #advance(): void {
    const { scheduler, queues, objects } = this.world;
    const alarms = [...objects.values()].map(({ alarmAt }) => alarmAt ?? Number.POSITIVE_INFINITY);
    const next = Math.min(scheduler.nextAt(), queues.nextAt(), this.#tickAt, ...alarms);
    scheduler.now = Math.max(scheduler.now + 1, next);
  }

  /** The minute's job, as far as it touches the line: what the outbox holds is sent. */
  #tick(): void {
    this.#tickAt = this.world.scheduler.now + MINUTE;
    this.world.task((env) => drainOutbox(env.DB, portsOf(env), this.world.clock()));
  }

  #makeTrouble(severity: number): void {
    const { world } = this;
    const { chance, queues, scheduler } = world;
    const happens = (rate: number) => chance.happens(rate * severity);
    if (happens(TROUBLE.evict)) world.evict();
    if (happens(TROUBLE.crash)) world.crashConsumer();
    if (happens(TROUBLE.duplicate)) queues.duplicate(chance.pick(DATA_QUEUES));
    if (happens(TROUBLE.drop)) queues.drop(chance.pick(DATA_QUEUES));
    if (happens(TROUBLE.forget)) world.forgetMemory();
    if (happens(TROUBLE.kill)) world.kill();
    if (happens(TROUBLE.pause)) scheduler.now += chance.below(MINUTE);
  }

  #isDone(): boolean {
    if (this.#count("SELECT count(*) AS n FROM outbox") > 0) return false;
    for (const [name, { disk }] of this.world.objects)
      if (
        name.startsWith("inbox-") &&
        disk.run("SELECT 1 FROM batch_chunks WHERE status <> 'done' LIMIT 1").rows.length > 0
      )
        return false;
    return true;
  }

  #count(sql: string): number {
    return Number(this.world.sqlite.run(sql).rows[0]?.n);
  }
}
