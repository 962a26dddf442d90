import type { Availability } from "../../messages/rows.ts";

/** Smallest capacity and factor of growth: some waste of memory for few copies. */
const CAPACITY_MIN = 4;
const CAPACITY_GROWTH = 1.25;

/** Observations by columns, 16 bytes each; slots from `count` on are zero. */
export interface ObservationColumns {
  count: number;
  /** event times, ms, ascending */
  times: Float64Array<ArrayBuffer>;
  /** level and source */
  marks: Uint32Array<ArrayBuffer>;
  /** who took it: hash of chunk and row */
  tags: Uint32Array<ArrayBuffer>;
}

/** Columns with room for `count` observations, all zero. */
export function emptyColumns(count = 0): ObservationColumns {
  const capacity = capacityFor(count);
  return {
    count,
    times: new Float64Array(capacity),
    marks: new Uint32Array(capacity),
    tags: new Uint32Array(capacity),
  };
}

/** Puts an observation at place `at`; those from there on move up by one. */
function insertAt(columns: ObservationColumns, at: number, time: number, mark: number, tag: number): void {
  const { count } = columns;
  if (count === columns.times.length) grow(columns);
  const { times, marks, tags } = columns;
  if (at < count) {
    times.copyWithin(at + 1, at, count);
    marks.copyWithin(at + 1, at, count);
    tags.copyWithin(at + 1, at, count);
  }
  times[at] = time;
  marks[at] = mark;
  tags[at] = tag;
  columns.count = count + 1;
}

function grow(columns: ObservationColumns): void {
  const { times, marks, tags } = columns;
  const capacity = capacityFor(columns.count + 1);
  columns.times = new Float64Array(capacity);
  columns.times.set(times);
  columns.marks = new Uint32Array(capacity);
  columns.marks.set(marks);
  columns.tags = new Uint32Array(capacity);
  columns.tags.set(tags);
}

/** Depends only on the count, so that equal observations give equal columns in whatever order they came. */
function capacityFor(count: number): number {
  let capacity = CAPACITY_MIN;
  while (capacity < count) capacity = Math.ceil(capacity * CAPACITY_GROWTH);
  return capacity;
}

/**
 * Observations kept per competitor of a SKU: six weeks at one an hour, 2.8 years at one a day. Beyond that the oldest
 * are folded. At 16 bytes each, 800 SKUs with 5 competitors at the limit take 70 MB of the shard's memory.
 */
export const OBSERVATIONS_MAX = 1024;
/** The newest are never folded. The rest is folded at once, so that one fold serves many insertions. */
const EXACT_AFTER_FOLD = 640;
/** Observations that folding may leave; if prices changed too often for that, the oldest are dropped. */
const LEFT_AFTER_FOLD_MAX = 896;
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
  return { ...emptyColumns(), levels: [], foldedUntil: 0 };
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
  if (history.count > OBSERVATIONS_MAX) fold(history);
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

/**
 * Drops the inner observations of the oldest runs. Their first and last ones stay, and with them all change points.
 */
function fold(history: ObservationHistory): void {
  history.foldedUntil = history.times[history.count - EXACT_AFTER_FOLD - 1]!;
  const end = firstAfter(history, history.foldedUntil);
  const kept: number[] = [];
  for (let i = 0; i < history.count; i++) if (i >= end || isRunEdge(history, i)) kept.push(i);
  keepOnly(history, kept.slice(-LEFT_AFTER_FOLD_MAX));
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
