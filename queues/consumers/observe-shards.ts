import type { Env } from "../../db/env.ts";
import { failureKind } from "../../domain/delivery/failure.ts";
import type { SkuPresent } from "../../domain/messages/present.ts";
import type {
  ShardAnswer,
  ShardCall,
  ShardChunk,
  ShardProduct,
  ShardSettings,
} from "../../domain/messages/shard.ts";
import { readAnswer, writeCall } from "../../durable/sku-shard/call-text.ts";
import { skuShard, skuShardIndex } from "../../durable/stubs.ts";
import { forgetProducts, rememberProducts } from "../../services/ingest/known-products.ts";
import { type IngestContext, shardSettings } from "../../services/ingest/load-context.ts";
import { type Delivery, isChunk } from "./delivery.ts";

/** Shards called at the same time. */
const WAVE_CALLS_MAX = 32;

/** `rehearsal`: the verdicts are wanted, and nothing is to be kept. */
interface ObserveOptions {
  rehearsal: boolean;
}

/** What all calls of a consumer batch share. */
interface Observing {
  env: Env;
  context: IngestContext;
  settings: ShardSettings;
  /** the same as JSON, written once */
  settingsText: string;
  now: number;
  present: Map<string, SkuPresent>;
  options: ObserveOptions;
}

/** The part of a consumer batch that falls to one shard. */
interface ShardWork {
  shard: number;
  chunks: { delivery: Delivery; chunk: ShardChunk | null }[];
  skus: Set<string>;
}

/**
 * One call per shard for all that the batch holds for it, in parallel waves. Verdicts go to their deliveries, the
 * present states come back by SKU. A shard that fails fails the deliveries that needed it, and only those.
 */
export async function observeShards(
  env: Env,
  deliveries: readonly Delivery[],
  context: IngestContext,
  now: number,
  options: ObserveOptions = { rehearsal: false },
): Promise<Map<string, SkuPresent>> {
  const present = new Map<string, SkuPresent>();
  const settings = shardSettings(context);
  const settingsText = JSON.stringify(settings);
  const observing = { env, context, settings, settingsText, now, present, options };
  const work = [...groupByShard(env, deliveries, context).values()];
  for (let start = 0; start < work.length; start += WAVE_CALLS_MAX) {
    const wave = work.slice(start, start + WAVE_CALLS_MAX);
    await Promise.all(wave.map((one) => observeOne(observing, one)));
  }
  return present;
}

function groupByShard(
  env: Env,
  deliveries: readonly Delivery[],
  context: IngestContext,
): Map<number, ShardWork> {
  const work = new Map<number, ShardWork>();
  const of = (shard: number): ShardWork => {
    const known = work.get(shard) ?? { shard, chunks: [], skus: new Set<string>() };
    work.set(shard, known);
    return known;
  };
  for (const delivery of deliveries) {
    if (isChunk(delivery.body)) {
      // every SKU that a chunk names is named by a row, and its product was found; that of a cart was when it was filled
      for (const [shard, chunk] of [...delivery.chunks, ...(delivery.carts ?? [])]) {
        const one = of(shard);
        for (const { sku } of chunk.rows) one.skus.add(sku);
        one.chunks.push({ delivery, chunk });
      }
      continue;
    }
    const touched = new Set<number>();
    for (const sku of delivery.skus) {
      if (!context.ours.has(sku)) continue;
      const shard = skuShardIndex(env, sku);
      of(shard).skus.add(sku);
      touched.add(shard);
    }
    for (const shard of touched)
      of(shard).chunks.push({ delivery, chunk: delivery.chunks.get(shard) ?? null });
  }
  return work;
}

async function observeOne(observing: Observing, work: ShardWork): Promise<void> {
  const { env, context, settingsText, now, present, options } = observing;
  try {
    const call = callOf(observing, work);
    const text = writeCall(call, settingsText);
    const answer = readAnswer(await skuShard(env, work.shard).observeText(text, options.rehearsal), call);
    assertKnewOurs(answer, work, context);
    if (!options.rehearsal) rememberProducts(call.products, now);
    take(answer, work, present);
  } catch (error) {
    if (failureKind(error) !== "transient" && work.chunks.length > 1) {
      // one message may be the cause: each alone, so that only that one fails
      for (const one of work.chunks) await observeOne(observing, { ...work, chunks: [one] });
      return;
    }
    for (const { delivery } of work.chunks) delivery.failure ??= error;
  }
}

/**
 * Our side is left out of a call when the shard took it a moment ago.
 * @throws if it does not have it after all: the next try reads it and sends it along
 */
function assertKnewOurs(answer: ShardAnswer, work: ShardWork, context: IngestContext): void {
  const ofCarts = new Set(
    [...work.chunks].flatMap(({ chunk }) => (chunk?.kind === "carts" ? [chunk.chunkId] : [])),
  );
  const isUnknown = answer.verdicts.some(
    ({ chunkId, verdicts }) => !ofCarts.has(chunkId) && verdicts.some(({ code }) => code === "unknown_sku"),
  );
  if (!isUnknown) return;
  const omitted = [...work.skus].filter((sku) => context.ours.has(sku) && !context.read.has(sku));
  if (omitted.length === 0) return;
  forgetProducts(omitted);
  throw Object.assign(new Error("a shard does not hold our side of a SKU"), { retryable: true });
}

function callOf({ context, settings, now }: Observing, work: ShardWork): ShardCall {
  const chunks = work.chunks.flatMap(({ chunk }) => (chunk ? [chunk] : []));
  // whole, even if a row names it too: a wake-up may come again for a projection that was lost long ago
  const woken = new Set(work.chunks.flatMap(({ delivery, chunk }) => (chunk ? [] : [...delivery.skus])));
  const products: ShardProduct[] = [];
  for (const sku of work.skus) {
    const side = context.read.has(sku) ? context.ours.get(sku) : undefined;
    if (side) products.push(side);
  }
  return {
    // a clock that is behind the Inbox's must not date a change before the receipt of what made it: see changedSince
    now: Math.max(now, ...chunks.map(({ receivedAt }) => receivedAt)),
    settings,
    products,
    chunks,
    refresh: [...work.skus].filter((sku) => woken.has(sku)),
    ...changedSince(chunks),
  };
}

/**
 * A shard dates a change by the call's clock, which is never behind the receipt of a chunk in it: what a chunk has changed
 * is dated at its receipt or later, whichever machine carries it again.
 */
function changedSince(chunks: readonly ShardChunk[]): { changedSince?: number } {
  if (chunks.length === 0) return {};
  return { changedSince: Math.min(...chunks.map(({ receivedAt }) => receivedAt)) };
}

function take(answer: ShardAnswer, work: ShardWork, present: Map<string, SkuPresent>): void {
  const verdicts = new Map(answer.verdicts.map((one) => [one.chunkId, one.verdicts]));
  for (const { delivery, chunk } of work.chunks)
    if (chunk && chunk.kind !== "carts") delivery.verdicts.push(...(verdicts.get(chunk.chunkId) ?? []));
  for (const sku of answer.skus) {
    const known = present.get(sku.sku);
    present.set(sku.sku, known ? { ...sku, demandDays: [...known.demandDays, ...sku.demandDays] } : sku);
  }
}
