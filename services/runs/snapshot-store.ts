import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type Packed, packSnapshot, unpackSnapshots } from "../../domain/learning/features/day-table.ts";
import type { SkuFeatures } from "../../domain/learning/features/sku-features.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import { findJson, getJson, type Packing, putJson, resultKey } from "./run-record.ts";

/** What a run reads of one SKU, whatever its kind. */
type Snapshot = { features: SkuFeatures };

/** The snapshots of SKUs that stand together, in order: whole, or as what differs from those of an earlier run. */
type Part =
  | { whole: Packed<Snapshot>[] }
  | {
      /** the shard of the earlier run that read them */
      shard: number;
      skus: string[];
      /** their JSON, a line each, packed with the earlier lines as its dictionary (RFC 1951); base64 */
      changes: string;
    };

/** A shard's snapshots as they are kept where an earlier run has most of what they say. */
interface Changed {
  version: 1;
  /** the earlier run, which keeps its own whole */
  base: string;
  parts: Part[];
}

/** Bytes of the earlier lines of one part: a packer looks back 32 KB, over these and what it has packed so far. */
const DICTIONARY_MAX = 20_000;

/** One shard of a run. */
interface ShardOfRun {
  runId: string;
  shard: number;
}

/**
 * Keeps what a shard of a run read: every decision can be computed again from it. Where the manifest names an earlier run,
 * only what differs from what that one read.
 */
export async function putSnapshots(
  lake: R2Bucket,
  { runId, shard }: ShardOfRun,
  snapshots: readonly Snapshot[],
  { base, packing }: { base?: RunManifest["base"]; packing?: Packing } = {},
): Promise<void> {
  const packed = snapshots.map(packSnapshot);
  const before = base ? await linesBefore(lake, base.runId, base.shards[shard] ?? []) : new Map();
  const kept =
    before.size === 0
      ? packed
      : ({ version: 1, base: base!.runId, parts: partsOf(packed, before) } satisfies Changed);
  await putJson(lake, resultKey(runId, "snapshot", shard), kept, packing);
}

/** What a shard of a run read; with `isAsked`, of those SKUs. @throws Error if an object is missing */
export async function getSnapshots<T extends Snapshot>(
  lake: R2Bucket,
  runId: string,
  shard: number,
  isAsked: (sku: string) => boolean = () => true,
): Promise<T[]> {
  const kept = await getJson<Packed<T>[] | Changed>(lake, resultKey(runId, "snapshot", shard));
  const packed = Array.isArray(kept) ? kept : await unpackParts<T>(lake, kept, isAsked);
  return unpackSnapshots(packed.filter(({ features }) => isAsked(features.sku)));
}

interface Before {
  shard: number;
  line: string;
}

/** What an earlier run read of its SKUs, as lines of JSON. */
async function linesBefore(
  lake: R2Bucket,
  runId: string,
  shards: readonly number[],
): Promise<Map<string, Before>> {
  const lines = new Map<string, Before>();
  for (const shard of shards) {
    const kept = await findJson<Packed<Snapshot>[] | Changed>(lake, resultKey(runId, "snapshot", shard));
    if (!Array.isArray(kept)) continue;
    for (const one of kept) lines.set(one.features.sku, { shard, line: JSON.stringify(one) });
  }
  return lines;
}

function partsOf(packed: readonly Packed<Snapshot>[], before: ReadonlyMap<string, Before>): Part[] {
  const parts: Part[] = [];
  let open: { shard: number; skus: string[]; lines: string[]; earlier: string[]; bytes: number } | null =
    null;
  const close = () => {
    if (open === null) return;
    const { shard, skus, lines, earlier } = open;
    const changes = deflateRawSync(lines.join("\n"), { dictionary: dictionaryOf(earlier) });
    parts.push({ shard, skus, changes: changes.toString("base64") });
    open = null;
  };
  for (const one of packed) {
    const known = before.get(one.features.sku);
    if (known === undefined) {
      close();
      const last = parts.at(-1);
      if (last && "whole" in last) last.whole.push(one);
      else parts.push({ whole: [one] });
      continue;
    }
    if (open && (open.shard !== known.shard || open.bytes + known.line.length > DICTIONARY_MAX)) close();
    open ??= { shard: known.shard, skus: [], lines: [], earlier: [], bytes: 0 };
    open.skus.push(one.features.sku);
    open.lines.push(JSON.stringify(one));
    open.earlier.push(known.line);
    open.bytes += known.line.length;
  }
  close();
  return parts;
}

function dictionaryOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.join("\n"));
}

async function unpackParts<T extends Snapshot>(
  lake: R2Bucket,
  { base, parts }: Changed,
  isAsked: (sku: string) => boolean,
): Promise<Packed<T>[]> {
  const packed: Packed<T>[] = [];
  const asked = parts.filter((part) => "whole" in part || part.skus.some(isAsked));
  const shards = new Set(asked.flatMap((part) => ("whole" in part ? [] : [part.shard])));
  const before = await linesBefore(lake, base, [...shards]);
  for (const part of asked) {
    if ("whole" in part) {
      packed.push(...(part.whole as Packed<T>[]));
      continue;
    }
    const earlier = part.skus.map((sku) => before.get(sku)?.line);
    if (earlier.includes(undefined)) throw new Error(`missing ${resultKey(base, "snapshot", part.shard)}`);
    const dictionary = dictionaryOf(earlier as string[]);
    const lines = inflateRawSync(Buffer.from(part.changes, "base64"), { dictionary });
    for (const line of lines.toString().split("\n")) packed.push(JSON.parse(line) as Packed<T>);
  }
  return packed;
}
