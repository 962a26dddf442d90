import type { ObservationRow, UsedRate } from "../messages/rows.ts";
import { findCorrection, isReplaced, noteCorrection, saidBy, saysSame } from "./competitors/corrections.ts";
import {
  type Insertion,
  insertObservation,
  levelAt,
  type PriceLevel,
  placeOf,
  replaceAt,
} from "./competitors/history.ts";
import { findEntry, settleEntry } from "./quarantine.ts";
import type { CompetitorState, QuarantineEntry } from "./state.ts";
import type { RowOrigin, RowOutcome } from "./taking.ts";

/** An observation that counts, with its origin. */
export type Counted = PriceLevel &
  Pick<QuarantineEntry, "observedAt" | "receivedAt" | "source" | "tag" | "rate" | "packFactor">;

/**
 * What becomes of a row whose identity is known and that does not count; null if it is to be looked at. A value that
 * was received before the one that counts is a duplicate, whichever of the two is delivered first.
 */
export function knownAlready(competitor: CompetitorState, seen: Counted): RowOutcome | null {
  const { observedAt, source, tag, receivedAt } = seen;
  const { corrections, history, quarantine } = competitor;
  const correction = findCorrection(corrections, observedAt, source);
  const replaced = correction?.replaced.find((one) => one.tag === tag);
  if (replaced !== undefined) return AGAIN[replaced.was ?? "counted"];
  const entry = findEntry(quarantine, observedAt, source);
  if (entry?.tag === tag) return "quarantined_again";
  const place = placeOf(history, observedAt, source);
  if (history.tags[place] === tag) return correction?.corrects ? "corrected_again" : "again";
  if (place >= 0 && saysSame(levelAt(history, place), seen)) return duplicate(competitor, seen);
  if (entry !== null && !isReplaced(corrections, entry)) {
    if (saysSame(entry, seen)) return duplicate(competitor, seen);
    if (receivedAt <= entry.receivedAt) return refuse(competitor, seen, entry.receivedAt);
  }
  if (place < 0) return null;
  const isLatest = place === history.count - 1;
  const countsSince = correction?.receivedAt ?? (isLatest ? competitor.receivedAt : Number.NEGATIVE_INFINITY);
  return receivedAt <= countsSince ? refuse(competitor, seen, countsSince) : null;
}

/** What its source now says otherwise is no longer waited for. */
export function replaceQuarantined(competitor: CompetitorState, seen: Counted, now: number): void {
  const entry = findEntry(competitor.quarantine, seen.observedAt, seen.source);
  if (entry === null) return;
  if (entry.status === "open") settleEntry(entry, "returned", now);
  const replaced = { tag: entry.tag, was: "quarantined" as const, said: saidBy(entry) };
  const { receivedAt } = seen;
  competitor.corrections = noteCorrection(competitor.corrections, seen, { receivedAt, replaced });
}

/** What a row that now counts was told: whether it took the place of another. */
export function countedAs({ corrections }: CompetitorState, seen: Counted): "corrected" | "taken" {
  return findCorrection(corrections, seen.observedAt, seen.source)?.corrects ? "corrected" : "taken";
}

/** What a row of an instant gets that comes once more and does not count. */
const AGAIN = {
  counted: "again",
  corrected: "corrected_again",
  quarantined: "quarantined_again",
  conflict: "conflict_again",
  duplicate: "duplicate",
} as const;

/** A repeat is remembered only where the instant was corrected, since only there its verdict could change. */
function duplicate(competitor: CompetitorState, seen: Counted): RowOutcome {
  const { receivedAt, tag } = seen;
  if (findCorrection(competitor.corrections, seen.observedAt, seen.source) === null) return "duplicate";
  const replaced = { tag, was: "duplicate" as const };
  competitor.corrections = noteCorrection(competitor.corrections, seen, { receivedAt, replaced });
  return "repeated";
}

/**
 * Remembers a row that says otherwise and does not count. Of two rows of one batch that cannot both be right the first
 * counts; of two batches the one received later. What repeats an earlier value is a duplicate, as it was before.
 */
function refuse(competitor: CompetitorState, seen: Counted, countsSince: number): RowOutcome {
  const known = findCorrection(competitor.corrections, seen.observedAt, seen.source)?.replaced ?? [];
  const isRepeat = known.some(({ said }) => said !== undefined && saysSame(said, seen));
  const isConflict = seen.receivedAt === countsSince && !isRepeat;
  const replaced = { tag: seen.tag, was: isConflict ? ("conflict" as const) : ("duplicate" as const) };
  const refused = { receivedAt: countsSince, replaced };
  competitor.corrections = noteCorrection(competitor.corrections, seen, refused);
  return isConflict ? "conflict" : "repeated";
}

/** Inserts an observation, or puts it in the place of what its source said of the same instant. */
export function insertOrReplace(
  competitor: CompetitorState,
  seen: Counted,
  sources: readonly string[],
): Insertion | { kind: "corrected"; latest: boolean } {
  const { history } = competitor;
  const place = placeOf(history, seen.observedAt, seen.source);
  const replaced = history.tags[place];
  if (replaced === undefined || replaced === seen.tag || saysSame(levelAt(history, place), seen))
    return insertObservation(history, seen, sources);
  const { receivedAt } = seen;
  const known = findCorrection(competitor.corrections, seen.observedAt, seen.source);
  const said = saidBy(levelAt(history, place));
  const was = known?.corrects ? { was: "corrected" as const } : {};
  const replacing = { receivedAt, corrects: true as const, replaced: { tag: replaced, ...was, said } };
  competitor.corrections = noteCorrection(competitor.corrections, seen, replacing);
  return { kind: "corrected", latest: replaceAt(history, place, seen, seen.tag) };
}

/** A row with where it comes from. Written out by hand, since it runs for every row and spreading objects costs several times as much. */
export function seenOf(row: ObservationRow, { source, receivedAt, tag }: RowOrigin): Counted {
  const { price, landedPrice, availability, observedAt, listed } = row;
  const seen: Counted = { price, landedPrice, availability, observedAt, source, receivedAt, tag, rate: null };
  if (row.packFactor !== undefined) seen.packFactor = row.packFactor;
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
