import type { ObservationRow, UsedRate } from "../messages/rows.ts";
import type { QuarantineDecision } from "../messages/shard.ts";
import { offerFreshMs } from "../settings/freshness.ts";
import { type GateDoubt, gateAfter, matchDoubtAfter } from "./competitors/gate.ts";
import {
  insertObservation,
  knownTag,
  latestLevel,
  type PriceLevel,
  sameLevel,
} from "./competitors/history.ts";
import { doubtOfRow } from "./doubt.ts";
import { evaluateSignals, nextDueAt, passSteadily, settleSku } from "./evaluate.ts";
import { confirmedBy, findEntry, keepEntry, quarantineId, repeatsOf, settleEntry } from "./quarantine.ts";
import type { Move } from "./signals/definition.ts";
import {
  type CompetitorState,
  changeMark,
  emptyCompetitor,
  type QuarantineEntry,
  type SkuState,
} from "./state.ts";
import { isSteady } from "./steady.ts";
import type { RowOrigin, RowOutcome, TakeContext } from "./taking.ts";

/**
 * Takes one observation. It is identified by (source, SKU, competitor, observedAt), and the first row with that
 * identity counts. A price that the price gate doubts is quarantined and changes nothing else. An observation older
 * than the competitor's latest only enters the history. The latest one sets the offer, and the signals are evaluated
 * at its event time unless it is already stale.
 */
export function takeObservation(
  sku: SkuState,
  row: ObservationRow,
  origin: RowOrigin,
  context: TakeContext,
): RowOutcome {
  const competitor = sku.competitors.get(row.competitor) ?? emptyCompetitor(row.competitor);
  const entry = findEntry(competitor.quarantine, row.observedAt, origin.source);
  if (entry !== null) return entry.tag === origin.tag ? "quarantined_again" : "duplicate";
  const known = knownTag(competitor.history, row.observedAt, origin.source);
  if (known !== null) return known === origin.tag ? "again" : "duplicate";
  const doubt = doubtOfRow(sku, competitor, row);
  if (doubt !== null) {
    sku.competitors.set(row.competitor, competitor);
    return quarantineOrConfirm(sku, competitor, newEntry(sku, row, origin, context, doubt), context);
  }
  const before = latestLevel(competitor.history);
  const seen = seenOf(row, origin);
  const insertion = insertObservation(competitor.history, seen, context.sources);
  if (insertion.kind === "folded") return "too_late";
  if (insertion.kind === "known") return insertion.tag === origin.tag ? "again" : "duplicate";
  if (competitor.history.count === 1) sku.competitors.set(row.competitor, competitor);
  if (insertion.latest) {
    competitor.gate = gateAfter(competitor.gate, row.price);
    if (row.price !== competitor.doubtful) competitor.doubtful = null;
    if (competitor.quarantine.length > 0) returnToNormal(competitor, row.observedAt, context.now);
  }
  const latest = competitor.quarantine.length > 0 ? (admitRepeats(competitor, seen, context) ?? seen) : seen;
  if (insertion.latest || latest !== seen) announce(sku, competitor, before, latest, context);
  else if (competitor.quarantine.length > 0) sku.dueAt = nextDueAt(sku, context.settings);
  return "taken";
}

/** An observation that counts, with its origin. */
type Counted = PriceLevel & Pick<QuarantineEntry, "observedAt" | "receivedAt" | "source" | "tag" | "rate">;

/** Written out by hand, since it runs for every row and spreading objects costs several times as much. */
function seenOf(row: ObservationRow, { source, receivedAt, tag }: RowOrigin): Counted {
  const { price, landedPrice, availability, observedAt, listed } = row;
  const seen: Counted = { price, landedPrice, availability, observedAt, source, receivedAt, tag, rate: null };
  if (listed === undefined) return seen;
  seen.listed = listed.landedPrice;
  seen.rate = rateOf(row);
  return seen;
}

function rateOf({ listed }: ObservationRow): UsedRate | null {
  if (listed === undefined) return null;
  const { landedPrice: _, ...rate } = listed;
  return rate;
}

/** Quarantines a doubted row, or believes it together with the entries that it confirms. */
function quarantineOrConfirm(
  sku: SkuState,
  competitor: CompetitorState,
  candidate: QuarantineEntry,
  context: TakeContext,
): RowOutcome {
  const confirmed = confirmedBy(competitor.quarantine, candidate, competitor.history);
  if (confirmed.length === 0) {
    competitor.quarantine = keepEntry(competitor.quarantine, candidate, context.now);
    sku.dueAt = nextDueAt(sku, context.settings);
    return "quarantined";
  }
  for (const one of confirmed) if (one !== candidate) settleEntry(one, "confirmed", context.now);
  believe(sku, competitor, confirmed, context);
  return "taken";
}

/** Inserts quarantined rows into the history in order of time, and announces the latest if it is new. */
function believe(
  sku: SkuState,
  competitor: CompetitorState,
  rows: readonly QuarantineEntry[],
  context: TakeContext,
): void {
  const before = latestLevel(competitor.history);
  let latest: Counted | null = null;
  for (const row of [...rows].sort((a, b) => a.observedAt - b.observedAt)) {
    latest = admit(competitor, row, context) ?? latest;
    latest = admitRepeats(competitor, row, context) ?? latest;
  }
  if (latest !== null) announce(sku, competitor, before, latest, context);
  else sku.dueAt = nextDueAt(sku, context.settings);
}

/** Inserts a row that is now believed. Answers it if it has become the latest. */
function admit(competitor: CompetitorState, row: QuarantineEntry, context: TakeContext): Counted | null {
  const insertion = insertObservation(competitor.history, row, context.sources);
  if (insertion.kind !== "taken" || !insertion.latest) return null;
  competitor.gate = gateAfter(competitor.gate, row.price);
  competitor.doubtful = row.price;
  return row;
}

/**
 * Believes the waiting rows that repeat the price of a row that counts now, then those that repeat theirs, and so on.
 * Answers the last one that became the latest, or null.
 */
function admitRepeats(competitor: CompetitorState, from: Counted, context: TakeContext): Counted | null {
  let latest: Counted | null = null;
  const queue: Counted[] = [from];
  for (let next = queue.shift(); next !== undefined; next = queue.shift())
    for (const one of repeatsOf(competitor.quarantine, next.price, next.observedAt, competitor.history)) {
      settleEntry(one, "confirmed", context.now);
      latest = admit(competitor, one, context) ?? latest;
      queue.push(one);
    }
  return latest;
}

/** Gives up the rows that waited before a normal price: they were slips, or that price is gone again. */
function returnToNormal(competitor: CompetitorState, observedAt: number, now: number): void {
  for (const one of competitor.quarantine)
    if (one.status === "open" && one.observedAt < observedAt) settleEntry(one, "returned", now);
}

/** Follows up on a new latest observation: the offer is projected and the signals are evaluated. */
function announce(
  sku: SkuState,
  competitor: CompetitorState,
  before: PriceLevel | null,
  latest: Counted,
  context: TakeContext,
): void {
  competitor.receivedAt = latest.receivedAt;
  competitor.rate = latest.rate;
  const taxRate = sku.product?.taxRate ?? null;
  competitor.match = matchDoubtAfter(competitor.match, before?.price ?? null, latest.price, taxRate);
  projectOffer(competitor, before, latest, context);
  if (context.now - latest.observedAt <= offerFreshMs(competitor.competitor, context.settings)) {
    const { now, settings } = context;
    const clock = Math.max(sku.clock, Math.min(latest.observedAt, now));
    const isRepeat = before !== null && sameLevel(before, latest);
    if (isRepeat && isSteady(sku, competitor, clock, settings)) passSteadily(sku, { now, clock, settings });
    else evaluateSignals(sku, { now, clock, settings }, moveOf(competitor.competitor, before, latest));
  } else {
    sku.steady = null;
    if (sku.signals.length > 0 || sku.dueAt < Number.POSITIVE_INFINITY)
      sku.dueAt = nextDueAt(sku, context.settings);
  }
  // at once, so that it makes no difference whether rows come in one call or in several
  settleSku(sku, context.now, context.settings);
}

function newEntry(
  sku: SkuState,
  row: ObservationRow,
  origin: RowOrigin,
  context: TakeContext,
  doubt: GateDoubt,
): QuarantineEntry {
  const source = context.sources[origin.source] ?? "";
  return {
    id: quarantineId(sku.sku, row.competitor, source, row.observedAt),
    ...seenOf(row, origin),
    code: doubt.code,
    kind: doubt.kind,
    expected: doubt.expected,
    status: "open",
    heldAt: context.now,
    updatedAt: context.now,
    version: 1,
  };
}

/** Raises the version of the offer, so that it is projected, if it has changed or would look old in D1. */
function projectOffer(
  competitor: CompetitorState,
  before: PriceLevel | null,
  row: Counted,
  context: TakeContext,
): void {
  const { projected } = competitor;
  const isSame = before !== null && sameLevel(before, row);
  if (
    isSame &&
    row.observedAt - projected.observedAt <= offerFreshMs(competitor.competitor, context.settings) / 4
  )
    return;
  competitor.projected = {
    observedAt: row.observedAt,
    receivedAt: row.receivedAt,
    source: row.source,
    version: projected.version + 1,
    projectedAt: context.now,
  };
}

function moveOf(competitor: string, before: PriceLevel | null, row: PriceLevel): Move {
  const converted = row.listed !== undefined;
  if (before === null) return { competitor, price: "first", restocked: false, converted };
  const restocked = before.availability !== row.availability;
  const isForeign = row.listed !== undefined && before.listed !== undefined;
  const change = isForeign ? row.listed! - before.listed! : row.landedPrice - before.landedPrice;
  if (change === 0) return { competitor, price: "same", restocked, converted };
  return { competitor, price: change < 0 ? "cut" : "rise", restocked, converted };
}

/**
 * Carries out a person's decision about a quarantined row. A released row enters the history as if the price gate had
 * believed it; a discarded one never does. Rows that are confirmed, or that a person settled before, stay as they are.
 * Answers whether anything changed; the change is announced until it is projected.
 */
export function decideQuarantined(
  sku: SkuState,
  decision: QuarantineDecision,
  context: TakeContext,
): boolean {
  for (const competitor of sku.competitors.values()) {
    const one = competitor.quarantine.find(({ id }) => id === decision.id);
    if (one === undefined) continue;
    if (one.status !== "open" && one.status !== "returned" && one.status !== "expired") return false;
    if (decision.action === "discard") {
      if (one.status === "returned") return false;
      settleEntry(one, "discarded", context.now);
      sku.dueAt = nextDueAt(sku, context.settings);
    } else {
      settleEntry(one, "released", context.now);
      believe(sku, competitor, [one], context);
    }
    // no message is delivered again that would repeat this decision
    sku.unprojected = { since: context.now, mark: changeMark(sku) };
    return true;
  }
  return false;
}
