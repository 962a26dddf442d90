import type { SkuPresent } from "../../domain/messages/present.ts";
import { AVAILABILITIES, type ListedPrice, type ObservationRow } from "../../domain/messages/rows.ts";
import type { ShardAnswer, ShardCall, ShardChunk, ShardSettings } from "../../domain/messages/shard.ts";
import type { RowVerdict } from "../../domain/messages/verdict.ts";

/** Values of an observation in its chunk's flat list. */
const OBSERVATION_WIDTH = 7;

type ObservationChunk = Extract<ShardChunk, { kind: "observations" }>;

/** Observations as one list of numbers and names: a tenth of the keys that as many objects repeat. */
interface PackedObservations extends Omit<ObservationChunk, "rows"> {
  competitors: string[];
  /** row, SKU, competitor, price, landed price above it, availability, ms before the receipt; and so on */
  flat: (number | string)[];
  /** of those in another currency */
  listed: [row: number, listed: ListedPrice][];
}

interface PackedCall extends Omit<ShardCall, "settings" | "chunks"> {
  chunks: (PackedObservations | Exclude<ShardChunk, ObservationChunk>)[];
}

interface PackedAnswer {
  /** by chunk in the order of the call: the verdicts other than a plain "accepted" */
  others: RowVerdict[][];
  /** those of which there is something to say */
  skus: SkuPresent[];
}

/**
 * A call to a shard as the text in which it crosses: the settings, which are the same in most calls, and after a line's
 * end the rest. `settings`: those of the call as JSON.
 */
export function writeCall(call: ShardCall, settings = JSON.stringify(call.settings)): string {
  const { settings: _, chunks, ...rest } = call;
  const packed: PackedCall = { ...rest, chunks: chunks.map(packChunk) };
  return `${settings}\n${JSON.stringify(packed)}`;
}

/** The settings that were read last, so that equal ones are read once. */
let lastSettings: { text: string; settings: ShardSettings } | null = null;

export function readCall(text: string): ShardCall {
  const end = text.indexOf("\n");
  const settings = text.slice(0, end);
  if (lastSettings?.text !== settings)
    lastSettings = { text: settings, settings: JSON.parse(settings) as ShardSettings };
  const { chunks, ...rest } = JSON.parse(text.slice(end + 1)) as PackedCall;
  return { ...rest, settings: lastSettings.settings, chunks: chunks.map(unpackChunk) };
}

/** A shard's answer as text. SKUs of which it says nothing are left out, and so is a row that was simply accepted. */
export function writeAnswer({ verdicts, skus }: ShardAnswer): string {
  const packed: PackedAnswer = {
    others: verdicts.map((chunk) => chunk.verdicts.filter(({ verdict }) => verdict !== "accepted")),
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

function packChunk(chunk: ShardChunk): PackedCall["chunks"][number] {
  if (chunk.kind !== "observations") return chunk;
  const { rows, ...head } = chunk;
  const packed: PackedObservations = { ...head, competitors: [], flat: [], listed: [] };
  const { competitors, flat, listed } = packed;
  for (const row of rows) {
    let competitor = competitors.indexOf(row.competitor);
    if (competitor < 0) competitor = competitors.push(row.competitor) - 1;
    const availability = AVAILABILITIES.indexOf(row.availability);
    const extra = row.landedPrice - row.price;
    const age = head.receivedAt - row.observedAt;
    flat.push(row.row, row.sku, competitor, row.price, extra, availability, age);
    if (row.listed !== undefined) listed.push([row.row, row.listed]);
  }
  return packed;
}

function unpackChunk(chunk: PackedCall["chunks"][number]): ShardChunk {
  if (!("flat" in chunk)) return chunk;
  const { competitors, flat, listed, ...head } = chunk;
  const listedOf = new Map(listed);
  const rows: ObservationRow[] = [];
  for (let i = 0; i < flat.length; i += OBSERVATION_WIDTH) {
    const price = Number(flat[i + 3]);
    const row: ObservationRow = {
      row: Number(flat[i]),
      sku: String(flat[i + 1]),
      competitor: competitors[Number(flat[i + 2])]!,
      price,
      landedPrice: price + Number(flat[i + 4]),
      availability: AVAILABILITIES[Number(flat[i + 5])]!,
      observedAt: head.receivedAt - Number(flat[i + 6]),
    };
    if (listedOf.size > 0 && listedOf.has(row.row)) row.listed = listedOf.get(row.row)!;
    rows.push(row);
  }
  return { ...head, rows };
}

function saysAnything({ offers, signals, demandDays, stock, quarantine, aggregates, untold }: SkuPresent) {
  if (offers.length > 0 || signals.length > 0 || demandDays.length > 0) return true;
  return stock !== undefined || quarantine !== undefined || aggregates !== undefined || untold !== undefined;
}
