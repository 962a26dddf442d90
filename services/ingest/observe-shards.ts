import { failureKind } from "../../domain/delivery/failure.ts";
import type { SkuPresent } from "../../domain/messages/present.ts";
import type { ShardAnswer, ShardCall, ShardProduct, ShardSettings } from "../../domain/messages/shard.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";
import type { ShardPort } from "../ports.ts";
import type { Delivery, ShardShare } from "./delivery.ts";
import { forgetProducts, rememberProducts } from "./known-products.ts";
import { type IngestContext, shardSettings } from "./load-context.ts";

/** Shards called at the same time. */
const WAVE_CALLS_MAX = 32;

/** A delivery's share of a call. */
interface Part extends ShardShare {
  delivery: Delivery;
}

/** What a shard answered to the parts of one call, or why it did not. */
type ShardResult = { parts: readonly Part[] } & ({ answer: ShardAnswer } | { failure: unknown });

/** What all calls of a consumer batch share. */
interface Observing {
  port: ShardPort;
  context: IngestContext;
  settings: ShardSettings;
  now: number;
  dryRun: boolean;
}

/**
 * One call per shard for all that the deliveries hold for it, in parallel waves. Answers the deliveries with the
 * shards' verdicts, and the present states by SKU. A shard that fails fails the deliveries that needed it, and no others.
 */
export async function observeShards(
  port: ShardPort,
  deliveries: readonly Delivery[],
  context: IngestContext,
  now: number,
  { dryRun }: { dryRun: boolean } = { dryRun: false },
): Promise<{ deliveries: Delivery[]; present: Map<string, SkuPresent> }> {
  const observing = { port, context, settings: shardSettings(context), now, dryRun };
  const parts = deliveries.flatMap((delivery) => delivery.shares.map((share) => ({ ...share, delivery })));
  const calls = [...Map.groupBy(parts, ({ shard }) => shard).values()];
  const results: ShardResult[] = [];
  for (let start = 0; start < calls.length; start += WAVE_CALLS_MAX) {
    const wave = calls.slice(start, start + WAVE_CALLS_MAX);
    results.push(...(await Promise.all(wave.map((call) => observeOne(observing, call)))).flat());
  }
  return { deliveries: withVerdicts(deliveries, results), present: presentOf(results) };
}

async function observeOne(observing: Observing, parts: readonly Part[]): Promise<ShardResult[]> {
  const { port, context, now, dryRun } = observing;
  try {
    const call = callOf(observing, parts);
    const answer = await port.observe(parts[0]!.shard, call, { dryRun });
    assertKnewProducts(answer, parts, context);
    if (!dryRun) rememberProducts(call.products, now);
    return [{ parts, answer }];
  } catch (failure) {
    // the catalogue may have changed under it: the next try reads it
    forgetProducts(skusOf(parts));
    if (failureKind(failure) === "transient" || parts.length === 1) return [{ parts, failure }];
  }
  // one message may be the cause: each alone, so that only that one fails
  const results: ShardResult[] = [];
  for (const part of parts) results.push(...(await observeOne(observing, [part])));
  return results;
}

/**
 * A product is left out of a call when its shard took it a moment ago.
 * @throws if the shard does not have it after all: the next try reads it and sends it along
 */
function assertKnewProducts(answer: ShardAnswer, parts: readonly Part[], context: IngestContext): void {
  const ofCarts = new Set(parts.flatMap(({ chunk }) => (chunk?.kind === "carts" ? [chunk.chunkId] : [])));
  const isUnknown = answer.verdicts.some(
    ({ chunkId, verdicts }) => !ofCarts.has(chunkId) && verdicts.some(({ code }) => code === "unknown_sku"),
  );
  if (!isUnknown) return;
  const omitted = [...skusOf(parts)].filter((sku) => context.products.has(sku) && !context.read.has(sku));
  if (omitted.length === 0) return;
  forgetProducts(omitted);
  throw Object.assign(new Error("a shard does not hold the product of a SKU"), { retryable: true });
}

function callOf({ context, settings, now }: Observing, parts: readonly Part[]): ShardCall {
  const chunks = parts.flatMap(({ chunk }) => (chunk ? [chunk] : []));
  const receipts = chunks.map(({ receivedAt }) => receivedAt);
  const products: ShardProduct[] = [];
  for (const sku of skusOf(parts)) {
    const product = context.read.has(sku) ? context.products.get(sku) : undefined;
    if (product) products.push(product);
  }
  const absences = parts.flatMap((part) => part.absences ?? []);
  return {
    // A shard dates a change by the call's clock. That is never behind the receipt of a chunk in the call, so what a
    // chunk changes is dated at its receipt or later, whichever machine delivers it again.
    now: Math.max(now, ...receipts),
    settings,
    products,
    chunks,
    ...(absences.length > 0 ? { absences } : {}),
    // whole, even if a row names it too: a wake-up may come again for a projection that was lost long ago
    refresh: [...skusOf(parts.filter(({ chunk }) => chunk === null))],
    ...(receipts.length > 0 ? { changedSince: Math.min(...receipts) } : {}),
  };
}

function skusOf(parts: readonly Part[]): ReadonlySet<string> {
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return first?.skus ?? new Set();
  const skus = new Set(first.skus);
  for (const part of others) for (const sku of part.skus) skus.add(sku);
  return skus;
}

function withVerdicts(deliveries: readonly Delivery[], results: readonly ShardResult[]): Delivery[] {
  const verdicts = new Map<Delivery, RowVerdict[]>(deliveries.map((one) => [one, [...one.verdicts]]));
  const failures = new Map<Delivery, unknown>();
  for (const result of results) {
    if ("failure" in result) {
      for (const { delivery } of result.parts) failures.set(delivery, result.failure);
      continue;
    }
    const byChunk = new Map(result.answer.verdicts.map((one) => [one.chunkId, one.verdicts]));
    for (const { delivery, chunk } of result.parts)
      if (chunk && chunk.kind !== "carts")
        verdicts.get(delivery)!.push(...(byChunk.get(chunk.chunkId) ?? []));
  }
  return deliveries.map((delivery) => {
    const failure = delivery.failure ?? failures.get(delivery);
    const known = verdicts.get(delivery)!;
    return { ...delivery, verdicts: known, ...(failure === undefined ? {} : { failure }) };
  });
}

function presentOf(results: readonly ShardResult[]): Map<string, SkuPresent> {
  const present = new Map<string, SkuPresent>();
  for (const result of results)
    for (const state of "answer" in result ? result.answer.skus : []) {
      const known = present.get(state.sku);
      const demandDays = known ? [...known.demandDays, ...state.demandDays] : state.demandDays;
      present.set(state.sku, known ? { ...state, demandDays } : state);
    }
  return present;
}

/**
 * Tells the shards that what time alone had changed is projected by now. Best effort: a shard that does not hear of
 * it has the same projected once more.
 */
export async function markProjected(port: ShardPort, states: readonly SkuPresent[]): Promise<void> {
  const marks = states.flatMap(({ sku, unprojected }): [string, number][] =>
    unprojected === undefined ? [] : [[sku, unprojected]],
  );
  if (marks.length === 0) return;
  try {
    const addressOf = await port.addresses();
    const byShard = Map.groupBy(marks, ([sku]) => addressOf(sku));
    await Promise.all([...byShard].map(([shard, group]) => port.markProjected(shard, group)));
  } catch (error) {
    console.warn({ event: "shard.mark_projected_failed", error: String(error) });
  }
}
