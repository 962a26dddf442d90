import { MINUTE_MS } from "../../domain/base/time.ts";
import { pause } from "../client/api.ts";

/** The triggers of wrangler.toml: a local Worker is never woken by them, somebody has to call. */
const EVERY_MINUTE = "* * * * *";
const HOURLY = "0 * * * *";
const NIGHTLY = "0 2 * * *";

const ANSWER_TIMEOUT_MS = 55_000;

/** The triggers that are due in the minute that begins at `at` (ms, UTC). */
export function dueTriggers(at: number): string[] {
  const date = new Date(at);
  const due = [EVERY_MINUTE];
  if (date.getUTCMinutes() === 0) due.push(HOURLY);
  if (date.getUTCMinutes() === 0 && date.getUTCHours() === 2) due.push(NIGHTLY);
  return due;
}

/** Milliseconds from `now` to the next full minute; a whole minute on the minute itself. */
export function untilNextMinute(now: number): number {
  return MINUTE_MS - (now % MINUTE_MS);
}

/** Calls the local scheduled endpoint for one trigger. @throws Error if the Worker's handler failed. */
async function fireTrigger(url: string, cron: string, signal?: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const response = await fetch(`${url}/cdn-cgi/local/scheduled?${new URLSearchParams({ cron })}`, {
    method: "POST",
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`the scheduled handler of "${cron}" answered ${response.status}: ${text}`);
}

/**
 * Fires what is due, on the minute, until the signal aborts. A trigger whose last call has not answered yet is left
 * out; one that fails is printed and does not stop the next.
 */
export async function runScheduler(
  url: string,
  options: { signal: AbortSignal; onFailure: (message: string) => void },
): Promise<void> {
  const { signal, onFailure } = options;
  const inFlight = new Set<string>();
  while (!signal.aborted) {
    // Timers may fire a little early: a few milliseconds more, and the minute has surely begun.
    await pause(untilNextMinute(Date.now()) + 20, signal).catch(() => {});
    if (signal.aborted) return;
    for (const cron of dueTriggers(Date.now()).filter((due) => !inFlight.has(due))) {
      inFlight.add(cron);
      void fireTrigger(url, cron, signal)
        .catch((error: Error) => {
          if (!signal.aborted) onFailure(error.message);
        })
        .finally(() => inFlight.delete(cron));
    }
  }
}
