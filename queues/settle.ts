import type { Env } from "../db/env.ts";
import { afterFailure, failureMessage } from "../domain/delivery/failure.ts";
import { portsOf } from "../durable/ports.ts";
import { park } from "../services/ingest/park.ts";

/** Delay before a message is tried again that could not even be parked. */
const PARK_RETRY_SECONDS = 10;

/** What a failure comes to: the message is tried again later, or parked when it was tried often enough. */
export async function giveBack(
  env: Env,
  message: Message<unknown>,
  failure: unknown,
  log: { event: string; [field: string]: unknown },
): Promise<void> {
  const decision = afterFailure(message.attempts, failure);
  console.warn({ ...log, attempts: message.attempts, ...decision, error: String(failure) });
  if (decision.outcome === "retry") message.retry({ delaySeconds: decision.delaySeconds });
  else await parkMessage(env, message, decision.reason, Date.now());
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
    message.retry({ delaySeconds: PARK_RETRY_SECONDS });
  }
}
