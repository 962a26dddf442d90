import { z } from "zod";
import type { BatchKind } from "./queue.ts";

/** Rows of one request. */
export const BATCH_ROWS_MAX = 1_000;

/** Bytes of one request's body. */
export const BODY_BYTES_MAX = 1_048_576;

/** Levels of nesting that any body of ours needs, and some room; a deeper one is an attack on the parser. */
export const JSON_DEPTH_MAX = 64;

/** A source's id stands in paths and keys: letters, digits and a few marks, no slash. */
export const SourceId = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._:@-]{0,63}$/u, "1 to 64 letters, digits, spaces or . _ : @ -");

/** A batch's id: what the caller will ask for its receipt. */
export const BatchId = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, "1 to 128 printable ASCII characters without spaces");

const rows = z.array(z.unknown());

/** The bodies of ingest: only the envelope is checked here, every row is judged by itself later. */
export const ObservationsEnvelope = z.strictObject({
  batchId: BatchId.optional(),
  source: SourceId,
  observations: rows,
});
export const DemandEnvelope = z.strictObject({ batchId: BatchId.optional(), source: SourceId, rows });
export const EventsEnvelope = z.strictObject({ batchId: BatchId.optional(), source: SourceId, events: rows });
export const InventoryEnvelope = EventsEnvelope;
export const AggregatesEnvelope = DemandEnvelope;

/** An envelope that passed. */
export interface Envelope {
  kind: BatchKind;
  source: string;
  batchId: string | undefined;
  rows: unknown[];
}

/** Whether a JSON text nests deeper than `max` levels. Looks at brackets outside strings only; never recurses. */
export function nestsDeeper(json: string, max: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (inString) {
      if (unit === BACKSLASH) i++;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) inString = true;
    else if (unit === OPEN_BRACKET || unit === OPEN_BRACE) {
      if (++depth > max) return true;
    } else if (unit === CLOSE_BRACKET || unit === CLOSE_BRACE) depth--;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
