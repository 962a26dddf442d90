import type { Env } from "../db/env.ts";
import { INBOX_COUNT, shardOf } from "../domain/base/sharding.ts";
import type { ShardSettings } from "../domain/messages/shard.ts";
import { allAddresses } from "../domain/shard/layout.ts";
import { mergeSightings } from "../domain/shard/missing.ts";
import type { ServiceContext } from "../services/context.ts";
import type { MailService, SendContext } from "../services/outgoing/context.ts";
import type {
  CourierPort,
  GatePort,
  InboxPort,
  LivePort,
  MartSources,
  Ports,
  RenamePort,
  ShardPort,
  UpkeepPort,
  VaultPort,
} from "../services/ports.ts";
import type { QualityContext } from "../services/quality/check.ts";
import type { ReadHistories } from "../services/runs/run-record.ts";
import { forgetLayout, readLayout, skuAddresses } from "../services/shards/layout.ts";
import type { WatchContext } from "../services/watch/fetch-due.ts";
import { MOVED, readAnswer, writeCall } from "./sku-shard/call-text.ts";
import {
  courier,
  inbox,
  liveFeed,
  signInGate,
  skuShard,
  skuShardOf,
  storeSync,
  vault,
  visitor,
} from "./stubs.ts";

/** Objects that are asked at the same time. */
const WAVE_CALLS_MAX = 16;

/** The objects and queues of this install, as verbs reach them. */
export function portsOf(env: Env): Ports {
  return {
    shards: shardPort(env),
    upkeep: upkeepPort(env),
    renames: renamePort(env),
    visitors: {
      observe: (index, call) => visitor(env, index).observe(call),
      takeOrders: (index, call) => visitor(env, index).takeOrders(call),
      forget: async (index, what, hash) => visitor(env, index).forget(what, hash),
    },
    inboxes: inboxPort(env),
    live: livePort(env),
    stores: { wake: async (id) => storeSync(env, id).wake(id) },
    couriers: courierPort(env),
    vault: vaultPort(env),
    queues: env,
  };
}

/** What marts are rolled up from, beside the database. */
export function martSources(env: Env): MartSources {
  return {
    shards: async () => allAddresses(await readLayout(env)),
    productVisits: (shard, query) => skuShard(env, shard).visits(query),
    sessionVisits: (index, query) => visitor(env, index).visits(query),
    customers: (index, now) => visitor(env, index).customers(now),
    movements: (shard, query) => skuShard(env, shard).movements(query),
  };
}

/** What the checks of the data ask of objects. */
export function qualityPorts(env: Env): Pick<QualityContext, "vault" | "shardOffers"> {
  return {
    vault: vaultPort(env),
    async shardOffers(sku) {
      const addressOf = await shardPort(env).addresses();
      return skuShard(env, addressOf(sku)).offers(sku);
    },
  };
}

/** The brake on sign-ins of this install. */
export function gateOf(env: Pick<Env, "SIGN_IN_GATE">): GatePort {
  const gate = () => signInGate(env);
  return {
    verify: async (attempt, password, stored) => gate().verify(attempt, password, stored),
    failed: async () => gate().failed(),
    passed: async (attempt, device) => gate().passed(attempt, device),
    hash: async (password) => gate().hash(password),
  };
}

/** Objects asked for histories at the same time. */
const HISTORY_CALLS_MAX = 16;

/** Reads histories from the shards that hold the SKUs, a few objects at a time. */
export function historiesFrom(env: Env): ReadHistories {
  return async (skus, asOf, past) => {
    const calls = [...Map.groupBy(skus, await skuAddresses(env))];
    const answers: Awaited<ReturnType<ReadHistories>> = [];
    for (let start = 0; start < calls.length; start += HISTORY_CALLS_MAX) {
      const wave = calls.slice(start, start + HISTORY_CALLS_MAX);
      const parts = await Promise.all(
        wave.map(([index, group]) => skuShard(env, index).historyText(group, asOf, past)),
      );
      for (const part of parts) answers.push(...(JSON.parse(part) as typeof answers));
    }
    return answers;
  };
}

function shardPort(env: Env): ShardPort {
  let last: { settings: ShardSettings; text: string } | undefined;
  return {
    addresses: () => skuAddresses(env),
    async observe(shard, call, { dryRun } = { dryRun: false }) {
      // the calls of one batch share their settings: they are written as text once
      if (last?.settings !== call.settings)
        last = { settings: call.settings, text: JSON.stringify(call.settings) };
      const text = await skuShard(env, shard).observeText(writeCall(call, last.text), dryRun);
      if (text === MOVED) throw movedElsewhere(env);
      return readAnswer(text, call);
    },
    markProjected: (shard, marks) => skuShard(env, shard).markProjected(marks),
    sizes: () => ofAllShards(env, (shard) => shard.size()),
    async sightings(source) {
      return mergeSightings((await ofAllShards(env, (shard) => shard.sightings(source))).flat());
    },
    absences: (source, evidence, most) => ofAllShards(env, (shard) => shard.absences(source, evidence, most)),
  };
}

/** Asks every shard, a few at a time. */
async function ofAllShards<T>(
  env: Env,
  ask: (shard: ReturnType<typeof skuShard>) => Promise<T>,
): Promise<T[]> {
  const addresses = allAddresses(await readLayout(env));
  return inWaves(addresses.length, (i) => ask(skuShard(env, addresses[i]!)));
}

/** The call comes again, and then finds the SKUs where they are by then. */
function movedElsewhere(env: Env): Error {
  forgetLayout(env);
  return Object.assign(new Error("the SKUs of this shard are being handed over"), { retryable: true });
}

function upkeepPort(env: Env): UpkeepPort {
  return {
    standing: async (shard) => skuShard(env, shard).standing(),
    beginEpoch: async (shard, runId) => skuShard(env, shard).beginEpoch(runId),
    page: async (shard, from) => skuShard(env, shard).page(from),
    knowAll: async (shard) => skuShard(env, shard).knowAll(),
    // an object of an earlier release answers nothing
    close: async (shard, to) => (await skuShard(env, shard).close(to)) ?? to,
    async handOver(shard, from) {
      const { skus, byTarget, giver, next } = await skuShard(env, shard).moving(from);
      for (const [target, moving] of byTarget) await skuShard(env, target).adopt(shard, moving, giver);
      return { skus, next };
    },
    endFeeding: async (shard, from) => skuShard(env, shard).endFeeding(from),
    clear: async (shard) => skuShard(env, shard).clear(),
  };
}

function renamePort(env: Env): RenamePort {
  return {
    async handOver({ id, from, to }) {
      const renamed = await (await skuShardOf(env, from)).rename({ kind: "give", from, to });
      if (!renamed) throw new Error("a shard gives away what it has");
      await (await skuShardOf(env, to)).rename({ kind: "take", rename: id, to, renamed });
    },
    async drop(sku) {
      await (await skuShardOf(env, sku)).rename({ kind: "drop", sku });
    },
    async readmit(sku) {
      await (await skuShardOf(env, sku)).rename({ kind: "readmit", sku });
    },
  };
}

function inboxPort(env: Env): InboxPort {
  const holding = (id: string) => inbox(env, shardOf(id, INBOX_COUNT));
  return {
    accept: async (batch) => holding(batch.batchId).accept(batch),
    takeTurn: async (source, perMinute) => holding(source).takeTurn(source, perMinute),
    markDone: async (index, outcomes) => inbox(env, index).markDone(outcomes),
    postpone: async (index, refs, until) => inbox(env, index).postpone(refs, until),
    park: async (index, refs) => inbox(env, index).park(refs),
    replay: async (index, ref) => inbox(env, index).replay(ref),
    discard: async (index, ref) => inbox(env, index).discard(ref),
    keepForLake: async (chunk) => holding(chunk.batchId).keepForLake(chunk),
    lakeUpTo: async (index, from) => inbox(env, index).lakeUpTo(from),
    lakeChunks: async (index, from, to) => inbox(env, index).lakeChunks(from, to),
    dropLake: async (index, to) => inbox(env, index).dropLake(to),
    heldFrom: async (index) => inbox(env, index).heldFrom(),
    redeliver: async (index, since) => inbox(env, index).redeliver(since),
    loads: () => inWaves(INBOX_COUNT, async (index) => inbox(env, index).load()),
  };
}

/** Asks so many objects, some at a time. */
async function inWaves<T>(objects: number, ask: (index: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let start = 0; start < objects; start += WAVE_CALLS_MAX) {
    const wave = Array.from({ length: Math.min(WAVE_CALLS_MAX, objects - start) }, (_, i) => start + i);
    answers.push(...(await Promise.all(wave.map(ask))));
  }
  return answers;
}

function livePort(env: Env): LivePort {
  return {
    async publish(items, digestPerHour) {
      if (items.length === 0) return;
      try {
        await liveFeed(env).publish(items, digestPerHour);
      } catch (error) {
        console.warn({ event: "live.publish_failed", error: String(error) });
      }
    },
  };
}

/** What verbs need that send something out. */
export function sendContext(env: Env, ctx: ServiceContext): SendContext {
  return {
    ...ctx,
    vault: vaultPort(env),
    clock: Date.now,
    allowLoopback: env.WEBHOOK_TARGETS === "loopback",
    couriers: courierPort(env),
    appUrl: env.APP_URL ?? null,
    mail: { service: mailService(env), isKept: env.WEBHOOK_TARGETS === "loopback" },
  };
}

function mailService({ MAIL_KIND, MAIL_URL, MAIL_TOKEN, MAIL_FROM }: Env): MailService | null {
  if (!MAIL_URL || !MAIL_FROM) return null;
  return {
    kind: MAIL_KIND === "smtp" ? "smtp" : "api",
    ...{ url: MAIL_URL, token: MAIL_TOKEN || null, from: MAIL_FROM },
  };
}

function courierPort(env: Env): CourierPort {
  return {
    async wake(target) {
      try {
        await courier(env, target).wake(target);
      } catch (error) {
        console.warn({ event: "courier.wake_failed", target, error: String(error) });
      }
    },
  };
}

/** Of this isolate: the secret never changes. */
let madeSecret: string | undefined;

function vaultPort(env: Env): VaultPort {
  return {
    async secret() {
      if (env.INSTALL_SECRET) return env.INSTALL_SECRET;
      madeSecret ??= await vault(env).secret();
      return madeSecret;
    },
    keptHeads: async () => vault(env).keptHeads(),
    keepHeads: async (heads) => vault(env).keepHeads(heads),
  };
}

/** What fetching watched pages works with, as this caller. */
export function watchContext(env: Env, ctx: ServiceContext): WatchContext {
  const { inboxes, vault } = portsOf(env);
  return {
    ...ctx,
    accept: { db: ctx.db, inboxes, vault, now: ctx.now },
    allowLoopback: env.WEBHOOK_TARGETS === "loopback",
    clock: Date.now,
  };
}
