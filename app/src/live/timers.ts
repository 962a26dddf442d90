/** A timer, passed in so that tests can bring their own. */
export interface Timer {
  set(callback: () => void, ms: number): unknown;
  clear(handle: unknown): void;
}

export interface Coalescer<T> {
  push(items: readonly T[]): void;
  stop(): void;
}

/**
 * Gathers items and hands them over together: the first after a pause at once, then at most once per
 * `intervalMs`. A burst of a thousand frames therefore refreshes a list twice, not a thousand times.
 */
export function makeCoalescer<T>(
  flush: (items: T[]) => void,
  intervalMs: number,
  timer: Timer,
): Coalescer<T> {
  let waiting: T[] = [];
  let handle: unknown = null;

  function release() {
    handle = null;
    if (waiting.length === 0) return;
    const items = waiting;
    waiting = [];
    handle = timer.set(release, intervalMs);
    flush(items);
  }

  return {
    push(items) {
      waiting.push(...items);
      if (handle === null) release();
    },
    stop() {
      if (handle !== null) timer.clear(handle);
      handle = null;
      waiting = [];
    },
  };
}

/** Half of what the server sends without a report, so that a page that keeps up misses nothing. */
const FRAMES_PER_REPORT = 16;
const REPORT_WITHIN_MS = 1_000;

/** Reports to the server how far the page has read: a page that cannot keep up is sent less, and stays current. */
export function makeReadReporter(send: (text: string) => void, timer: Timer) {
  let read = 0;
  let unreported = 0;
  let handle: unknown = null;

  function report() {
    if (handle !== null) timer.clear(handle);
    handle = null;
    unreported = 0;
    send(JSON.stringify({ read }));
  }

  return {
    take(seq: number) {
      read = seq;
      unreported++;
      // the timers of a hidden tab hardly ever run, so frames are counted as well
      if (unreported >= FRAMES_PER_REPORT) report();
      else handle ??= timer.set(report, REPORT_WITHIN_MS);
    },
    stop() {
      if (handle !== null) timer.clear(handle);
      handle = null;
      unreported = 0;
    },
  };
}
