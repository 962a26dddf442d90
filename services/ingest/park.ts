import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { chunkIdOf } from "../../domain/messages/batch.ts";
import {
  bodiesOf,
  ChunkMessage,
  OursMessage,
  ReprojectMessage,
  RunShardMessage,
} from "../../domain/messages/queue.ts";
import type { InboxPort } from "../ports.ts";
import { messageBody } from "../queues.ts";
import { storeDeadLetter } from "./dead-letters.ts";

/** Stores a message as a dead letter for a person to look at, or a letter for each chunk of it; they are no longer sent. */
export async function park(
  d1: D1Database,
  inboxes: Pick<InboxPort, "park">,
  message: { id: string; body: unknown; attempts: number },
  reason: string,
  now: number,
): Promise<void> {
  for (const [place, body] of bodiesOf(messageBody(message.body)).entries()) {
    const chunk = ChunkMessage.safeParse(body);
    // the same work has the same letter, however often it is parked
    const work = chunk.success ? chunkIdOf(chunk.data) : place === 0 ? message.id : `${message.id}/${place}`;
    await storeDeadLetter(d1, {
      id: `dl_${sha256Hex(work).slice(0, 24)}`,
      queue: queueOf(body),
      reason,
      attempts: message.attempts,
      body,
      parkedAt: now,
    });
    // the letter first: nobody would see a chunk that is parked without one
    if (chunk.success) await inboxes.park(chunk.data.inbox, [chunk.data]);
  }
}

/** The queue that a message came through, known from its form. */
function queueOf(body: unknown): string {
  const chunk = ChunkMessage.safeParse(body);
  if (chunk.success) return chunk.data.type === "observations" ? "observations" : "events";
  if (OursMessage.safeParse(body).success || ReprojectMessage.safeParse(body).success) return "observations";
  return RunShardMessage.safeParse(body).success ? "runs" : "unknown";
}
