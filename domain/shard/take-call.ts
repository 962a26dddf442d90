import { mix } from "../base/keyed-random.ts";
import { formatMoney } from "../base/money.ts";
import { stringHash } from "../base/sharding.ts";
import type { SkuPresent } from "../messages/present.ts";
import type { DemandRow, ObservationRow } from "../messages/rows.ts";
import type {
  QuarantineDecision,
  ShardAnswer,
  ShardCall,
  ShardChunk,
  ShardSettings,
} from "../messages/shard.ts";
import type { RowVerdict } from "../messages/verdict.ts";
import { decideHeld } from "./decide-held.ts";
import { settleSku } from "./evaluate.ts";
import {
  type ChunkEntry,
  emptyChunk,
  emptyEntry,
  isEmptyChunk,
  isEmptyEntry,
  type JournalEntry,
  noteDemand,
  notedDemand,
  notedObservations,
  noteObservation,
} from "./journal.ts";
import { presentOf } from "./present.ts";
import { addSku, addSource, type ShardState, skuNumber } from "./shard.ts";
import { emptySku, type HeldObservation, type SkuState } from "./state.ts";
import { takeOurs } from "./take-news.ts";
import { heldRow, takeObservation } from "./take-observation.ts";
import { notedShopRows, type ShopRow, takeDemand, takeShopRow } from "./take-shop.ts";

/** What a call did to a shard. */
export interface CallResult {
  answer: ShardAnswer;
  /** to be stored with the answer, in one commit; null if nothing changed */
  entry: JournalEntry | null;
  /** numbers of the SKUs that changed */
  touched: Set<number>;
}

/** A call in progress. */
interface Taking {
  shard: ShardState;
  now: number;
  settings: ShardSettings;
  entry: JournalEntry;
  touched: Set<number>;
  /** SKUs named so far, with what is wanted of each */
  named: Map<string, Wanted>;
  /** for SKUs that rows name: what changed earlier is not wanted, ms */
  changedSince: number;
}

interface Wanted {
  /** with repeats */
  days: string[];
  since: number;
}

/** Everything, of a SKU that nothing is known of. */
const NOTHING_KNOWN = { now: 0, since: 0, days: [] };

/**
 * Takes all rows of a call. Every row gets a verdict: the same row of the same chunk gets the same one again,
 * whatever came between. The answer holds the present state of every SKU named.
 */
export function takeCall(shard: ShardState, call: ShardCall): CallResult {
  const taking = beginCall(shard, call.now, call.settings, call.changedSince);
  for (const ours of call.ours) {
    nameSku(taking, ours.sku);
    const { number, isNew } = skuNumber(shard, ours.sku);
    if (isNew) taking.entry.skus.push(ours.sku);
    if (!takeOurs(shard.skus[number]!, ours, call.now, taking.settings)) continue;
    taking.entry.ours.push(ours);
    taking.touched.add(number);
  }
  const verdicts = call.chunks.map((chunk) => ({
    chunkId: chunk.chunkId,
    verdicts: takeChunk(taking, chunk),
  }));
  for (const decision of call.decisions ?? []) takeDecision(taking, decision);
  for (const sku of call.refresh ?? []) nameSku(taking, sku).since = 0;
  return { answer: { verdicts, skus: settleNamed(taking) }, ...endCall(taking) };
}

/**
 * Evaluates what is due of the named SKUs, and answers their present state. `settings`: null = as in the last
 * call.
 */
export function refreshSkus(
  shard: ShardState,
  skus: readonly string[],
  now: number,
): Omit<CallResult, "answer"> & { skus: SkuPresent[] } {
  if (shard.settings === null)
    return {
      skus: skus.map((sku) => presentOf(emptySku(sku), [], NOTHING_KNOWN)),
      entry: null,
      touched: new Set(),
    };
  const taking = beginCall(shard, now, shard.settings);
  for (const sku of skus) nameSku(taking, sku);
  return { skus: settleNamed(taking), ...endCall(taking) };
}

/** Applies a stored entry: the same steps that the call took. */
export function replayEntry(shard: ShardState, entry: JournalEntry): Set<number> {
  if (entry.settings) shard.settings = entry.settings;
  const { settings } = shard;
  if (settings === null) throw new Error("the first journal entry carries the settings");
  const { now } = entry;
  const touched = new Set<number>(entry.due);
  for (const sku of entry.skus) addSku(shard, emptySku(sku));
  for (const source of entry.sources) addSource(shard, source);
  for (const ours of entry.ours) {
    const { number } = skuNumber(shard, ours.sku);
    touched.add(number);
    takeOurs(shard.skus[number]!, ours, now, settings);
  }
  const context = { now, settings, sources: shard.sources };
  for (const chunk of entry.chunks) {
    for (const { sku, row } of notedObservations(chunk, (number) => shard.skus[number]!.sku)) {
      touched.add(sku);
      takeObservation(shard.skus[sku]!, row, { ...chunk, tag: tagOf(chunk.hash, row.row) }, context);
    }
    for (const noted of chunk.demand) {
      const sku = shard.skus[noted[0]]!;
      touched.add(noted[0]);
      const origin = { receivedAt: chunk.receivedAt, tag: tagOf(chunk.hash, noted[1]) };
      takeDemand(sku, notedDemand(noted, sku.sku), origin);
    }
    for (const [number, row] of notedShopRows(chunk)) {
      touched.add(number);
      const found = { number, sku: shard.skus[number]! };
      takeShopRow(found, row, emptyChunk(chunk), { now, settings, tag: tagOf(chunk.hash, row.row.row) });
    }
  }
  for (const decision of entry.decisions ?? []) {
    const number = shard.numbers.get(decision.sku)!;
    touched.add(number);
    decideHeld(shard.skus[number]!, decision, context);
  }
  for (const number of entry.due) settleSku(shard.skus[number]!, now, settings);
  return touched;
}

function beginCall(shard: ShardState, now: number, given: ShardSettings, changedSince = 0): Taking {
  const entry = emptyEntry(now);
  const held = shard.settings;
  const isNew = held === null || (held !== given && JSON.stringify(held) !== JSON.stringify(given));
  // equal ones stay the same object, by which they are told apart from then on
  const settings = isNew ? given : held;
  if (isNew) {
    entry.settings = settings;
    shard.settings = settings;
  }
  return { shard, now, settings, entry, touched: new Set(), named: new Map(), changedSince };
}

function endCall(taking: Taking): Pick<CallResult, "entry" | "touched"> {
  const { entry, touched } = taking;
  entry.chunks = entry.chunks.filter((chunk) => !isEmptyChunk(chunk));
  return { entry: isEmptyEntry(entry) ? null : entry, touched };
}

function nameSku(taking: Taking, sku: string): Wanted {
  let wanted = taking.named.get(sku);
  if (wanted === undefined) {
    wanted = { days: [], since: taking.changedSince };
    taking.named.set(sku, wanted);
  }
  return wanted;
}

/** Hash of chunk and row in 30 bits: a small integer in every runtime. */
function tagOf(chunkHash: number, row: number): number {
  return mix(chunkHash, row) >>> 2;
}

function takeChunk(taking: Taking, chunk: ShardChunk): RowVerdict[] {
  const { shard, entry } = taking;
  let source = shard.sourceNumbers.get(chunk.source);
  if (source === undefined) {
    source = addSource(shard, chunk.source);
    entry.sources.push(chunk.source);
  }
  const noted = emptyChunk({ hash: stringHash(chunk.chunkId), source, receivedAt: chunk.receivedAt });
  entry.chunks.push(noted);
  if (chunk.kind === "observations") return chunk.rows.map((row) => takeObservationRow(taking, noted, row));
  if (chunk.kind === "demand") return chunk.rows.map((row) => takeDemandRow(taking, noted, row));
  return shopRows(chunk).map((row) => takeShopRowOf(taking, noted, row));
}

/** The rows of a chunk, each with its kind. */
function shopRows(chunk: Exclude<ShardChunk, { kind: "observations" | "demand" }>): ShopRow[] {
  return chunk.rows.map((row) => ({ kind: chunk.kind, row }) as ShopRow);
}

function takeShopRowOf(taking: Taking, chunk: ChunkEntry, row: ShopRow): RowVerdict {
  nameSku(taking, row.row.sku);
  const found = findSku(taking, row.row.sku);
  if (found === null) return unknownSku(row.row);
  const { now, settings } = taking;
  const context = { now, settings, tag: tagOf(chunk.hash, row.row.row) };
  const { verdict, changed } = takeShopRow(found, row, chunk, context);
  if (changed) taking.touched.add(found.number);
  return verdict;
}

function takeObservationRow(taking: Taking, chunk: ChunkEntry, row: ObservationRow): RowVerdict {
  const found = findSku(taking, row.sku);
  nameSku(taking, row.sku);
  if (found === null) return unknownSku(row);
  const { shard, now, settings } = taking;
  const context = { now, settings, sources: shard.sources };
  const origin = { source: chunk.source, receivedAt: chunk.receivedAt, tag: tagOf(chunk.hash, row.row) };
  const outcome = takeObservation(found.sku, row, origin, context);
  if (outcome === "duplicate") return { row: row.row, verdict: "duplicate" };
  if (outcome === "too_late") return tooLate(row);
  if (outcome === "taken" || outcome === "held") {
    noteObservation(chunk, found.number, row);
    taking.touched.add(found.number);
  }
  if (outcome === "held" || outcome === "held_again")
    return quarantined(row, heldRow(found.sku, row, chunk.source), found.sku);
  return { row: row.row, verdict: "accepted" };
}

function takeDemandRow(taking: Taking, chunk: ChunkEntry, row: DemandRow): RowVerdict {
  const found = findSku(taking, row.sku);
  nameSku(taking, row.sku).days.push(row.day);
  if (found === null) return unknownSku(row);
  const origin = { receivedAt: chunk.receivedAt, tag: tagOf(chunk.hash, row.row) };
  const outcome = takeDemand(found.sku, row, origin);
  if (outcome.kind !== "again") {
    noteDemand(chunk, found.number, row);
    taking.touched.add(found.number);
  }
  const isAccepted = outcome.kind === "taken" || (outcome.kind === "again" && outcome.accepted);
  return { row: row.row, verdict: isAccepted ? "accepted" : "duplicate" };
}

function takeDecision(taking: Taking, decision: QuarantineDecision): void {
  const { shard, entry, now, settings } = taking;
  nameSku(taking, decision.sku).since = 0;
  const number = shard.numbers.get(decision.sku);
  if (number === undefined) return;
  if (!decideHeld(shard.skus[number]!, decision, { now, settings, sources: shard.sources })) return;
  entry.decisions = [...(entry.decisions ?? []), decision];
  taking.touched.add(number);
}

/** A SKU whose side of ours is known: without it there is no currency and nothing to compare with. */
function findSku(taking: Taking, name: string): { number: number; sku: SkuState } | null {
  const number = taking.shard.numbers.get(name);
  if (number === undefined) return null;
  const sku = taking.shard.skus[number]!;
  return sku.ours === null ? null : { number, sku };
}

function unknownSku(row: { row: number; sku: string }): RowVerdict {
  const message = `no product is known as ${row.sku.slice(0, 80)}`;
  return { row: row.row, verdict: "rejected", code: "unknown_sku", path: "sku", message };
}

function quarantined(row: ObservationRow, held: HeldObservation | null, sku: SkuState): RowVerdict {
  const code = held?.code ?? "outlier";
  const currency = sku.ours?.currency ?? "";
  const expected = held === null ? "" : `, about ${formatMoney(held.expected, currency)} was expected`;
  const message = `${formatMoney(row.price, currency)} is not believed until it is seen again${expected}`;
  return { row: row.row, verdict: "quarantined", code, path: "price", message };
}

function tooLate(row: ObservationRow): RowVerdict {
  const message = "older than what is kept in detail of this competitor, and different from it";
  return { row: row.row, verdict: "rejected", code: "too_late", path: "observedAt", message };
}

/** Evaluates what time alone has changed of the SKUs named, and answers their present state. */
function settleNamed(taking: Taking): SkuPresent[] {
  const { shard, now, settings, entry, touched } = taking;
  return [...taking.named].map(([name, { days, since }]) => {
    const number = shard.numbers.get(name);
    if (number === undefined) return presentOf(emptySku(name), [], NOTHING_KNOWN);
    const sku = shard.skus[number]!;
    if (settleSku(sku, now, settings)) {
      entry.due.push(number);
      touched.add(number);
    }
    return presentOf(sku, shard.sources, { now, since, days });
  });
}
