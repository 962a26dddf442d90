import { emptyPacked, type PackedRows, packRow, unpackRows } from "../../domain/messages/packed-rows.ts";
import type { SkuPresent } from "../../domain/messages/present.ts";
import type { RowKind } from "../../domain/messages/rows.ts";
import type { ShardAnswer, ShardCall, ShardChunk, ShardSettings } from "../../domain/messages/shard.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";

interface PackedChunk extends Omit<ShardChunk, "rows"> {
  packed: PackedRows;
}

/** The form of calls that this release writes. It reads every form up to it; one without a version is of the first. */
const CALL_VERSION = 1;

interface PackedCall extends Omit<ShardCall, "settings" | "chunks"> {
  v?: number;
  chunks: PackedChunk[];
}

interface PackedAnswer {
  /** by chunk in the order of the call: the verdicts other than a plain "accepted" */
  others: RowVerdict[][];
  /** those with anything in their state */
  skus: SkuPresent[];
}

/** The answer of a shard whose SKUs live elsewhere by now. */
export const MOVED = "moved";

/**
 * A call to a shard as text: the settings, which are the same in most calls, and on the next line the rest. `settings`:
 * those of the call as JSON.
 */
export function writeCall(call: ShardCall, settings = JSON.stringify(call.settings)): string {
  const { settings: _, chunks, ...rest } = call;
  const packed: PackedCall = { v: CALL_VERSION, ...rest, chunks: chunks.map(packChunk) };
  return `${settings}\n${JSON.stringify(packed)}`;
}

/** The call of a text. `readSettings` may remember the settings that it read before: most calls bring the same. */
export function readCall(
  text: string,
  readSettings: (text: string) => ShardSettings = JSON.parse,
): ShardCall {
  const end = text.indexOf("\n");
  const settings = readSettings(text.slice(0, end));
  const { v = 1, chunks, ...rest } = JSON.parse(text.slice(end + 1)) as PackedCall;
  // while a deployment goes round, a Worker may be ahead of its objects: its queue tries again
  if (v > CALL_VERSION) throw new Error(`the caller's code has been updated: call version ${v}`);
  return { ...rest, settings, chunks: chunks.map(unpackChunk) };
}

/** A shard's answer as text, without the SKUs whose state is empty and the rows that were simply accepted. */
export function writeAnswer({ verdicts, skus }: ShardAnswer): string {
  const packed: PackedAnswer = {
    others: verdicts.map((chunk) =>
      chunk.verdicts.filter(({ verdict, code }) => verdict !== "accepted" || code !== undefined),
    ),
    skus: skus.filter(saysAnything),
  };
  return JSON.stringify(packed);
}

/** The answer to this call. */
export function readAnswer(text: string, call: Pick<ShardCall, "chunks">): ShardAnswer {
  const { others, skus } = JSON.parse(text) as PackedAnswer;
  const verdicts = call.chunks.map(({ chunkId, rows }, i) => {
    const other = others[i] ?? [];
    if (other.length === 0) return { chunkId, verdicts: rows.map(accepted) };
    const byRow = new Map(other.map((verdict) => [verdict.row, verdict]));
    return { chunkId, verdicts: rows.map((row) => byRow.get(row.row) ?? accepted(row)) };
  });
  return { verdicts, skus };
}

function accepted({ row }: { row: number }): RowVerdict {
  return { row, verdict: "accepted" };
}

function packChunk<K extends RowKind>({ rows, ...head }: ShardChunk<K>): PackedChunk {
  const packed = emptyPacked();
  for (const row of rows) packRow(packed, head.kind, row, row.sku, head.receivedAt);
  return { ...head, packed };
}

function unpackChunk({ packed, ...head }: PackedChunk): ShardChunk {
  return { ...head, rows: unpackRows(packed, head.kind, head.receivedAt, String) } as ShardChunk;
}

function saysAnything(sku: SkuPresent): boolean {
  if (sku.offers.length > 0 || sku.signals.length > 0 || sku.demandDays.length > 0) return true;
  if (sku.stock !== undefined || sku.quarantine !== undefined) return true;
  return sku.aggregates !== undefined || sku.unprojected !== undefined;
}
