/** A timer, so that tests bring their own. */
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
