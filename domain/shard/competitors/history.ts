import { DAY_MS } from "../../base/time.ts";
import type { Availability } from "../../messages/rows.ts";
import { emptyColumns, insertAt, type ObservationColumns } from "./columns.ts";

/**
 * Observations of a competitor of a SKU that are never folded: those of the last week of event time, or so many where they are
 * fewer or more. At four a day that is forty days, at one every five minutes the last two.
 */
const EXACT_MIN = 160;
const EXACT_MAX = 640;
const EXACT_MS = 7 * DAY_MS;
/** Once there are so many times as many, the oldest are folded, so that one fold serves many insertions. */
const GROWN = 1.6;
/** Folding may leave so many times as many; if prices changed too often for that, the oldest are shed. */
const FOLDED = 1.4;
/** Observations of a competitor in memory at most, where they are as rare as crawls of a catalogue; at 16 bytes each. */
export const RARE_OBSERVATIONS_MAX = EXACT_MIN * GROWN;
/** A mark is level × SOURCES_MAX + source; with at most 1,025 levels it fits into 32 bits. */
export const SOURCES_MAX = 2 ** 19;

/** What one observation said. Money in minor units. */
export interface PriceLevel {
  price: number;
  landedPrice: number;
  availability: Availability;
  /** landed price in the competitor's own currency where that is another, minor units */
  listed?: number;
}

/**
 * All observations of one competitor of one SKU, in columns, ordered by time and source name. Of several at the same
 * instant the last one counts, so the order of arrival does not matter.
 */
export interface ObservationHistory extends ObservationColumns {
  /** the distinct levels; a mark is level index × SOURCES_MAX + source index */
  levels: PriceLevel[];
  /** observations up to this time are folded: only the first and last of each run are left; 0 = none */
  foldedUntil: number;
  /** folded ones for which there was no place any more, oldest first, until they are on disk */
  shed: ShedObservation[];
}

/** What is left of an observation that leaves the memory. */
export interface ShedObservation extends PriceLevel {
  at: number;
}

/** One observation to insert. */
export interface Observation extends PriceLevel {
  observedAt: number;
  /** index into the dictionary of source names */
  source: number;
  tag: number;
}

/**
 * taken: inserted; `latest` if it is now the one that counts · known: the same source reported this instant before;
 * `tag` says which row · folded: in the folded part, and different from what is remembered of that time
 */
export type Insertion =
  | { kind: "taken"; latest: boolean }
  | { kind: "known"; tag: number }
  | { kind: "folded" };

export function emptyHistory(): ObservationHistory {
  return { ...emptyColumns(), levels: [], foldedUntil: 0, shed: [] };
}

/** Index of the first observation later than `at`. O(log n). */
export function firstAfter({ times, count }: ObservationColumns, at: number): number {
  let low = 0;
  let high = count;
  // most observations arrive in order
  if (high > 0 && times[high - 1]! <= at) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Event time of the observation that counts now, ms; -Infinity if there is none. */
export function latestAt({ times, count }: ObservationColumns): number {
  return count === 0 ? Number.NEGATIVE_INFINITY : times[count - 1]!;
}

/** What the i-th observation said. */
export function levelAt(history: ObservationHistory, i: number): PriceLevel {
  return history.levels[Math.floor(history.marks[i]! / SOURCES_MAX)]!;
}

/** Index of the source of the i-th observation. */
export function sourceAt(history: ObservationHistory, i: number): number {
  return history.marks[i]! % SOURCES_MAX;
}

/** The observation that counts now, or null. */
export function latestLevel(history: ObservationHistory): PriceLevel | null {
  const last = history.count - 1;
  return last < 0 ? null : levelAt(history, last);
}

/** The observation before the one that counts now, or null. */
export function levelBeforeLatest(history: ObservationHistory): PriceLevel | null {
  return history.count < 2 ? null : levelAt(history, history.count - 2);
}

/** Whether another observation of the same instant takes precedence over the i-th. */
export function isOutranked(history: ObservationHistory, i: number): boolean {
  return i + 1 < history.count && history.times[i + 1] === history.times[i];
}

/** The place of what a source reported for this instant, or -1. O(log n). */
export function placeOf(history: ObservationHistory, observedAt: number, source: number): number {
  for (let i = firstAfter(history, observedAt) - 1; i >= 0 && history.times[i] === observedAt; i--)
    if (sourceAt(history, i) === source) return i;
  return -1;
}

/** Puts another value in the place of the i-th observation. Answers whether it is the one that counts now. */
export function replaceAt(history: ObservationHistory, i: number, level: PriceLevel, tag: number): boolean {
  history.marks[i] = levelIndex(history, level) * SOURCES_MAX + sourceAt(history, i);
  history.tags[i] = tag;
  const used = new Set<number>();
  for (let j = 0; j < history.count; j++) used.add(Math.floor(history.marks[j]! / SOURCES_MAX));
  if (used.size < history.levels.length) keepOnly(history, [...Array(history.count).keys()]);
  return i === history.count - 1;
}

/**
 * Inserts an observation at its place in time. `sources` is the dictionary of source names: of two sources at
 * the same instant, the greater name counts.
 */
export function insertObservation(
  history: ObservationHistory,
  observation: Observation,
  sources: readonly string[],
): Insertion {
  const { times, tags } = history;
  const { observedAt, source } = observation;
  let at = firstAfter(history, observedAt);
  for (let i = at - 1; i >= 0 && times[i] === observedAt; i--) {
    if (sourceAt(history, i) === source) return { kind: "known", tag: tags[i]! };
    if (sources[sourceAt(history, i)]! > sources[source]!) at = i;
  }
  if (observedAt <= history.foldedUntil) return insertIntoFolded(history, observation, at);
  const latest = at === history.count;
  const mark = levelIndex(history, observation) * SOURCES_MAX + source;
  insertAt(history, at, observedAt, mark, observation.tag);
  if (isGrown(history)) foldHistory(history);
  return { kind: "taken", latest };
}

/**
 * Inside a folded run an observation that agrees with it counts as known; one that does not cannot be placed.
 */
function insertIntoFolded(history: ObservationHistory, observation: Observation, at: number): Insertion {
  const before = at > 0 ? levelAt(history, at - 1) : null;
  if (before && sameLevel(before, observation)) return { kind: "known", tag: -1 };
  return { kind: "folded" };
}

export function sameLevel(a: PriceLevel, b: PriceLevel): boolean {
  return (
    a.price === b.price &&
    a.landedPrice === b.landedPrice &&
    a.availability === b.availability &&
    a.listed === b.listed
  );
}

/** The index of a level, which is added if it is new. Looks at the newest first, where it most likely is. */
function levelIndex(history: ObservationHistory, level: PriceLevel): number {
  for (let i = history.levels.length - 1; i >= 0; i--) if (sameLevel(history.levels[i]!, level)) return i;
  const { price, landedPrice, availability, listed } = level;
  const kept = { price, landedPrice, availability };
  return history.levels.push(listed === undefined ? kept : { ...kept, listed }) - 1;
}

/** How many of the newest are not folded. */
function exactOf(history: ObservationHistory): number {
  const ofLastWeek = history.count - firstAfter(history, latestAt(history) - EXACT_MS);
  return Math.min(EXACT_MAX, Math.max(EXACT_MIN, ofLastWeek));
}

/** Whether the oldest should be folded. */
export function isGrown(history: ObservationHistory): boolean {
  return history.count > RARE_OBSERVATIONS_MAX && history.count > exactOf(history) * GROWN;
}

/**
 * Drops the inner observations of the oldest runs. Their first and last ones stay, and with them all change points.
 */
export function foldHistory(history: ObservationHistory): void {
  const exact = exactOf(history);
  const left = Math.floor(exact * FOLDED);
  history.foldedUntil = history.times[history.count - exact - 1]!;
  const end = firstAfter(history, history.foldedUntil);
  const kept: number[] = [];
  for (let i = 0; i < history.count; i++) if (i >= end || isRunEdge(history, i)) kept.push(i);
  for (const i of kept.slice(0, -left)) history.shed.push({ at: history.times[i]!, ...levelAt(history, i) });
  keepOnly(history, kept.slice(-left));
}

/** A history together with what it shed, as far as it is given: for reading only. */
export function withShed(
  history: ObservationHistory,
  before: readonly ShedObservation[] = [],
): ObservationHistory {
  const shed = [...before, ...history.shed];
  if (shed.length === 0) return history;
  const whole = {
    ...emptyHistory(),
    ...emptyColumns(shed.length + history.count),
    foldedUntil: history.foldedUntil,
  };
  whole.levels = [...history.levels];
  for (const [i, { at, ...level }] of shed.entries()) {
    whole.times[i] = at;
    whole.marks[i] = levelIndex(whole, level) * SOURCES_MAX;
  }
  for (const name of ["times", "marks", "tags"] as const)
    whole[name].set(history[name].subarray(0, history.count), shed.length);
  return whole;
}

function isRunEdge(history: ObservationHistory, i: number): boolean {
  if (isOutranked(history, i)) return false;
  const here = levelAt(history, i);
  let before = i - 1;
  while (before >= 0 && isOutranked(history, before)) before--;
  let after = i + 1;
  while (after < history.count && isOutranked(history, after)) after++;
  if (before < 0 || after >= history.count) return true;
  return !sameLevel(levelAt(history, before), here) || !sameLevel(levelAt(history, after), here);
}

/** Keeps these observations, and the levels that are still in use. */
function keepOnly(history: ObservationHistory, kept: readonly number[]): void {
  const levels: PriceLevel[] = [];
  const renumbered = new Map<PriceLevel, number>();
  const columns = emptyColumns(kept.length);
  for (const [to, from] of kept.entries()) {
    const level = levelAt(history, from);
    let index = renumbered.get(level);
    if (index === undefined) {
      index = levels.push(level) - 1;
      renumbered.set(level, index);
    }
    columns.times[to] = history.times[from]!;
    columns.marks[to] = index * SOURCES_MAX + sourceAt(history, from);
    columns.tags[to] = history.tags[from]!;
  }
  Object.assign(history, columns, { levels });
}
