import type { ObservationRow, UsedRate } from "../messages/rows.ts";
import type { ShardSettings } from "../messages/shard.ts";
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
import { confirmedBy, findHeld, heldId, holdRow, repeatsOf, settleHeld } from "./held.ts";
import { isSteady } from "./present.ts";
import type { Move } from "./signals/definition.ts";
import { type CompetitorState, emptyCompetitor, type HeldObservation, type SkuState } from "./state.ts";

/** What surrounds a row: the clock of the call (ms), the settings, and the dictionary of source names. */
export interface TakeContext {
  now: number;
  settings: ShardSettings;
  sources: readonly string[];
}

/**
 * Where a row comes from: its source (index into the dictionary), when it was received, and the tag of chunk
 * and row.
 */
export interface RowOrigin {
  source: number;
  receivedAt: number;
  tag: number;
}

/**
 * taken: the state changed · held: quarantined now · again: this very row was taken before · held_again: and was
 * quarantined · duplicate: another row reported the same · too_late: older than what is kept exactly, and different
 * from what is remembered of that time
 */
export type ObservationOutcome = "taken" | "held" | "again" | "held_again" | "duplicate" | "too_late";

/**
 * Takes one observation. Identity is (source, SKU, competitor, observedAt): the first row with it counts. A price that
 * the gate doubts is held until it is seen again; it changes nothing else. One older than the latest of its
 * competitor enters the history only; the latest sets the offer, and the signals are evaluated at its event time,
 * unless it is stale already.
 */
export function takeObservation(
  sku: SkuState,
  row: ObservationRow,
  origin: RowOrigin,
  context: TakeContext,
): ObservationOutcome {
  const competitor = sku.competitors.get(row.competitor) ?? emptyCompetitor(row.competitor);
  const held = findHeld(competitor.held, row.observedAt, origin.source);
  if (held !== null) return held.tag === origin.tag ? "held_again" : "duplicate";
  const known = knownTag(competitor.history, row.observedAt, origin.source);
  if (known !== null) return known === origin.tag ? "again" : "duplicate";
  const doubt = doubtOfRow(sku, competitor, row);
  if (doubt !== null) {
    sku.competitors.set(row.competitor, competitor);
    return holdOrConfirm(sku, competitor, heldOf(sku, row, origin, context, doubt), context);
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
    if (competitor.held.length > 0) returnToNormal(competitor, row.observedAt, context.now);
  }
  const latest = competitor.held.length > 0 ? (admitRepeats(competitor, seen, context) ?? seen) : seen;
  if (insertion.latest || latest !== seen) announce(sku, competitor, before, latest, context);
  else if (competitor.held.length > 0) sku.dueAt = nextDueAt(sku, context.settings);
  return "taken";
}

/** What the verdict on a quarantined row says. */
export function heldRow(sku: SkuState, row: ObservationRow, source: number): HeldObservation | null {
  return findHeld(sku.competitors.get(row.competitor)?.held ?? [], row.observedAt, source);
}

/** A row that counts, with where it came from. */
type Counted = PriceLevel & Pick<HeldObservation, "observedAt" | "receivedAt" | "source" | "tag" | "rate">;

/** By hand: this is made of every row, and copies of parts cost several times as much. */
function seenOf(row: ObservationRow, { source, receivedAt, tag }: RowOrigin): Counted {
  const { price, landedPrice, availability, observedAt, listed } = row;
  const seen: Counted = { price, landedPrice, availability, observedAt, source, receivedAt, tag, rate: null };
  if (listed === undefined) return seen;
  seen.listed = listed.landedPrice;
  seen.rate = rateOf(row);
  return seen;
}

function levelOf({ price, landedPrice, availability, listed }: ObservationRow): PriceLevel {
  const level = { price, landedPrice, availability };
  return listed === undefined ? level : { ...level, listed: listed.landedPrice };
}

function rateOf({ listed }: ObservationRow): UsedRate | null {
  if (listed === undefined) return null;
  const { landedPrice: _, ...rate } = listed;
  return rate;
}

/** Holds a doubted row, or believes it and those that it confirms. */
function holdOrConfirm(
  sku: SkuState,
  competitor: CompetitorState,
  candidate: HeldObservation,
  context: TakeContext,
): ObservationOutcome {
  const confirmed = confirmedBy(competitor.held, candidate, competitor.history);
  if (confirmed.length === 0) {
    competitor.held = holdRow(competitor.held, candidate, context.now);
    sku.dueAt = nextDueAt(sku, context.settings);
    return "held";
  }
  for (const one of confirmed) if (one !== candidate) settleHeld(one, "confirmed", context.now);
  believe(sku, competitor, confirmed, context);
  return "taken";
}

/** Lets rows that were held into the history, in order of time, and tells of the latest if it is new. */
export function believe(
  sku: SkuState,
  competitor: CompetitorState,
  rows: readonly HeldObservation[],
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

/** Inserts a row that is believed after all; answers it if it is now the latest. */
function admit(competitor: CompetitorState, row: HeldObservation, context: TakeContext): Counted | null {
  const insertion = insertObservation(competitor.history, row, context.sources);
  if (insertion.kind !== "taken" || !insertion.latest) return null;
  competitor.gate = gateAfter(competitor.gate, row.price);
  competitor.doubtful = row.price;
  return row;
}

/** Believes the waiting rows that repeat a price which counts by now, and so on; answers the latest, if it is new. */
function admitRepeats(competitor: CompetitorState, from: Counted, context: TakeContext): Counted | null {
  let latest: Counted | null = null;
  const queue: Counted[] = [from];
  for (let next = queue.shift(); next !== undefined; next = queue.shift())
    for (const one of repeatsOf(competitor.held, next.price, next.observedAt, competitor.history)) {
      settleHeld(one, "confirmed", context.now);
      latest = admit(competitor, one, context) ?? latest;
      queue.push(one);
    }
  return latest;
}

/** The rows that waited were a slip, or a price that is gone already. */
function returnToNormal(competitor: CompetitorState, observedAt: number, now: number): void {
  for (const one of competitor.held)
    if (one.status === "open" && one.observedAt < observedAt) settleHeld(one, "returned", now);
}

/** The latest observation is new: the offer is told, the signals are evaluated. */
function announce(
  sku: SkuState,
  competitor: CompetitorState,
  before: PriceLevel | null,
  latest: Counted,
  context: TakeContext,
): void {
  competitor.receivedAt = latest.receivedAt;
  competitor.rate = latest.rate;
  const taxRate = sku.ours?.taxRate ?? null;
  competitor.match = matchDoubtAfter(competitor.match, before?.price ?? null, latest.price, taxRate);
  tell(competitor, before, latest, context);
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
  // at once, so that rows of one call come out as if each had come in a call of its own
  settleSku(sku, context.now, context.settings);
}

function heldOf(
  sku: SkuState,
  row: ObservationRow,
  origin: RowOrigin,
  context: TakeContext,
  doubt: GateDoubt,
): HeldObservation {
  const { observedAt } = row;
  return {
    id: heldId(sku.sku, row.competitor, context.sources[origin.source] ?? "", observedAt),
    ...levelOf(row),
    rate: rateOf(row),
    observedAt,
    receivedAt: origin.receivedAt,
    source: origin.source,
    tag: origin.tag,
    code: doubt.code,
    kind: doubt.kind,
    expected: doubt.expected,
    status: "open",
    heldAt: context.now,
    updatedAt: context.now,
    version: 1,
  };
}

/**
 * A new version of the offer, if D1 is to be written: it says something else, or it looks old there by now.
 */
function tell(
  competitor: CompetitorState,
  before: PriceLevel | null,
  row: Counted,
  context: TakeContext,
): void {
  const { told } = competitor;
  const isSame = before !== null && sameLevel(before, row);
  if (isSame && row.observedAt - told.observedAt <= offerFreshMs(competitor.competitor, context.settings) / 4)
    return;
  competitor.told = {
    observedAt: row.observedAt,
    receivedAt: row.receivedAt,
    source: row.source,
    version: told.version + 1,
    toldAt: context.now,
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
