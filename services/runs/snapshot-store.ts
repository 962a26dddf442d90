import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type Packed, packSnapshot, unpackSnapshots } from "../../domain/learning/features/day-table.ts";
import type { SkuFeatures } from "../../domain/learning/features/sku-features.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import { findText, type Packing, putJson, putText, resultKey } from "./run-record.ts";

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
  const key = resultKey(runId, "snapshot", shard);
  const packed = snapshots.map(packSnapshot);
  const before = base ? await linesBefore(lake, base.runId, base.shards[shard] ?? []) : new Map();
  if (before.size === 0) await putText(lake, key, textOf(packed), packing);
  else {
    const changed: Changed = { version: 1, base: base!.runId, parts: partsOf(packed, before) };
    await putJson(lake, key, changed, packing);
  }
}

/** What a shard of a run read; with `isAsked`, of those SKUs. @throws Error if an object is missing */
export async function getSnapshots<T extends Snapshot>(
  lake: R2Bucket,
  runId: string,
  shard: number,
  isAsked: (sku: string) => boolean = () => true,
): Promise<T[]> {
  const key = resultKey(runId, "snapshot", shard);
  const text = await findText(lake, key);
  if (text === null) throw new Error(`missing ${key}`);
  const lines = text.startsWith("{")
    ? await linesAgain(lake, JSON.parse(text) as Changed, isAsked)
    : linesOf(text);
  const asked = lines.filter((line) => isAsked(skuOf(line)));
  return unpackSnapshots(asked.map((line) => JSON.parse(line) as Packed<T>));
}

/** Snapshots as JSON, a line each, so that one can be taken out without reading the others. */
function textOf(packed: readonly Packed<Snapshot>[]): string {
  if (packed.length === 0) return "[]";
  return `[\n${packed.map((one) => JSON.stringify(one)).join(",\n")}\n]`;
}

function linesOf(text: string): string[] {
  if (text.startsWith("[\n")) return text.slice(2, -2).split(",\n");
  // none, or of an earlier release
  return (JSON.parse(text) as object[]).map((one) => JSON.stringify(one));
}

/** How the line of a SKU begins. */
const SKU_FIRST = /^\{"features":\{"sku":("(?:[^"\\]|\\.)*")/;

function skuOf(line: string): string {
  const quoted = SKU_FIRST.exec(line)?.[1];
  return quoted === undefined ? (JSON.parse(line) as Snapshot).features.sku : JSON.parse(quoted);
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
    const text = await findText(lake, resultKey(runId, "snapshot", shard));
    if (text?.startsWith("[")) for (const line of linesOf(text)) lines.set(skuOf(line), { shard, line });
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

async function linesAgain(
  lake: R2Bucket,
  { base, parts }: Changed,
  isAsked: (sku: string) => boolean,
): Promise<string[]> {
  const lines: string[] = [];
  const asked = parts.filter((part) => "whole" in part || part.skus.some(isAsked));
  const shards = new Set(asked.flatMap((part) => ("whole" in part ? [] : [part.shard])));
  const before = await linesBefore(lake, base, [...shards]);
  for (const part of asked) {
    if ("whole" in part) {
      lines.push(...part.whole.map((one) => JSON.stringify(one)));
      continue;
    }
    const earlier = part.skus.map((sku) => before.get(sku)?.line);
    if (earlier.includes(undefined)) throw new Error(`missing ${resultKey(base, "snapshot", part.shard)}`);
    const dictionary = dictionaryOf(earlier as string[]);
    const text = inflateRawSync(Buffer.from(part.changes, "base64"), { dictionary }).toString();
    lines.push(...text.split("\n"));
  }
  return lines;
}
