import { stringHash } from "../../domain/base/sharding.ts";
import type { MovingPage, MovingSkus } from "../../domain/messages/shard-page.ts";
import { type ShardGeneration, shardAddress } from "../../domain/shard/layout.ts";
import { wholeSku } from "../../domain/shard/older.ts";
import type { ShardState } from "../../domain/shard/shard.ts";
import { packSkus } from "./pack.ts";

/** SKUs handed over at once: with long histories they come to some megabytes. */
const MOVING_SKUS = 64;

/** SKUs from a number on, by the address of the shard that is to have them. */
export function movingSkus(shard: ShardState, to: ShardGeneration, from: number): Omit<MovingPage, "giver"> {
  const page = shard.skus.slice(from, from + MOVING_SKUS);
  const groups = Map.groupBy(page, ({ sku }) => shardAddress(to, stringHash(sku) % to.count));
  const byTarget = new Map<number, MovingSkus>();
  for (const [target, skus] of groups)
    byTarget.set(target, {
      bytes: packSkus(skus.map(wholeSku)),
      settings: shard.settings,
      sources: shard.sources,
    });
  const next = from + MOVING_SKUS;
  return { skus: page.length, byTarget, next: next < shard.skus.length ? next : null };
}
