import type { Env } from "../db/env.ts";
import { SECOND_MS } from "../domain/base/time.ts";
import { utf8Length } from "../domain/delivery/chunking.ts";
import { afterFailure, failureMessage, retrySeconds } from "../domain/delivery/failure.ts";
import { portsOf } from "../durable/ports.ts";
import { type ChunkData, type DataMessage, isChunk } from "../services/ingest/delivery.ts";
import { park } from "../services/ingest/park.ts";
import { type ChunkToSend, sendChunks } from "../services/queues.ts";
import { lastKnownSettings } from "../services/settings/settings.ts";

/** Why a message failed, and whether all that were delivered with it failed of the same. */
interface Failed {
  failure: unknown;
  isShared: boolean;
}

/** A line of the log, before what is known of the failure. */
interface Log {
  event: string;
  [field: string]: unknown;
}

/**
 * What a failure comes to: the message is tried again later, or parked if the fault is its own or lasts too long. Answers
 * when it comes again, ms; null if it does not.
 */
export async function giveBack(
  env: Env,
  message: Message<unknown>,
  { failure, isShared }: Failed,
  log: Log,
): Promise<number | null> {
  const now = Date.now();
  const { attempts, timestamp } = message;
  const failed = { attempts, ageMs: now - timestamp.getTime(), error: failure, isShared };
  const decision = afterFailure(failed, lastKnownSettings().deliveryRetryHours);
  console.warn({ ...log, attempts, ...decision, error: String(failure) });
  if (decision.outcome === "park") {
    await parkMessage(env, message, decision.reason, now);
    return null;
  }
  message.retry({ delaySeconds: decision.delaySeconds });
  return now + decision.delaySeconds * SECOND_MS;
}

/**
 * Chunks that failed go on as messages of their own, each with its own tries: their bundle is over, since its other chunks
 * are done. Answers when they come again, ms.
 */
export async function sendAlone(
  env: Env,
  message: Message<unknown>,
  failures: readonly { body: DataMessage; failed: Failed; log: Log }[],
): Promise<number> {
  const delaySeconds = retrySeconds(message.attempts);
  for (const { failed, log } of failures)
    console.warn({ ...log, attempts: message.attempts, delaySeconds, error: String(failed.failure) });
  try {
    const chunks = failures.flatMap(({ body }) => (isChunk(body) ? [chunkToSend(body)] : []));
    await sendChunks(env, chunks, { delaySeconds });
    message.ack();
  } catch (error) {
    console.warn({ event: "delivery.not_sent_alone", error: failureMessage(error) });
    message.retry({ delaySeconds });
  }
  return Date.now() + delaySeconds * SECOND_MS;
}

function chunkToSend({ rows, ...head }: ChunkData): ChunkToSend {
  const text = JSON.stringify(rows);
  return { head, rows: text, bytes: utf8Length(text) };
}

/** A message that only a newer release can read: it is tried again as after a fault that passes. */
export async function waitForRelease(env: Env, message: Message<unknown>): Promise<void> {
  const failure = new Error("the message was sent by a newer release: its code has been updated");
  await giveBack(env, message, { failure, isShared: false }, { event: "delivery.newer_release" });
}

/** Takes a message out of its queue for a person to look at; acknowledged only once the letter is stored. */
export async function parkMessage(
  env: Env,
  message: Message<unknown>,
  reason: string,
  now: number,
): Promise<void> {
  try {
    await park(env.DB, portsOf(env).inboxes, message, reason, now);
    message.ack();
  } catch (error) {
    console.error({ event: "delivery.park_failed", error: failureMessage(error) });
    message.retry({ delaySeconds: retrySeconds(message.attempts) });
  }
}
