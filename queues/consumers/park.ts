import type { Env } from "../../db/env.ts";
import { failureMessage } from "../../domain/delivery/failure.ts";
import { chunkIdOf } from "../../domain/messages/batch.ts";
import { ChunkMessage, OursMessage, ReprojectMessage, RunShardMessage } from "../../domain/messages/queue.ts";
import { inbox } from "../../durable/stubs.ts";
import { storeDeadLetters } from "../../services/ingest/dead-letters.ts";
import { messageBody } from "../send.ts";

/** Delay before a message is tried again that could not even be parked. */
const PARK_RETRY_SECONDS = 10;

/**
 * Takes a message out of its queue for a person to look at: the letter is stored, and its chunk is no longer sent.
 * Acknowledged only when both are done.
 */
export async function park(env: Env, message: Message<unknown>, reason: string, now: number): Promise<void> {
  try {
    const body = messageBody(message.body);
    const chunk = ChunkMessage.safeParse(body);
    await storeDeadLetters(env.DB, [
      {
        id: await letterId(chunk.success ? chunkIdOf(chunk.data) : message.id),
        queue: queueOf(body),
        reason,
        attempts: message.attempts,
        body,
        parkedAt: now,
      },
    ]);
    // the letter first: a chunk that is parked without one would be seen by nobody
    if (chunk.success) await inbox(env, chunk.data.inbox).park([chunk.data]);
    message.ack();
  } catch (error) {
    console.error({ event: "delivery.park_failed", error: failureMessage(error) });
    message.retry({ delaySeconds: PARK_RETRY_SECONDS });
  }
}

/** The same work has the same letter, however often it is parked. */
async function letterId(of: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(of));
  return `dl_${[...new Uint8Array(digest).subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** The queue that a message came through, told from what it is. */
function queueOf(body: unknown): string {
  const chunk = ChunkMessage.safeParse(body);
  if (chunk.success) return chunk.data.type === "observations" ? "observations" : "events";
  if (OursMessage.safeParse(body).success || ReprojectMessage.safeParse(body).success) return "observations";
  return RunShardMessage.safeParse(body).success ? "runs" : "unknown";
}
