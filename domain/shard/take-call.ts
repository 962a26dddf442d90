import { mix } from "../base/keyed-random.ts";
import { formatMoney } from "../base/money.ts";
import { stringHash } from "../base/sharding.ts";
import type { OfferAbsence } from "../messages/crawls.ts";
import { emptyPacked, packRow, unpackRows } from "../messages/packed-rows.ts";
import type { SkuPresent } from "../messages/present.ts";
import type { ObservationRow, RowKind, RowsByKind } from "../messages/rows.ts";
import type {
  QuarantineDecision,
  ShardAnswer,
  ShardCall,
  ShardProduct,
  ShardSettings,
} from "../messages/shard.ts";
import type { RowVerdict } from "../messages/verdict.ts";
import { concludeMoves, settleSku } from "./evaluate.ts";
import { assertReadable, type ChunkEntry, emptyEntry, isEmptyEntry, type JournalEntry } from "./journal.ts";
import { presentOf } from "./present.ts";
import { findEntry } from "./quarantine.ts";
import { ROW_KINDS, type RowKindDefinition } from "./row-kinds.ts";
import { addSource, type ShardState, skuNumber } from "./shard.ts";
import { emptySku, type SkuState, stateKey } from "./state.ts";
import { takeAbsence } from "./take-absence.ts";
import { decideQuarantined } from "./take-observation.ts";
import { takeShardProduct } from "./take-shop.ts";
import { CONFLICT, CORRECTED, OUTCOMES, type RowOrigin, type TakeContext } from "./taking.ts";

/** What a call did to a shard. */
export interface CallResult {
  answer: ShardAnswer;
  /** to be stored with the answer, in one commit; null if nothing changed */
  entry: JournalEntry | null;
  /** numbers of the SKUs that changed */
  touched: Set<number>;
}

/** A call in progress, live or replayed. */
interface Taking {
  shard: ShardState;
  context: TakeContext;
  /** what the call changes; null in a replay, whose entry is there already */
  entry: JournalEntry | null;
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

/** What a call brings, in the order in which it is taken. */
interface Steps<Chunk> {
  products: readonly ShardProduct[];
  chunks: readonly Chunk[];
  decisions?: readonly QuarantineDecision[];
  absences?: readonly OfferAbsence[];
}

/** A chunk's rows, with the numbers that the shard knows it by. */
type NumberedChunk<K extends RowKind = RowKind> = {
  [P in K]: Omit<ChunkEntry, "kind" | "taken"> & { kind: P; rows: readonly RowsByKind[P][] };
}[K];

/** The query for a SKU that the shard does not know. */
const NOTHING_KNOWN = { now: 0, since: 0, days: [] };

/**
 * Takes all rows of a call. Every row gets a verdict, and the same row of the same chunk always gets the same one,
 * whatever came in between. The answer holds the present state of every SKU that the call names.
 */
export function takeCall(shard: ShardState, call: ShardCall): CallResult {
  const taking = beginTaking(shard, call.now, call.settings, call.changedSince);
  const taken = takeSteps(taking, call, ({ chunkId, source, ...chunk }) => ({
    ...chunk,
    hash: stringHash(chunkId),
    source: sourceNumber(taking, source),
  }));
  for (const sku of call.refresh ?? []) nameSku(taking, sku).since = 0;
  const verdicts = call.chunks.map(({ chunkId }, i) => ({ chunkId, verdicts: taken[i]! }));
  return { answer: { verdicts, skus: presentNamed(taking) }, ...endTaking(taking) };
}

/** Evaluates what is due for these SKUs, by the settings of the last call, and answers their present state. */
export function refreshSkus(
  shard: ShardState,
  skus: readonly string[],
  now: number,
): Omit<CallResult, "answer"> & { skus: SkuPresent[] } {
  if (shard.settings === null)
    return {
      skus: skus.map((sku) => presentOf(emptySku(sku), [], NOTHING_KNOWN, null)),
      entry: null,
      touched: new Set(),
    };
  const taking = beginTaking(shard, now, shard.settings);
  for (const sku of skus) nameSku(taking, sku);
  return { skus: presentNamed(taking), ...endTaking(taking) };
}

/** Applies a stored entry by the same steps that the call took. Answers the numbers of the SKUs that changed. */
export function replayEntry(shard: ShardState, entry: JournalEntry): Set<number> {
  assertReadable(entry);
  const settings = entry.settings ?? shard.settings;
  if (settings === null) throw new Error("the first journal entry carries the settings");
  for (const source of entry.sources) addSource(shard, source);
  const taking = { ...beginTaking(shard, entry.now, settings), entry: null };
  const nameOf = (number: number | string) => shard.skus[Number(number)]!.sku;
  takeSteps(taking, entry, ({ taken, ...chunk }) => {
    const rows = unpackRows(taken, chunk.kind, chunk.receivedAt, nameOf);
    return { ...chunk, rows } as NumberedChunk;
  });
  for (const number of entry.due) settle(taking, number);
  return taking.touched;
}

/** What live calls and the replay share. `read` is called for each chunk after everything before it was taken. */
function takeSteps<Chunk>(
  taking: Taking,
  { products, chunks, decisions = [], absences = [] }: Steps<Chunk>,
  read: (chunk: Chunk) => NumberedChunk,
): RowVerdict[][] {
  for (const product of products) takeProduct(taking, product);
  const verdicts = chunks.map((chunk) => takeChunk(taking, read(chunk)));
  for (const decision of decisions) takeDecision(taking, decision);
  // after all rows: what looks at the whole market must not see half of it
  for (const number of taking.touched) concludeMoves(taking.shard.skus[number]!, taking.context);
  for (const absence of absences) takeMissing(taking, absence);
  return verdicts;
}

function beginTaking(shard: ShardState, now: number, given: ShardSettings, changedSince = 0): Taking {
  const entry = emptyEntry(now);
  const before = shard.settings;
  const isNew = before === null || (before !== given && JSON.stringify(before) !== JSON.stringify(given));
  // equal settings stay the same object, so that later calls compare them at no cost
  const settings = isNew ? given : before;
  if (isNew) {
    entry.settings = settings;
    shard.settings = settings;
    if (before !== null && rulesOf(before) !== rulesOf(settings)) noteChangedRules(shard);
  }
  const context = { now, settings, sources: shard.sources };
  return { shard, context, entry, touched: new Set(), named: new Map(), changedSince };
}

/** The settings that say which offers count, as text. */
function rulesOf({ excluded, merged, sellersByCompetitor }: ShardSettings): string {
  return JSON.stringify([excluded ?? [], merged ?? {}, sellersByCompetitor ?? {}]);
}

/** Every SKU with offers is due: its signals are judged by the new rules. */
function noteChangedRules({ skus }: ShardState): void {
  for (const sku of skus) {
    if (sku.competitors.size === 0) continue;
    sku.rulesChanged = true;
    sku.dueAt = 0;
  }
}

function endTaking({ entry, touched }: Taking): Pick<CallResult, "entry" | "touched"> {
  return { entry: entry === null || isEmptyEntry(entry) ? null : entry, touched };
}

function sourceNumber({ shard, entry }: Taking, source: string): number {
  const known = shard.sourceNumbers.get(source);
  if (known !== undefined) return known;
  entry?.sources.push(source);
  return addSource(shard, source);
}

function nameSku(taking: Taking, sku: string): Wanted {
  let wanted = taking.named.get(sku);
  if (wanted === undefined) {
    wanted = { days: [], since: taking.changedSince };
    taking.named.set(sku, wanted);
  }
  return wanted;
}

function takeProduct(taking: Taking, product: ShardProduct): void {
  const { shard, context, entry, touched } = taking;
  nameSku(taking, product.sku);
  const number = skuNumber(shard, product.sku);
  if (!takeShardProduct(shard.skus[number]!, product, context)) return;
  entry?.products.push(product);
  touched.add(number);
}

/** A chunk in progress. */
interface ChunkTaking<K extends RowKind> {
  definition: RowKindDefinition<RowsByKind[K]>;
  entry: Omit<ChunkEntry, "kind"> & { kind: K };
  origin: RowOrigin;
}

function takeChunk<K extends RowKind>(taking: Taking, chunk: NumberedChunk<K>): RowVerdict[] {
  const { kind, hash, source, receivedAt } = chunk;
  const entry = { kind, hash, source, receivedAt, taken: emptyPacked() };
  const origin = { source, receivedAt, tag: 0 };
  const inProgress: ChunkTaking<K> = { definition: ROW_KINDS[kind], entry, origin };
  const verdicts = chunk.rows.map((row) => takeRow(taking, inProgress, row));
  if (entry.taken.values.length > 0) taking.entry?.chunks.push(entry);
  return verdicts;
}

function takeRow<K extends RowKind>(
  taking: Taking,
  { definition, entry, origin }: ChunkTaking<K>,
  row: RowsByKind[K],
): RowVerdict {
  const wanted = nameSku(taking, row.sku);
  if (definition.dayOf !== undefined) wanted.days.push(definition.dayOf(row));
  const number = taking.shard.numbers.get(row.sku);
  const sku = number === undefined ? undefined : taking.shard.skus[number]!;
  // without the product there is no currency, and nothing to compare with
  if (number === undefined || sku === undefined || sku.product === null) return unknownSku(row);
  origin.tag = tagOf(entry.hash, row.row);
  const outcome = definition.take(sku, row, origin, taking.context);
  const { verdict, changes } = OUTCOMES[outcome];
  if (changes) {
    if (taking.entry !== null) packRow(entry.taken, entry.kind, row, number, entry.receivedAt);
    taking.touched.add(number);
  }
  if (outcome === "corrected" || outcome === "corrected_again")
    return { row: row.row, verdict: "accepted", ...CORRECTED };
  if (outcome === "conflict" || outcome === "conflict_again")
    return { row: row.row, verdict: "rejected", ...CONFLICT };
  if (verdict === "accepted" || verdict === "duplicate") return { row: row.row, verdict };
  if (verdict === "quarantined") return quarantined(sku, row as ObservationRow, origin.source);
  return { row: row.row, verdict, code: "too_late", ...definition.tooLate };
}

/** Hash of chunk and row in 30 bits: a small integer in every runtime. */
function tagOf(chunkHash: number, row: number): number {
  return mix(chunkHash, row) >>> 2;
}

function takeDecision(taking: Taking, decision: QuarantineDecision): void {
  const { shard, context, entry, touched } = taking;
  nameSku(taking, decision.sku).since = 0;
  const number = shard.numbers.get(decision.sku);
  if (number === undefined || !decideQuarantined(shard.skus[number]!, decision, context)) return;
  entry?.decisions.push(decision);
  touched.add(number);
}

function takeMissing(taking: Taking, absence: OfferAbsence): void {
  const { shard, context, entry, touched } = taking;
  nameSku(taking, absence.sku).since = 0;
  const number = shard.numbers.get(absence.sku);
  if (number === undefined || !takeAbsence(shard.skus[number]!, absence, context)) return;
  if (entry !== null) entry.absences = [...(entry.absences ?? []), absence];
  touched.add(number);
}

function unknownSku({ row, sku }: { row: number; sku: string }): RowVerdict {
  const message = `no product is known as ${sku.slice(0, 80)}`;
  return { row, verdict: "rejected", code: "unknown_sku", path: "sku", message };
}

function quarantined(sku: SkuState, row: ObservationRow, source: number): RowVerdict {
  const state = sku.competitors.get(stateKey(row.competitor, row.seller));
  const entry = findEntry(state?.quarantine ?? [], row.observedAt, source);
  const currency = sku.product?.currency ?? "";
  const expected = entry === null ? "" : `, about ${formatMoney(entry.expected, currency)} was expected`;
  const message = `${formatMoney(row.price, currency)} is not believed until it is seen again${expected}`;
  const named = entry === null ? {} : { quarantineId: entry.id };
  return {
    ...{ row: row.row, verdict: "quarantined", code: entry?.code ?? "outlier", path: "price", message },
    ...named,
  };
}

/** Evaluates what time alone has changed in a SKU. */
function settle({ shard, context, entry, touched }: Taking, number: number): void {
  if (!settleSku(shard.skus[number]!, context.now, context.settings)) return;
  entry?.due.push(number);
  touched.add(number);
}

/** The present state of the SKUs named, after what is due for them has been evaluated. */
function presentNamed(taking: Taking): SkuPresent[] {
  const { shard, context } = taking;
  return [...taking.named].map(([name, { days, since }]) => {
    const number = shard.numbers.get(name);
    if (number === undefined) return presentOf(emptySku(name), [], NOTHING_KNOWN, null);
    settle(taking, number);
    return presentOf(shard.skus[number]!, shard.sources, { now: context.now, since, days }, context.settings);
  });
}
