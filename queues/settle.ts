import type { Env } from "../db/env.ts";
import { SECOND_MS } from "../domain/base/time.ts";
import { afterFailure, failureMessage, retrySeconds } from "../domain/delivery/failure.ts";
import { portsOf } from "../durable/ports.ts";
import { park } from "../services/ingest/park.ts";
import { lastKnownSettings } from "../services/settings/settings.ts";

/** Why a message failed, and whether all that were delivered with it failed of the same. */
interface Failed {
  failure: unknown;
  isShared: boolean;
}

/**
 * What a failure comes to: the message is tried again later, or parked if the fault is its own or lasts too long. Answers
 * when it comes again, ms; null if it does not.
 */
export async function giveBack(
  env: Env,
  message: Message<unknown>,
  { failure, isShared }: Failed,
  log: { event: string; [field: string]: unknown },
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
