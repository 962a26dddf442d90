import type { ObservationRow } from "../messages/rows.ts";
import type { QuarantineDecision } from "../messages/shard.ts";
import { offerFreshMs } from "../settings/freshness.ts";
import { isReplaced } from "./competitors/corrections.ts";
import { type GateDoubt, gateAfter, matchDoubtAfter } from "./competitors/gate.ts";
import {
  firstAfter,
  latestAt,
  latestLevel,
  levelAt,
  levelBeforeLatest,
  type PriceLevel,
  sameLevel,
} from "./competitors/history.ts";
import { doubtOfRow } from "./doubt.ts";
import { evaluateSignals, nextDueAt, passSteadily, settleSku } from "./evaluate.ts";
import {
  type Counted,
  countedAs,
  insertOrReplace,
  knownAlready,
  replaceQuarantined,
  seenOf,
} from "./identity.ts";
import { moveOf } from "./move.ts";
import { confirmedBy, keepEntry, quarantineId, repeatsOf, settleEntry } from "./quarantine.ts";
import {
  type CompetitorState,
  changeMark,
  emptyCompetitor,
  type QuarantineEntry,
  type SkuState,
  stateKey,
} from "./state.ts";
import { isSteady } from "./steady.ts";
import { OUTCOMES, type RowOrigin, type RowOutcome, type TakeContext } from "./taking.ts";

/**
 * Takes one observation. It is identified by (source, SKU, competitor, seller, observedAt); another value with that
 * identity replaces the one before if it was received later, and conflicts with it if it came in the same batch. A price that the price gate doubts is quarantined and
 * changes nothing else. An observation older than the seller's latest only enters the history. The latest one sets the
 * offer, and the signals are evaluated at its event time unless it is already stale.
 */
export function takeObservation(
  sku: SkuState,
  row: ObservationRow,
  origin: RowOrigin,
  context: TakeContext,
): RowOutcome {
  if (row.price === 0) return takeSoldOut(sku, row, origin, context);
  const key = stateKey(row.competitor, row.seller);
  const competitor = sku.competitors.get(key) ?? emptyCompetitor(row.competitor, row.seller ?? null);
  const seen = seenOf(row, origin);
  const known = knownAlready(competitor, seen);
  if (known !== null) return known;
  replaceQuarantined(competitor, seen, context.now);
  const doubt = doubtOfRow(sku, competitor, row);
  if (doubt !== null) {
    sku.competitors.set(key, competitor);
    if (competitor.missing !== null && seen.observedAt > latestAt(competitor.history))
      foundAgain(sku, competitor, context);
    return quarantineOrConfirm(sku, competitor, newEntry(sku, competitor, seen, context, doubt), context);
  }
  let before = latestLevel(competitor.history);
  const insertion = insertOrReplace(competitor, seen, context.sources);
  if (insertion.kind === "folded") return "too_late";
  if (insertion.kind === "known") return insertion.tag === origin.tag ? "again" : "duplicate";
  const isCorrection = insertion.kind === "corrected";
  if (isCorrection) before = levelBeforeLatest(competitor.history);
  if (competitor.history.count === 1) sku.competitors.set(key, competitor);
  if (insertion.latest) {
    competitor.gate = gateAfter(competitor.gate, row.price);
    if (row.price !== competitor.doubtful) competitor.doubtful = null;
    if (competitor.quarantine.length > 0) returnToNormal(competitor, row.observedAt, context.now);
  }
  const latest = competitor.quarantine.length > 0 ? (admitRepeats(competitor, seen, context) ?? seen) : seen;
  if (insertion.latest || latest !== seen) announce(sku, competitor, before, latest, context, isCorrection);
  else if (isCorrection) lookAgain(sku, context);
  else if (competitor.quarantine.length > 0) sku.dueAt = nextDueAt(sku, context.settings);
  return isCorrection ? "corrected" : "taken";
}

/**
 * A row that says sold out and names no price: the last price stays. Without a seller it is about all of the
 * competitor's. Where no price is known there is no offer that could be sold out.
 */
function takeSoldOut(
  sku: SkuState,
  row: ObservationRow,
  origin: RowOrigin,
  context: TakeContext,
): RowOutcome {
  const state = sku.competitors.get(stateKey(row.competitor, row.seller));
  if (state === undefined && row.seller === undefined) {
    const sellers = [...sku.competitors.values()].flatMap(({ competitor, seller }) =>
      competitor === row.competitor && seller !== null ? [seller] : [],
    );
    const outcomes = sellers.map((seller) => takeSoldOut(sku, { ...row, seller }, origin, context));
    return outcomes.find((outcome) => OUTCOMES[outcome].changes) ?? outcomes[0] ?? "again";
  }
  const place = state === undefined ? -1 : firstAfter(state.history, row.observedAt) - 1;
  if (state === undefined || place < 0) return "again";
  const { price, landedPrice, listed } = levelAt(state.history, place);
  const rate = state.rate ?? { currency: "", stale: false };
  const converted = listed === undefined ? {} : { listed: { ...rate, landedPrice: listed } };
  const packs = state.packFactor === null ? {} : { packFactor: state.packFactor };
  return takeObservation(sku, { ...row, price, landedPrice, ...converted, ...packs }, origin, context);
}

/** A missing offer is there again with a price that is doubted: it counts once more as it was. */
function foundAgain(sku: SkuState, competitor: CompetitorState, context: TakeContext): void {
  competitor.missing = null;
  const { projected } = competitor;
  competitor.projected = { ...projected, version: projected.version + 1, projectedAt: context.now };
  lookAgain(sku, context);
}

/** An earlier price was corrected: signals that looked back at it may be over. */
function lookAgain(sku: SkuState, { now, settings }: TakeContext): void {
  sku.steady = null;
  evaluateSignals(sku, { now, clock: sku.clock, settings }, "time");
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
  return countedAs(competitor, candidate);
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

/** Inserts a row that is now believed, unless its source corrected it. Answers it if it has become the latest. */
function admit(competitor: CompetitorState, row: QuarantineEntry, context: TakeContext): Counted | null {
  if (isReplaced(competitor.corrections, row)) return null;
  const insertion = insertOrReplace(competitor, row, context.sources);
  if (insertion.kind === "known" || insertion.kind === "folded" || !insertion.latest) return null;
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
  isCorrection = false,
): void {
  const isBack = competitor.missing !== null;
  competitor.missing = null;
  competitor.receivedAt = latest.receivedAt;
  competitor.rate = latest.rate;
  competitor.packFactor = latest.packFactor ?? null;
  const taxRate = sku.product?.taxRate ?? null;
  competitor.match = matchDoubtAfter(competitor.match, before?.price ?? null, latest.price, taxRate);
  projectOffer(competitor, isCorrection || isBack ? null : before, latest, context);
  if (context.now - latest.observedAt <= offerFreshMs(competitor.competitor, context.settings)) {
    const { now, settings } = context;
    const clock = Math.max(sku.clock, Math.min(latest.observedAt, now));
    const isRepeat = before !== null && sameLevel(before, latest);
    if (isRepeat && !isBack && isSteady(sku, competitor, clock, settings))
      passSteadily(sku, { now, clock, settings });
    else {
      const move = moveOf(sku, competitor, before, latest, settings);
      sku.moves.push(move);
      evaluateSignals(sku, { now, clock, settings }, move);
    }
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
  { competitor, seller, quarantine }: CompetitorState,
  seen: Counted,
  context: TakeContext,
  doubt: GateDoubt,
): QuarantineEntry {
  const source = context.sources[seen.source] ?? "";
  const id = quarantineId(sku.sku, stateKey(competitor, seller), source, seen.observedAt);
  return {
    id,
    ...seen,
    code: doubt.code,
    kind: doubt.kind,
    expected: doubt.expected,
    status: "open",
    heldAt: context.now,
    updatedAt: context.now,
    version: (quarantine.find((one) => one.id === id)?.version ?? 0) + 1,
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
