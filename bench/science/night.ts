import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { jsonParts } from "../../db/json-parts.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { type Packed, packSnapshot, unpackSnapshots } from "../../domain/learning/features/day-table.ts";
import type { PricingDecision } from "../../domain/pricing/decision/decision.ts";
import { filterSkus, finishSkus, poolInput, poolSkus } from "../../domain/runs/elasticity-run.ts";
import { type CategoryDays, categoryDays, identifySkus } from "../../domain/runs/identify.ts";
import { type KeptFilter, withKept } from "../../domain/runs/kept-filter.ts";
import {
  type FinishedSku,
  finishedDigest,
  type IdentifiedFilter,
  type PoolInput,
  type SkuSnapshot,
} from "../../domain/runs/learned.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import { RUN_SHARD_SKUS } from "../../domain/runs/phases.ts";
import { PoolInputs } from "../../domain/runs/pool-inputs.ts";
import { decideSkus, digestOf, type PricingSnapshot } from "../../domain/runs/propose.ts";
import { manifestOf, pricedProduct, skuSnapshot, TODAY } from "./catalogue.ts";
import { Stopwatch } from "./stopwatch.ts";

/** SKUs generated; the night's are copies of them under other names. */
const TEMPLATES = 4_000;
const HISTORY_DAYS = 120;
const MEGABYTE = 2 ** 20;

export const NIGHT_GATES = { cpuSeconds: 20, shardMegabytes: 64 } as const;

export interface NightFigures {
  skus: number;
  shardSkus: number;
  historyDays: number;
  /** SKUs whose filter went on from where the night before left it */
  resumed: number;
  /** CPU seconds of the whole night's computing, and of its phases */
  cpuSeconds: number;
  filterSeconds: number;
  identifySeconds: number;
  poolSeconds: number;
  finishSeconds: number;
  decideSeconds: number;
  /** CPU seconds of writing what goes into the bucket and the tables as JSON, and of reading it again */
  jsonSeconds: number;
  /** what the largest shard held at once, inputs and results, MB of heap */
  shardMegabytes: number;
  /** the same of the one shard that pools them all */
  poolMegabytes: number;
  proposed: number;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as (what?: { type: "minor" }) => void;

const stopwatches = () => ({
  filter: new Stopwatch(),
  identify: new Stopwatch(),
  pool: new Stopwatch(),
  finish: new Stopwatch(),
  decide: new Stopwatch(),
  // what text leaves behind is cleared away at its own expense, not at that of the computing that follows
  json: new Stopwatch(() => collect({ type: "minor" })),
});

function heapNow(): number {
  collect();
  return process.memoryUsage().heapUsed / MEGABYTE;
}

/** The first shard of every so many SKUs, and how many SKUs it has. */
function shardsOf(skus: number): [number, number][] {
  return Array.from({ length: Math.ceil(skus / RUN_SHARD_SKUS) }, (_, k) => [
    k * RUN_SHARD_SKUS,
    Math.min(RUN_SHARD_SKUS, skus - k * RUN_SHARD_SKUS),
  ]);
}

/** The SKUs as a run reads them, and what the night before left of them, as new objects under their own names. */
class Catalogue {
  readonly manifest: RunManifest;
  /** of the templates: what their copies would add is more of the same */
  readonly days: CategoryDays;
  readonly #readings: string[];
  readonly #kept: string[];

  constructor(skus: number) {
    const templates = Array.from({ length: Math.min(TEMPLATES, skus) }, (_, i) =>
      skuSnapshot(i, HISTORY_DAYS),
    );
    const before = nightBefore(templates, skus);
    this.manifest = before.manifest;
    this.days = categoryDays(templates);
    this.#readings = templates.map((template, i) => JSON.stringify({ ...template, track: before.tracks[i] }));
    this.#kept = before.kept.map((filter) => JSON.stringify(filter));
  }

  /** @param texts one JSON text a template; each names its SKU */
  #copies(texts: readonly string[], start: number, count: number): string {
    const copies = Array.from({ length: count }, (_, k) => {
      const template = (start + k) % texts.length;
      return texts[template]!.replaceAll(nameOf(template), nameOf(start + k));
    });
    return `[${copies.join(",")}]`;
  }

  readings(start: number, count: number): SkuSnapshot[] {
    return JSON.parse(this.#copies(this.#readings, start, count)) as SkuSnapshot[];
  }

  /** As it lies in the bucket. */
  kept(start: number, count: number): string {
    return this.#copies(this.#kept, start, count);
  }
}

function nameOf(index: number): string {
  return `S${String(index).padStart(6, "0")}`;
}

/** The days up to so many ago. */
function asOfDaysAgo(templates: readonly SkuSnapshot[], days: number): SkuSnapshot[] {
  return templates.map((one) => ({
    ...one,
    features: { ...one.features, days: one.features.days.slice(0, one.features.days.length - days) },
  }));
}

/** What the night before left: the pool, each SKU's filter, and the competitors' tracks. */
function nightBefore(templates: readonly SkuSnapshot[], skus: number) {
  const tonight = manifestOf("elasticity", skus);
  let manifest = tonight;
  let kept: KeptFilter[] = [];
  let finished: FinishedSku[] = [];
  for (const days of [2, 1]) {
    const snapshots = asOfDaysAgo(templates, days);
    manifest = { ...manifest, asOf: tonight.asOf - days * DAY_MS };
    kept = filterSkus(snapshots, manifest).map((filter) => filter!);
    const identified = identifySkus(kept, snapshots, categoryDays(snapshots), manifest);
    const learned = poolSkus(
      identified.map((filter, i) => poolInput(filter!, snapshots[i]!, manifest)),
      manifest,
    );
    if (days === 1) finished = finishSkus(snapshots, identified, learned, manifest);
    manifest = { ...tonight, previous: { runId: "before", pooled: learned.pooled, shards: [] } };
  }
  return { manifest, kept, tracks: finished.map(({ track }) => ({ ...track, day: TODAY - 2 })) };
}

type Watches = ReturnType<typeof stopwatches>;
type Learned = ReturnType<typeof poolSkus>;

/** What the first phase of a shard does once it has read the SKUs. */
function filterShard(catalogue: Catalogue, start: number, count: number, watch: Watches) {
  const { manifest } = catalogue;
  const readings = catalogue.readings(start, count);
  const text = catalogue.kept(start, count);
  const kept = watch.json.run(() => {
    const filters = JSON.parse(text) as KeptFilter[];
    return new Map(filters.map((filter) => [filter.state.sku, filter]));
  });
  const { snapshots, filters } = watch.filter.run(() => {
    const snapshots = withKept(readings, (sku) => kept.get(sku), manifest);
    return { snapshots, filters: filterSkus(snapshots, manifest) };
  });
  return watch.identify.run(() => {
    categoryDays(snapshots);
    const filtered = identifySkus(filters, snapshots, catalogue.days, manifest);
    const inputs = filtered.map((filter, i) => poolInput(filter!, snapshots[i]!, manifest));
    return { snapshots, filtered, inputs };
  });
}

/** The rows that a finished shard leaves in the tables. */
function rowsOf(finished: readonly FinishedSku[]): string[] {
  return jsonParts(
    finished.map(({ report, forecast, track }) =>
      [report, forecast, track].map((part) => JSON.stringify(part)),
    ),
  );
}

/** What a finished SKU left in the tables, as the decision reads it. */
function storedOf(finished: readonly FinishedSku[], watch: Watches): FinishedSku[] {
  const texts = finished.map(({ report, forecast }) => [JSON.stringify(report), JSON.stringify(forecast)]);
  return watch.json.run(() =>
    texts.map(([report, forecast], i) => ({
      ...finished[i]!,
      report: JSON.parse(report!),
      forecast: JSON.parse(forecast!),
    })),
  );
}

/** The rows of what is proposed. */
function proposalRows(decisions: readonly PricingDecision[]): string[] {
  const proposed = decisions.filter(({ verdict }) => verdict === "propose");
  return jsonParts(proposed.map((decision) => [JSON.stringify(decision)]));
}

/** Each SKU as a decision reads it: the features, our side, what was stored of the SKU. */
function pricingOf(snapshots: readonly SkuSnapshot[], finished: readonly FinishedSku[], asOf: number) {
  return snapshots.map((snapshot, i): PricingSnapshot => {
    const { report, forecast } = finished[i]!;
    const daily = forecast.demand!.daily.mean;
    const { followRate } = forecast;
    const view = { asOf, daily, price: snapshot.price, expectedCheapest: null, followRate };
    return {
      features: snapshot.features,
      own: pricedProduct(snapshot, { elasticity: report, forecast: view }),
    };
  });
}

/** The first half of the night: each shard's filters, and the pool of all. */
function learn(catalogue: Catalogue, skus: number, watch: Watches) {
  const packed = new PoolInputs();
  let resumed = 0;
  const clear = heapNow();
  for (const [start, count] of shardsOf(skus)) {
    const { snapshots, filtered, inputs } = filterShard(catalogue, start, count, watch);
    resumed += snapshots.filter(({ kept }) => kept !== undefined).length;
    const part = watch.json.run(() => {
      const texts = [snapshots.map(packSnapshot), filtered, inputs].map((one) => JSON.stringify(one));
      return JSON.parse(texts[2]!) as PoolInput[];
    });
    watch.pool.run(() => packed.add(part));
  }
  const learned = watch.pool.run(() => poolSkus(packed.inputs, catalogue.manifest));
  return { learned, resumed, poolMegabytes: heapNow() - clear };
}

/** What the bucket holds of a shard when its last phase begins. */
function textsOf(catalogue: Catalogue, start: number, count: number): [string, string] {
  const { snapshots, filtered } = filterShard(catalogue, start, count, stopwatches());
  return [JSON.stringify(snapshots.map(packSnapshot)), JSON.stringify(filtered)];
}

/** The last phase of one shard, and the decisions about its SKUs in the run that follows. */
function finishShard(texts: [string, string], learned: Learned, manifest: RunManifest, watch: Watches) {
  const [snapshots, filtered] = watch.json.run(() => [
    unpackSnapshots(JSON.parse(texts[0]) as Packed<SkuSnapshot>[]),
    JSON.parse(texts[1]) as IdentifiedFilter[],
  ]);
  const finished = watch.finish.run(() => finishSkus(snapshots, filtered, learned, manifest));
  const digests: unknown[] = watch.finish.run(() => finished.map(finishedDigest));
  watch.json.run(() => rowsOf(finished));
  const pricing = pricingOf(snapshots, storedOf(finished, watch), manifest.asOf);
  const decisions = watch.decide.run(() => decideSkus(pricing, manifest));
  digests.push(
    ...watch.decide.run(() => decisions.map((decision, i) => digestOf(decision, pricing[i]!.own))),
  );
  watch.json.run(() => [
    JSON.stringify(pricing.map(packSnapshot)),
    JSON.stringify(digests),
    proposalRows(decisions),
  ]);
  return { snapshots, filtered, finished, pricing, decisions };
}

/**
 * A night as the runs compute it, on one core and in shards: the filters go on from where the night before left them,
 * pooling, posteriors and forecasts, then the decisions. The JSON that passes between the phases is counted apart;
 * queries and the bucket itself are not in it.
 */
export function benchNight(skus = 100_000): NightFigures {
  const catalogue = new Catalogue(skus);
  const watch = stopwatches();
  const { learned, resumed, poolMegabytes } = learn(catalogue, skus, watch);
  let shardMegabytes = 0;
  let proposed = 0;
  for (const [start, count] of shardsOf(skus)) {
    const texts = textsOf(catalogue, start, count);
    const isMeasured = start % (25 * RUN_SHARD_SKUS) === 0;
    const clear = isMeasured ? heapNow() : 0;
    const held = finishShard(texts, learned, catalogue.manifest, watch);
    if (isMeasured) shardMegabytes = Math.max(shardMegabytes, heapNow() - clear);
    proposed += held.decisions.filter(({ verdict }) => verdict === "propose").length;
  }
  const [filterSeconds, poolSeconds] = [watch.filter.seconds, watch.pool.seconds];
  const identifySeconds = watch.identify.seconds;
  const [finishSeconds, decideSeconds] = [watch.finish.seconds, watch.decide.seconds];
  return {
    skus,
    shardSkus: RUN_SHARD_SKUS,
    historyDays: HISTORY_DAYS,
    resumed,
    cpuSeconds: filterSeconds + identifySeconds + poolSeconds + finishSeconds + decideSeconds,
    filterSeconds,
    identifySeconds,
    poolSeconds,
    finishSeconds,
    decideSeconds,
    jsonSeconds: watch.json.seconds,
    shardMegabytes,
    poolMegabytes,
    proposed,
  };
}
