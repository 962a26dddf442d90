import type { Timer } from "./coalesce.ts";

/** Half of what the server sends ahead: a page that keeps up is never left out. */
const FRAMES_PER_REPORT = 16;
const REPORT_WITHIN_MS = 1_000;

/** Tells the server how far the page has read, so that one that cannot keep up is sent less instead of falling behind. */
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
      // a hidden tab's timers hardly ever run: what came is counted as well
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
