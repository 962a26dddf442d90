import { z } from "@hono/zod-openapi";
import { ProblemError } from "../domain/contract/problem.ts";
import { AggregateInput } from "../domain/intake/aggregate-row.ts";
import { DemandInput } from "../domain/intake/demand-row.ts";
import { EventInput } from "../domain/intake/event-row.ts";
import { InventoryInput } from "../domain/intake/inventory-row.ts";
import { ObservationInput } from "../domain/intake/observation-row.ts";
import {
  AggregatesEnvelope,
  BATCH_ROWS_MAX,
  BODY_BYTES_MAX,
  DemandEnvelope,
  EventsEnvelope,
  InventoryEnvelope,
  JSON_DEPTH_MAX,
  nestsDeeper,
  ObservationsEnvelope,
} from "../domain/messages/batch.ts";
import { fieldErrors } from "./context.ts";

/**
 * A body's bytes, read no further than the limit.
 * @throws ProblemError `too_large`
 */
export async function readBytes(request: Request, limit = BODY_BYTES_MAX): Promise<Uint8Array> {
  const announced = request.headers.get("content-length");
  if (Number(announced ?? 0) > limit) throw tooLarge(limit);
  // a body is never longer than its content-length
  if (announced !== null && /^\d+$/.test(announced)) return new Uint8Array(await request.arrayBuffer());
  return readStream(request.body, limit);
}

/**
 * A body's bytes without the sender's compression (`content-encoding: gzip` or `deflate`), unpacked no further than the
 * limit: a small body may hold a very large one.
 * @throws ProblemError `too_large`; `bad_request` if it cannot be unpacked
 */
export async function unpackBody(
  request: Request,
  bytes: Uint8Array,
  limit = BODY_BYTES_MAX,
): Promise<Uint8Array> {
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity" || encoding === "") return bytes;
  if (encoding !== "gzip" && encoding !== "deflate")
    throw new ProblemError("bad_request", "a body may be compressed with gzip or deflate only");
  try {
    return await readStream(
      new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(encoding)),
      limit,
    );
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError("bad_request", `the body is not valid ${encoding}`);
  }
}

async function readStream(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > limit) {
      await reader.cancel();
      throw tooLarge(limit);
    }
    parts.push(value);
  }
  if (parts.length === 1 && parts[0]) return parts[0];
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

function tooLarge(limit: number): ProblemError {
  return new ProblemError("too_large", `a body holds at most ${limit} bytes`);
}

/**
 * A body as text and as JSON.
 * @throws ProblemError `bad_json` if it is not UTF-8, not JSON, or nested too deeply
 */
export function parseJson(bytes: Uint8Array): { text: string; value: unknown } {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    if (nestsDeeper(text, JSON_DEPTH_MAX))
      throw new SyntaxError(`nested deeper than ${JSON_DEPTH_MAX} levels`);
    return { text, value: MAY_OVERFLOW.test(text) ? JSON.parse(text, finite) : JSON.parse(text) };
  } catch (error) {
    const why = error instanceof Error ? error.message : "unreadable";
    throw new ProblemError("bad_json", `the body is not JSON: ${why}`);
  }
}

/** A number too large for a double has an exponent of three digits, or hundreds of digits. */
const MAY_OVERFLOW = /\de\+?\d{3}|\d{300}/i;

/** JSON writes an infinite number as null; as text it keeps its value, and is refused for the right reason. */
function finite(_: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY ? String(value) : value;
}

/** @throws ProblemError `invalid` naming every wrong path */
export function parseEnvelope<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value);
  if (!result.success)
    throw new ProblemError("invalid", "the envelope does not have the expected form", {
      errors: fieldErrors(result.error.issues, value),
    });
  return result.data;
}

/**
 * The bodies of ingest as they are documented: the envelope with rows of the accepted form. Only the envelope is checked
 * at once; a wrong row is a verdict on the receipt, not an error of the request.
 */
export const ObservationsBody = ObservationsEnvelope.extend({
  observations: rowsOf("ObservationRow", ObservationInput.omit({ ignored: true })),
}).meta({ id: "Observations" });
export const EventsBody = EventsEnvelope.extend({ events: rowsOf("EventRow", EventInput) }).meta({
  id: "Events",
});
export const InventoryBody = InventoryEnvelope.extend({
  events: rowsOf("InventoryRow", InventoryInput),
}).meta({ id: "Inventory" });
export const AggregatesBody = AggregatesEnvelope.extend({
  rows: rowsOf("AggregateRow", AggregateInput),
}).meta({ id: "Aggregates" });
export const DemandBody = DemandEnvelope.extend({ rows: rowsOf("DemandRow", DemandInput) }).meta({
  id: "Demand",
});

function rowsOf<T extends z.ZodType>(id: string, row: T) {
  return z.array(row.meta({ id })).max(BATCH_ROWS_MAX);
}
