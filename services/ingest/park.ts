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
  for (const body of bodiesOf(messageBody(message.body)))
    await parkOne(d1, inboxes, { ...message, body }, reason, now);
}

async function parkOne(...[d1, inboxes, message, reason, now]: Parameters<typeof park>): Promise<void> {
  const { body } = message;
  const chunk = ChunkMessage.safeParse(body);
  await storeDeadLetter(d1, {
    // the same work has the same letter, however often it is parked
    id: `dl_${sha256Hex(chunk.success ? chunkIdOf(chunk.data) : message.id).slice(0, 24)}`,
    queue: queueOf(body),
    reason,
    attempts: message.attempts,
    body,
    parkedAt: now,
  });
  // the letter first: nobody would see a chunk that is parked without one
  if (chunk.success) await inboxes.park(chunk.data.inbox, [chunk.data]);
}

/** The queue that a message came through, known from its form. */
function queueOf(body: unknown): string {
  const chunk = ChunkMessage.safeParse(body);
  if (chunk.success) return chunk.data.type === "observations" ? "observations" : "events";
  if (OursMessage.safeParse(body).success || ReprojectMessage.safeParse(body).success) return "observations";
  return RunShardMessage.safeParse(body).success ? "runs" : "unknown";
}
