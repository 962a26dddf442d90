import type { z } from "zod";
import type { Env } from "../../db/env.ts";
import { failureKind, failureMessage } from "../../domain/delivery/failure.ts";
import type { ChunkRef } from "../../domain/messages/batch.ts";
import { bodiesOf, isOfNewerRelease } from "../../domain/messages/queue.ts";
import { portsOf } from "../../durable/ports.ts";
import { deliver, markDone } from "../../services/ingest/deliver.ts";
import { type DataMessage, type Delivery, isChunk } from "../../services/ingest/delivery.ts";
import { countDeliveries } from "../../services/metrics/count-deliveries.ts";
import type { Ports } from "../../services/ports.ts";
import { messageBody } from "../../services/queues.ts";
import { nextStep } from "../../services/trace.ts";
import { giveBack, parkMessage, sendAlone, waitForRelease } from "../settle.ts";

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
  const deliveries = await eachOrFailed(
    readable.map(({ body }) => body),
    async (bodies) => {
      const waitUntil = (work: Promise<unknown>) => ctx.waitUntil(work);
      const done = await markDone(
        ports.inboxes,
        await deliver({ d1: env.DB, ports, now, waitUntil }, bodies),
      );
      waitUntil(
        countDeliveries(env.DB, done, Date.now()).catch((error) =>
          console.warn({ event: "metrics.not_counted", error: String(error) }),
        ),
      );
      return done;
    },
  );
  const isShared = areAlike(deliveries.map(({ failure }) => failure));
  const postponed: PostponedChunk[] = [];
  const parts = readable.map((one, i) => ({ ...one, ...deliveries[i]! }));
  for (const { body, failure, outcome, isFirst } of parts)
    if (failure === undefined && outcome !== null && isFirst)
      console.log({ event: "delivery.done", ...named(body), ...outcome.counts });
  for (const [message, group] of Map.groupBy(parts, (part) => part.message)) {
    const failed = group.filter(({ failure }) => failure !== undefined);
    if (failed.length === 0) {
      message.ack();
      continue;
    }
    const failures = failed.map(({ body, failure }) => ({
      body,
      failed: { failure, isShared },
      log: { event: "delivery.failed", ...named(body) },
    }));
    const [only] = failures;
    const until =
      only && group.length === 1
        ? await giveBack(env, message, only.failed, only.log)
        : await sendAlone(env, message, failures);
    if (until !== null)
      postponed.push(...failed.flatMap(({ body }) => (isChunk(body) ? [{ ...body, until }] : [])));
  }
  await postponeResends(ports, postponed);
}

/** What is logged of a message: the batch and the trace of the request that brought it, where there was one. */
function named(body: DataMessage): { type: string; [field: string]: unknown } {
  if (!isChunk(body)) return { type: body.type };
  const { type, batchKey, chunk, receivedAt, trace } = body;
  const { traceId, spanId } = nextStep(trace);
  const known = trace === undefined ? {} : { traceId, spanId };
  return { type, batchKey, chunk, msSinceReceipt: Date.now() - receivedAt, ...known };
}

type Outcome = Pick<Delivery, "failure" | "outcome" | "isFirst">;
type PostponedChunk = ChunkRef & { inbox: number; until: number };

/** While the queue itself tries a chunk again, its Inbox need not send it. Best effort: a second copy does no harm. */
async function postponeResends({ inboxes }: Pick<Ports, "inboxes">, chunks: readonly PostponedChunk[]) {
  const calls = [...Map.groupBy(chunks, ({ inbox }) => inbox)].map(([inbox, group]) =>
    inboxes.postpone(
      inbox,
      group.map(({ batchKey, chunk }) => ({ batchKey, chunk })),
      Math.max(...group.map(({ until }) => until)),
    ),
  );
  for (const call of await Promise.allSettled(calls))
    if (call.status === "rejected")
      console.warn({ event: "inbox.not_postponed", error: String(call.reason) });
}

/** Whether several messages failed, all of them, and of the same: then none of them is the cause. */
function areAlike(failures: readonly unknown[]): boolean {
  if (failures.length < 2 || failures.includes(undefined)) return false;
  return new Set(failures.map(failureMessage)).size === 1;
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
    const given = messageBody(message.body);
    if (isOfNewerRelease(given)) {
      await waitForRelease(env, message);
      continue;
    }
    const bodies = bodiesOf(given).map((body) => schema.safeParse(body));
    const wrong = bodies.find(({ success }) => !success)?.error;
    if (wrong === undefined) for (const { data } of bodies) readable.push({ message, body: data! });
    else {
      const issue = wrong.issues[0]?.message ?? "invalid";
      await parkMessage(env, message, `not a message of this queue: ${issue}`, now);
    }
  }
  return readable;
}

/** If the whole fails, and not of something that passes, each is tried alone: one of them may be the cause. */
async function eachOrFailed(
  bodies: readonly DataMessage[],
  work: (bodies: readonly DataMessage[]) => Promise<Delivery[]>,
): Promise<Outcome[]> {
  if (bodies.length === 0) return [];
  try {
    return await work(bodies);
  } catch (failure) {
    if (bodies.length === 1 || failureKind(failure) === "transient")
      return bodies.map(() => ({ failure, outcome: null }));
  }
  const alone: Outcome[] = [];
  for (const body of bodies) alone.push(...(await eachOrFailed([body], work)));
  return alone;
}
