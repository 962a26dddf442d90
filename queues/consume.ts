import type { Env } from "../db/env.ts";
import { EventsQueueMessage, ObservationsQueueMessage } from "../domain/messages/queue.ts";
import { consumeData } from "./consumers/data.ts";
import { consumeRuns } from "./consumers/runs.ts";
import { parkMessage } from "./settle.ts";

/** A queue is known by the end of its name: what stands before it is the install's. */
const KIND = /-(observations|events|runs|dead-letters)$/;

/** Hands a batch to the consumer of its queue. */
export async function consume(batch: MessageBatch, env: Env, ctx: ExecutionContext): Promise<void> {
  switch (KIND.exec(batch.queue)?.[1]) {
    // competitor prices, and wake-ups for SKUs whose product or time-driven state changed
    case "observations":
      return consumeData(batch, ObservationsQueueMessage, env, ctx);
    // what the shop itself reports
    case "events":
      return consumeData(batch, EventsQueueMessage, env, ctx);
    case "runs":
      return consumeRuns(batch, env, ctx);
    case "dead-letters":
      return parkAll(batch, env);
    default:
      throw new Error(`no consumer for the queue ${batch.queue}`);
  }
}

/** Messages that the queues themselves gave up; those that fail in our hands are parked with their reason. */
async function parkAll(batch: MessageBatch, env: Env): Promise<void> {
  const now = Date.now();
  for (const message of batch.messages)
    await parkMessage(env, message, "its queue gave it up after the last retry", now);
}
