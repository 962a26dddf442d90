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
export function insertAt(
  columns: ObservationColumns,
  at: number,
  time: number,
  mark: number,
  tag: number,
): void {
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
