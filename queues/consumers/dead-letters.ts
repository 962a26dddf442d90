import type { Env } from "../../db/env.ts";
import { park } from "./park.ts";

/** Messages that the queues themselves gave up on; those that fail in our hands are parked with their reason. */
export async function consumeDeadLetters(batch: MessageBatch, env: Env): Promise<void> {
  const now = Date.now();
  for (const message of batch.messages)
    await park(env, message, "its queue gave it up after the last retry", now);
}
