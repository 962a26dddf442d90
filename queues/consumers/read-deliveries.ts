import type { z } from "zod";
import type { Env } from "../../db/env.ts";
import { messageBody } from "../send.ts";
import type { DataMessage, Delivery } from "./delivery.ts";
import { park } from "./park.ts";

/** Parses a batch's messages. One that is not of the queue's form will never be: it is parked at once. */
export async function readDeliveries(
  batch: MessageBatch,
  schema: z.ZodType<DataMessage>,
  env: Env,
  now: number,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  for (const message of batch.messages) {
    const body = schema.safeParse(messageBody(message.body));
    if (body.success)
      deliveries.push({
        message,
        body: body.data,
        skus: new Set(),
        chunks: new Map(),
        verdicts: [],
        outcome: null,
      });
    else
      await park(
        env,
        message,
        `not a message of this queue: ${body.error.issues[0]?.message ?? "invalid"}`,
        now,
      );
  }
  return deliveries;
}
