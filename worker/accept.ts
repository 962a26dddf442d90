import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { ProblemError } from "../domain/contract/problem.ts";
import { packText } from "../domain/delivery/chunking.ts";
import type { AcceptAnswer, PackedBatch } from "../domain/messages/batch.ts";
import { BATCH_ROWS_MAX, type Envelope } from "../domain/messages/batch.ts";
import { inboxOf } from "../durable/stubs.ts";
import { newId } from "../services/context.ts";
import { sha256Hex } from "./body.ts";
import { type AppEnv, fieldErrors } from "./context.ts";

/** Seconds after which a caller may try again when a batch could not be stored. */
const STORE_RETRY_SECONDS = 5;

/** @throws ProblemError `invalid` naming every wrong path, `too_large` over the number of rows */
export function parseEnvelope<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value);
  if (!result.success)
    throw new ProblemError("invalid", "the envelope does not have the expected form", {
      errors: fieldErrors(result.error.issues, value),
    });
  return result.data;
}

/** What cannot be stored now may be sent again: nothing was promised yet. */
export async function storing<T>(
  work: PromiseLike<T>,
  { source, batchId }: Pick<Envelope, "source" | "batchId">,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    console.error({ event: "ingest.not_stored", source, batchId, error: String(error) });
    throw new ProblemError("unavailable", "the batch could not be stored; send it again", {
      retryAfter: STORE_RETRY_SECONDS,
    });
  }
}

/**
 * Stores a batch and answers its receipt: from here on it is processed, whatever happens.
 * @throws ProblemError `too_large`, `batch_id_reused`, or `unavailable` when it could not be stored
 */
export async function accept(
  c: Context<AppEnv>,
  envelope: Envelope,
  bytes: Uint8Array,
  now: number,
): Promise<Response> {
  const { kind, source, rows } = envelope;
  if (rows.length > BATCH_ROWS_MAX)
    throw new ProblemError(
      "too_large",
      `a batch holds at most ${BATCH_ROWS_MAX} rows, this one ${rows.length}`,
    );
  const batchId = envelope.batchId ?? newId("batch");
  const batch: PackedBatch = {
    ...{ source, batchId, sha256: await sha256Hex(bytes), kind, receivedAt: now },
    // packed here: text crosses to the object at a fraction of the cost of rows
    ...{ chunks: packText(rows), received: rows.length },
  };
  const answer = await storing<AcceptAnswer>(inboxOf(c.env, batchId).accept(batch), { source, batchId });
  if (!answer.taken)
    throw new ProblemError("batch_id_reused", `batch ${batchId} of ${source} had another body`);
  return c.json({ batchId, received: answer.received, duplicate: answer.duplicate }, 202);
}
