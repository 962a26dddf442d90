import type { Env } from "../../db/env.ts";
import { ObservationsQueueMessage } from "../../domain/messages/queue.ts";
import { deliver } from "./deliver.ts";
import { readDeliveries } from "./read-deliveries.ts";

/** Competitor prices, and wake-ups for SKUs whose own side or time-driven state changed. */
export async function consumeObservations(
  batch: MessageBatch,
  env: Env,
  ctx: ExecutionContext,
): Promise<void> {
  const now = Date.now();
  await deliver(env, await readDeliveries(batch, ObservationsQueueMessage, env, now), ctx, now);
}
