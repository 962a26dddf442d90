import type { Env } from "../../db/env.ts";
import { EventsQueueMessage } from "../../domain/messages/queue.ts";
import { deliver } from "./deliver.ts";
import { readDeliveries } from "./read-deliveries.ts";

/** What the shop itself reports: its daily demand. */
export async function consumeEvents(batch: MessageBatch, env: Env, ctx: ExecutionContext): Promise<void> {
  const now = Date.now();
  await deliver(env, await readDeliveries(batch, EventsQueueMessage, env, now), ctx, now);
}
