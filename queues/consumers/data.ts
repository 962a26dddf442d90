import type { z } from "zod";
import type { Env } from "../../db/env.ts";
import { portsOf } from "../../durable/ports.ts";
import { deliver, markDone } from "../../services/ingest/deliver.ts";
import type { DataMessage, Delivery } from "../../services/ingest/delivery.ts";
import { countDeliveries } from "../../services/metrics/count-deliveries.ts";
import { messageBody } from "../../services/queues.ts";
import { giveBack, parkMessage } from "../settle.ts";

/**
 * Posted rows and wake-ups: judge the rows, hand them to their shards, project what the shards answer, mark the
 * chunks done, acknowledge. A message is acknowledged only when its projection is committed and its chunk is done;
 * everything before that may happen again without changing anything.
 */
export async function consumeData(
  batch: MessageBatch,
  schema: z.ZodType<DataMessage>,
  env: Env,
  ctx: ExecutionContext,
): Promise<void> {
  const now = Date.now();
  const ports = portsOf(env);
  const readable = await readMessages(batch, schema, env, now);
  const bodies = readable.map(({ body }) => body);
  const deliveries = await orFailed(bodies, async () => {
    const waitUntil = (work: Promise<unknown>) => ctx.waitUntil(work);
    const done = await markDone(ports.inboxes, await deliver({ d1: env.DB, ports, now, waitUntil }, bodies));
    waitUntil(countDeliveries(env.DB, done, Date.now()));
    return done;
  });
  for (const [i, { message, body }] of readable.entries()) {
    const failure = deliveries[i]?.failure;
    if (failure === undefined) message.ack();
    else await giveBack(env, message, failure, { event: "delivery.failed", type: body.type });
  }
}

interface Readable {
  message: Message<unknown>;
  body: DataMessage;
}

/** A message that is not of the queue's form will never be: it is parked at once. */
async function readMessages(
  batch: MessageBatch,
  schema: z.ZodType<DataMessage>,
  env: Env,
  now: number,
): Promise<Readable[]> {
  const readable: Readable[] = [];
  for (const message of batch.messages) {
    const body = schema.safeParse(messageBody(message.body));
    if (body.success) readable.push({ message, body: body.data });
    else {
      const issue = body.error.issues[0]?.message ?? "invalid";
      await parkMessage(env, message, `not a message of this queue: ${issue}`, now);
    }
  }
  return readable;
}

/** If the whole fails, so has every message. */
async function orFailed(
  bodies: readonly DataMessage[],
  work: () => Promise<Delivery[]>,
): Promise<Pick<Delivery, "failure">[]> {
  if (bodies.length === 0) return [];
  try {
    return await work();
  } catch (failure) {
    return bodies.map(() => ({ failure }));
  }
}
