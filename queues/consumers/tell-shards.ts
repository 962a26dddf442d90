import type { Env } from "../../db/env.ts";
import type { SkuPresent } from "../../domain/messages/present.ts";
import { skuShard, skuShardIndex } from "../../durable/stubs.ts";
import { type Delivery, isChunk } from "./delivery.ts";

/**
 * Tells the shards that what time alone had changed is projected by now. Best effort: a shard that does not hear of it
 * announces it again.
 */
export async function tellShards(
  env: Env,
  deliveries: readonly Delivery[],
  present: ReadonlyMap<string, SkuPresent>,
): Promise<void> {
  const wakeUps = deliveries.filter(({ body, failure }) => !isChunk(body) && failure === undefined);
  const marks = [...new Set(wakeUps.flatMap(({ skus }) => [...skus]))].flatMap((sku): [string, number][] => {
    const mark = present.get(sku)?.unprojected;
    return mark === undefined ? [] : [[sku, mark]];
  });
  const byShard = Map.groupBy(marks, ([sku]) => skuShardIndex(env, sku));
  try {
    await Promise.all([...byShard].map(([index, group]) => skuShard(env, index).markProjected(group)));
  } catch (error) {
    console.warn({ event: "delivery.tell_failed", error: String(error) });
  }
}
