import { type Correction, findCorrection, noteCorrection, saysSame } from "./competitors/corrections.ts";
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
import type { RowOutcome } from "./taking.ts";

/** An observation that counts, with its origin. */
export type Counted = PriceLevel &
  Pick<QuarantineEntry, "observedAt" | "receivedAt" | "source" | "tag" | "rate">;

/** What becomes of a row whose identity is known and that changes nothing; null if it is to be looked at. */
export function knownAlready(competitor: CompetitorState, seen: Counted): RowOutcome | null {
  const { observedAt, source, tag, receivedAt } = seen;
  const { history, quarantine } = competitor;
  const correction = findCorrection(competitor.corrections, observedAt, source);
  const replaced = correction?.replaced.find((one) => one.tag === tag);
  if (replaced !== undefined) return AGAIN[replaced.was ?? "counted"];
  const entry = findEntry(quarantine, observedAt, source);
  if (entry?.tag === tag) return "quarantined_again";
  const place = placeOf(history, observedAt, source);
  if (history.tags[place] === tag) return isCorrected(correction) ? "corrected_again" : "again";
  if (entry !== null) {
    if (saysSame(entry, seen)) return "duplicate";
    if (receivedAt === entry.receivedAt) return "conflict_again";
    if (receivedAt < entry.receivedAt) return "again";
  }
  if (place < 0) return null;
  if (saysSame(levelAt(history, place), seen)) return "duplicate";
  const isLatest = place === history.count - 1;
  const countsSince = correction?.receivedAt ?? (isLatest ? competitor.receivedAt : Number.NEGATIVE_INFINITY);
  if (receivedAt === countsSince)
    return correction === null ? conflict(competitor, seen, receivedAt) : "conflict_again";
  return receivedAt < countsSince ? "again" : null;
}

/** What its source now says otherwise is no longer waited for. */
export function replaceQuarantined(competitor: CompetitorState, seen: Counted, now: number): void {
  const entry = findEntry(competitor.quarantine, seen.observedAt, seen.source);
  if (entry === null) return;
  if (entry.status === "open") settleEntry(entry, "returned", now);
  if (placeOf(competitor.history, seen.observedAt, seen.source) >= 0) return;
  const replaced = { tag: entry.tag, was: "quarantined" as const };
  const { receivedAt } = seen;
  competitor.corrections = noteCorrection(competitor.corrections, seen, { receivedAt, replaced });
}

function isCorrected(correction: Correction | null): boolean {
  return correction?.replaced.some(({ was }) => was !== "conflict") ?? false;
}

/** What a row of an instant gets that comes once more and does not count. */
const AGAIN = { counted: "again", quarantined: "quarantined_again", conflict: "conflict_again" } as const;

/** Of two rows of one batch that cannot both be right the first counts; the second is remembered as refused. */
function conflict(competitor: CompetitorState, seen: Counted, receivedAt: number): RowOutcome {
  const refused = { receivedAt, replaced: { tag: seen.tag, was: "conflict" as const } };
  competitor.corrections = noteCorrection(competitor.corrections, seen, refused);
  return "conflict";
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
  const replacing = { receivedAt, replaced: { tag: replaced } };
  competitor.corrections = noteCorrection(competitor.corrections, seen, replacing);
  return { kind: "corrected", latest: replaceAt(history, place, seen, seen.tag) };
}
