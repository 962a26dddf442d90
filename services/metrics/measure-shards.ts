import { labelKey } from "../../domain/metrics/open-metrics.ts";
import type { ServiceContext } from "../context.ts";
import type { ShardPort } from "../ports.ts";
import { setSamples } from "./save-samples.ts";

/** Asks every shard how large it is. */
export async function measureShards(
  { d1, now }: Pick<ServiceContext, "d1" | "now">,
  shards: Pick<ShardPort, "sizes">,
): Promise<void> {
  const sizes = await shards.sizes();
  const samples = (of: readonly number[]) => ({
    [labelKey("all")]: of.reduce((total, bytes) => total + bytes, 0),
    [labelKey("largest")]: Math.max(...of),
  });
  const shardStored = samples(sizes.map(({ stored }) => stored));
  const shardHeld = samples(sizes.map(({ held }) => held));
  await d1.batch(setSamples(d1, "shards", { shardStored, shardHeld }, now));
}
