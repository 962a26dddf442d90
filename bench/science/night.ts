import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  filterSkus,
  finishSkus,
  type Pooled,
  type PoolInput,
  poolInput,
  poolSkus,
  type SkuSnapshot,
} from "../../domain/runs/elasticity-run.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import { finishedDigest } from "../../domain/runs/outcome-identity.ts";
import { RUN_SHARD_SKUS } from "../../domain/runs/phases.ts";
import { decideSkus, digestOf } from "../../domain/runs/proposals-run.ts";
import { manifestOf, ownSide, skuSnapshot, TODAY } from "./catalogue.ts";

/** SKUs generated; the night's are copies of them under other names. */
const TEMPLATES = 4_000;
const HISTORY_DAYS = 120;
const MEGABYTE = 2 ** 20;

export const NIGHT_GATES = { cpuSeconds: 20, shardMegabytes: 64 } as const;

export interface NightFigures {
  skus: number;
  shardSkus: number;
  historyDays: number;
  /** CPU seconds of the whole night, and of its phases */
  cpuSeconds: number;
  filterSeconds: number;
  poolSeconds: number;
  finishSeconds: number;
  decideSeconds: number;
  /** what the largest shard held at once, inputs and results, MB of heap */
  shardMegabytes: number;
  /** the same of the one shard that pools them all */
  poolMegabytes: number;
  proposed: number;
}

class Stopwatch {
  seconds = 0;

  run<T>(work: () => T): T {
    const before = process.cpuUsage();
    const result = work();
    const { user, system } = process.cpuUsage(before);
    this.seconds += (user + system) / 1e6;
    return result;
  }
}

function garbageCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

/**
 * A night as the runs compute it, on one core: every SKU's filter over its whole history, pooling, posteriors and
 * forecasts, then the decisions, in shards. It has got a night before it. Reading and writing are not in it.
 */
export function benchNight(skus = 100_000): NightFigures {
  const templates = Array.from({ length: Math.min(TEMPLATES, skus) }, (_, i) => skuSnapshot(i, HISTORY_DAYS));
  const before = lastNight(templates);
  const manifest: RunManifest = {
    ...manifestOf("elasticity", skus),
    previous: { runId: "last night", pooled: before.pooled },
  };
  const nameOf = (i: number) => `S${String(i).padStart(6, "0")}`;
  const shardOf = (start: number): SkuSnapshot[] =>
    Array.from({ length: Math.min(RUN_SHARD_SKUS, skus - start) }, (_, k) => {
      const template = templates[(start + k) % templates.length]!;
      const features = { ...structuredClone(template.features), sku: nameOf(start + k) };
      return { ...template, features, track: before.tracks[(start + k) % templates.length]! };
    });

  const collect = garbageCollector();
  const heapNow = () => {
    collect();
    return process.memoryUsage().heapUsed / MEGABYTE;
  };
  const watch = {
    filter: new Stopwatch(),
    pool: new Stopwatch(),
    finish: new Stopwatch(),
    decide: new Stopwatch(),
  };
  const inputs: PoolInput[] = [];
  const poolBase = heapNow();
  for (let start = 0; start < skus; start += RUN_SHARD_SKUS) {
    const shard = shardOf(start);
    watch.filter.run(() => {
      const filtered = filterSkus(shard, manifest);
      for (const [i, sku] of filtered.entries()) inputs.push(poolInput(sku!, shard[i]!, manifest));
    });
  }
  const learned = watch.pool.run(() => poolSkus(inputs, manifest));
  const poolMegabytes = heapNow() - poolBase;
  inputs.length = 0;

  let shardMegabytes = 0;
  let proposed = 0;
  const clearOf = heapNow();
  for (let start = 0; start < skus; start += RUN_SHARD_SKUS) {
    const shard = shardOf(start);
    // A later phase finds what the filter left in the bucket: that was counted before.
    const filtered = filterSkus(shard, manifest);
    const finished = watch.finish.run(() => finishSkus(shard, filtered, learned, manifest));
    const pricing = shard.map((snapshot, i) => {
      const { demand, followRate } = finished[i]!.forecast;
      const { asOf } = manifest;
      const forecast = {
        asOf,
        daily: demand!.daily.mean,
        price: snapshot.price,
        expectedCheapest: null,
        followRate,
      };
      return {
        features: snapshot.features,
        own: ownSide(snapshot, { elasticity: finished[i]!.report, forecast }),
      };
    });
    const decisions = watch.decide.run(() => decideSkus(pricing, manifest));
    watch.finish.run(() => finished.map(finishedDigest));
    watch.decide.run(() => decisions.map(digestOf));
    proposed += decisions.filter(({ verdict }) => verdict === "propose").length;
    if (start % (25 * RUN_SHARD_SKUS) === 0) {
      shardMegabytes = Math.max(shardMegabytes, heapNow() - clearOf);
      if (filtered.length + finished.length + decisions.length === 0) throw new Error("an empty shard");
    }
  }
  const [filterSeconds, poolSeconds] = [watch.filter.seconds, watch.pool.seconds];
  const [finishSeconds, decideSeconds] = [watch.finish.seconds, watch.decide.seconds];
  return {
    skus,
    shardSkus: RUN_SHARD_SKUS,
    historyDays: HISTORY_DAYS,
    cpuSeconds: filterSeconds + poolSeconds + finishSeconds + decideSeconds,
    filterSeconds,
    poolSeconds,
    finishSeconds,
    decideSeconds,
    shardMegabytes,
    poolMegabytes,
    proposed,
  };
}

/** What the night before learned: the pool, and the competitors' tracks up to the day before yesterday. */
function lastNight(templates: readonly SkuSnapshot[]): { pooled: Pooled; tracks: SkuSnapshot["track"][] } {
  const manifest = manifestOf("elasticity", templates.length);
  const filtered = filterSkus(templates, manifest);
  const learned = poolSkus(
    filtered.map((sku, i) => poolInput(sku!, templates[i]!, manifest)),
    manifest,
  );
  const finished = finishSkus(templates, filtered, learned, manifest);
  return { pooled: learned.pooled, tracks: finished.map(({ track }) => ({ ...track, day: TODAY - 2 })) };
}
