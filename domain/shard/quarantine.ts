import { DAY_MS, HOUR_MS, MINUTE_MS } from "../base/time.ts";
import { ODD_ENDING } from "./competitors/gate.ts";
import { firstAfter, type ObservationHistory } from "./competitors/history.ts";
import { signalId } from "./signals/notice.ts";
import type { EntryStatus, QuarantineEntry } from "./state.ts";

/** How long a quarantined row waits for a second observation or a person. */
const QUARANTINED_FOR_MS = 48 * HOUR_MS;
/** A second look at the same source counts only after this; another source's counts at once. */
const SECOND_LOOK_MS = 30 * MINUTE_MS;
/** Log distance up to which two prices count as the same. */
const SAME_PRICE = Math.log(1.02);
/** How often a slip has to be seen before it is believed. */
const SIGHTINGS_OF_SLIP = 4;
/** The same for prices that keep moving, all within SAME_LEVEL of each other. */
const SIGHTINGS_OF_LEVEL = 5;
/** The same from the factor FAR on, where the decimal point may have slipped. */
const SIGHTINGS_OF_FAR_LEVEL = 8;
const FAR = Math.log(6);
const SAME_LEVEL = Math.log(1.5);
/** The same unusual price after this time is a sale that has come back. */
const EPISODE_MS = 3 * DAY_MS;
/** Entries kept per competitor. */
const ENTRIES_MAX = 64;
/** Settled entries are kept so that a chunk that is delivered again gets the same verdicts. */
const SETTLED_FOR_MS = 7 * DAY_MS;
/**
 * An entry that was not confirmed still counts as a sighting for this long: so a price that is looked at once a week is
 * believed in the end, and a rare sale is recognised when it comes back.
 */
const UNCONFIRMED_FOR_MS = 180 * DAY_MS;

/** The id of a quarantined observation: 96 bits of a hash of its identity, the same on every replay. */
export function quarantineId(sku: string, competitor: string, source: string, observedAt: number): string {
  return signalId(sku, source, competitor, observedAt).replace(/^sig_/, "qua_");
}

/** The entry with this identity, or null. */
export function findEntry(
  held: readonly QuarantineEntry[],
  observedAt: number,
  source: number,
): QuarantineEntry | null {
  return held.find((one) => one.observedAt === observedAt && one.source === source) ?? null;
}

/** Changes an entry's status and raises its version. */
export function settleEntry(one: QuarantineEntry, status: EntryStatus, now: number): void {
  one.status = status;
  one.updatedAt = now;
  one.version++;
}

/** Adds an entry in order of time; drops old settled ones, and the oldest if there are too many. */
export function keepEntry(
  held: readonly QuarantineEntry[],
  row: QuarantineEntry,
  now: number,
): QuarantineEntry[] {
  const kept = held.filter(
    (one) => one.id !== row.id && (one.status === "open" || now - one.updatedAt <= keptFor(one)),
  );
  kept.push(row);
  while (kept.length > ENTRIES_MAX) kept.splice(kept.indexOf(firstToForget(kept)), 1);
  return kept.sort((a, b) => a.observedAt - b.observedAt || a.heldAt - b.heldAt);
}

function keptFor({ status }: QuarantineEntry): number {
  return status === "expired" || status === "returned" ? UNCONFIRMED_FOR_MS : SETTLED_FOR_MS;
}

/** A settled entry goes before an open one, and the one that changed longest ago goes first. */
function firstToForget(held: readonly QuarantineEntry[]): QuarantineEntry {
  const rank = (one: QuarantineEntry) => (one.status === "open" ? 1 : 0);
  return held.reduce((a, b) => ((rank(b) - rank(a) || b.updatedAt - a.updatedAt) < 0 ? b : a));
}

/** When the first open entry expires, ms; Infinity = none is open. */
export function firstExpiryAt(held: readonly QuarantineEntry[]): number {
  let until = Number.POSITIVE_INFINITY;
  for (const one of held) if (one.status === "open") until = Math.min(until, one.heldAt + QUARANTINED_FOR_MS);
  return until;
}

/** Expires the open entries that have waited long enough. */
export function expireEntries(held: readonly QuarantineEntry[], now: number): void {
  for (const one of held)
    if (one.status === "open" && one.heldAt + QUARANTINED_FOR_MS <= now) settleEntry(one, "expired", now);
}

/** Whether further observations may still confirm the entry. */
function isWaiting({ status }: QuarantineEntry): boolean {
  return status === "open" || status === "returned";
}

/**
 * The entries to believe now that `candidate` has come, itself among them; none if it is not confirmed.
 * - An outlier is confirmed by a second look at the same price, with no other price in between.
 * - A slip needs three further sightings. A placeholder, which stands for no price, is never believed.
 * - A price with an odd ending is confirmed at once by another source, otherwise like a slip: the same page would only
 *   repeat its mistake.
 * - A competitor's first prices need not be equal, since little speaks against them.
 * - An unusual price that returns days later is believed on its own.
 */
export function confirmedBy(
  held: readonly QuarantineEntry[],
  candidate: QuarantineEntry,
  history: ObservationHistory,
): QuarantineEntry[] {
  const place = firstAfter(history, candidate.observedAt);
  const near = held.filter(
    (one) => one !== candidate && one.status !== "discarded" && firstAfter(history, one.observedAt) === place,
  );
  const run = near.filter(isWaiting);
  if (candidate.code === "outlier") {
    const same = run.filter(
      (one) => distance(one, candidate) <= SAME_PRICE && gap(one, candidate) <= QUARANTINED_FOR_MS,
    );
    const isSecondLook = (one: QuarantineEntry) =>
      one.source !== candidate.source ||
      (candidate.kind !== ODD_ENDING && gap(one, candidate) >= SECOND_LOOK_MS);
    if (same.some(isSecondLook)) return [...same, candidate];
    const alike = history.count === 0 ? near.filter((one) => distance(one, candidate) <= SAME_LEVEL) : [];
    if (alike.some((one) => one.code === "outlier" && isSecondLook(one)))
      return unexpired([...alike, candidate]);
    if (held.some((one) => one !== candidate && isEarlierEpisode(one, candidate, history, place)))
      return [candidate];
  }
  if (candidate.kind === "placeholder") return [];
  const seen = (reach: number) => [...near.filter((one) => distance(one, candidate) <= reach), candidate];
  const same = seen(SAME_PRICE);
  const level = looks(same) >= SIGHTINGS_OF_SLIP ? same : seen(SAME_LEVEL);
  if (level !== same && looks(level) < sightingsOfLevel(candidate)) return [];
  return unexpired(level);
}

function sightingsOfLevel({ price, expected }: QuarantineEntry): number {
  return Math.abs(Math.log(price / expected)) >= FAR ? SIGHTINGS_OF_FAR_LEVEL : SIGHTINGS_OF_LEVEL;
}

function unexpired(rows: readonly QuarantineEntry[]): QuarantineEntry[] {
  return rows.filter((one) => one.status !== "expired");
}

/** The waiting entries that repeat a price believed at `at`, with no other price in between. */
export function repeatsOf(
  held: readonly QuarantineEntry[],
  price: number,
  at: number,
  history: ObservationHistory,
): QuarantineEntry[] {
  const place = firstAfter(history, at);
  return held.filter((one) => {
    if (!isWaiting(one) || Math.abs(Math.log(one.price / price)) > SAME_PRICE) return false;
    if (Math.abs(one.observedAt - at) > QUARANTINED_FOR_MS) return false;
    const own = firstAfter(history, one.observedAt);
    return own === place || own === place - 1;
  });
}

function isEarlierEpisode(
  one: QuarantineEntry,
  candidate: QuarantineEntry,
  history: ObservationHistory,
  place: number,
): boolean {
  if (one.code !== "outlier" || one.status === "discarded" || distance(one, candidate) > SAME_PRICE)
    return false;
  if (candidate.observedAt - one.observedAt < EPISODE_MS) return false;
  return firstAfter(history, one.observedAt) !== place;
}

/** How many of the entries are separate looks: far enough in time from the one before. */
function looks(rows: readonly QuarantineEntry[]): number {
  const times = rows.map((row) => row.observedAt).sort((a, b) => a - b);
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const at of times)
    if (at - last >= SECOND_LOOK_MS) {
      count++;
      last = at;
    }
  return count;
}

function distance(a: QuarantineEntry, b: QuarantineEntry): number {
  return Math.abs(Math.log(a.price / b.price));
}

function gap(a: QuarantineEntry, b: QuarantineEntry): number {
  return Math.abs(a.observedAt - b.observedAt);
}
