import { MINUTE_MS, SECOND_MS } from "../base/time.ts";

/** A chunk that was sent and is not done. Times in ms. */
export interface WaitingChunk {
  id: string;
  sends: number;
  lastSentAt: number;
  /** the queue itself tries it again before that */
  notBefore?: number;
}

/** How far the queue's consumer has come, as the Inbox sees it. */
export interface DeliveryProgress {
  /** when a chunk was last marked done; 0 = not since the object was loaded */
  lastDoneAt: number;
  /** when the most recently sent of the done chunks was sent; 0 = none is done */
  doneUpTo: number;
}

/** Nothing is sent again sooner: a message in a healthy queue is done by then. */
export const FIRST_RESEND_MS = 30_000;
const RESEND_MS_MAX = 15 * MINUTE_MS;

/** While other chunks are being marked done, the queue works and is only long: a due chunk waits this long at most. */
const WAIT_MS_MAX = 10 * MINUTE_MS;

/** Chunks in one alarm run: bounds the work and the burst. */
export const RESENDS_PER_RUN_MAX = 50;

/** Pause between two runs when more is due than one run sends. */
const NEXT_RUN_MS = 1_000;

/**
 * Seconds until what is accepted now is to be delivered: at the next multiple of `wait`, so that what came to any Inbox
 * until then is delivered together. Whoever has not been quiet for long waits; a first row is delivered at once.
 *
 * @example
 * groupingDelay(30, 12_000, 1_000) // 18
 * groupingDelay(30, 12_000, null) // 0
 */
export function groupingDelay(waitSeconds: number, now: number, sinceLast: number | null): number {
  if (!(waitSeconds > 0) || sinceLast === null || sinceLast > QUIET_WAITS * waitSeconds * SECOND_MS) return 0;
  return Math.ceil(waitSeconds - ((now / SECOND_MS) % waitSeconds));
}

/** After so many waits without a batch the next one is not worth a wait. */
const QUIET_WAITS = 4;

/** Time from the n-th send to the next: 30 s, then 1, 2, 4 … 15 minutes. */
export function resendDelayMs(sends: number): number {
  if (sends <= 1) return FIRST_RESEND_MS;
  return Math.min(MINUTE_MS * 2 ** Math.min(sends - 2, 10), RESEND_MS_MAX);
}

/**
 * Which chunks to send again now, and when to look next (null: nothing waits).
 *
 * A due chunk waits while chunks of the same Inbox are still being marked done, since it is then most likely only
 * behind them in the queue. It waits no longer once chunks sent well after it are done (the queue went past it, so it is
 * lost), and ten minutes at most.
 */
export function planResends(
  waiting: Iterable<WaitingChunk>,
  progress: DeliveryProgress,
  now: number,
): { send: WaitingChunk[]; nextAt: number | null } {
  const send: WaitingChunk[] = [];
  let nextAt = Number.POSITIVE_INFINITY;
  for (const chunk of waiting) {
    const dueAt = Math.max(chunk.lastSentAt + resendDelayMs(chunk.sends), chunk.notBefore ?? 0);
    const waitsUntil = waitUntil(chunk, dueAt, progress);
    if (Math.max(dueAt, waitsUntil) > now) nextAt = Math.min(nextAt, Math.max(dueAt, waitsUntil));
    else send.push(chunk);
  }
  send.sort((a, b) => a.lastSentAt - b.lastSentAt);
  if (send.length > RESENDS_PER_RUN_MAX) {
    send.length = RESENDS_PER_RUN_MAX;
    nextAt = Math.min(nextAt, now + NEXT_RUN_MS);
  }
  for (const chunk of send) nextAt = Math.min(nextAt, now + resendDelayMs(chunk.sends + 1));
  return { send, nextAt: Number.isFinite(nextAt) ? nextAt : null };
}

function waitUntil(chunk: WaitingChunk, dueAt: number, progress: DeliveryProgress): number {
  if (progress.doneUpTo > chunk.lastSentAt + FIRST_RESEND_MS) return 0;
  return Math.min(progress.lastDoneAt + FIRST_RESEND_MS, dueAt + WAIT_MS_MAX);
}
