import { z } from "zod";
import { BATCH_STATUSES } from "../messages/batch.ts";
import { DEAD_LETTER_STATUSES } from "../messages/names.ts";
import { QUARANTINE_STATUSES } from "../messages/present.ts";
import { BATCH_KINDS } from "../messages/queue.ts";
import { AVAILABILITIES } from "../messages/rows.ts";
import { ROW_CODES } from "../messages/verdict.ts";
import { count, InstantIn, instant, money, named } from "./answers.ts";

export const Accepted = named("Accepted", {
  batchId: z.string(),
  received: count,
  duplicate: z.boolean(),
});

export const ReceiptShape = named("Receipt", {
  batchId: z.string(),
  source: z.string(),
  kind: z.enum(BATCH_KINDS),
  status: z.enum(BATCH_STATUSES),
  received: count,
  accepted: count,
  duplicates: count,
  quarantined: count,
  rejected: count,
  receivedAt: instant,
  problems: z.array(
    z.object({
      row: count,
      path: z.string().optional(),
      code: z.enum(ROW_CODES),
      message: z.string(),
      warning: z.literal(true).optional().describe("the row went through all the same"),
      quarantineId: z.string().optional().describe("of an observation that is, or was, in quarantine"),
    }),
  ),
});

export const SourceShape = named("Source", {
  id: z.string(),
  name: z.string(),
  format: z.string(),
  rateLimit: z.number().optional(),
  allowToken: z.boolean().describe("an ingest key may stand in the address of its hook"),
  createdAt: instant,
  lastBatchAt: instant.optional(),
  lastAcceptedAt: instant.optional(),
  health: z.object({
    status: z.enum(["new", "ok", "trouble"]),
    troubles: z.array(z.enum(["all_zero", "failing", "all_out_of_stock", "much_quarantined", "silent"])),
    errorRate: z.number().describe("share of recent rows that were rejected"),
    quarantinedShare: z.number(),
    zeroShare: z.number().describe("share of rows with a price of zero"),
    outOfStockShare: z.number(),
  }),
});

export const SourceSecret = named("SourceSecret", {
  id: z.string(),
  secret: z.string().describe("shown only this once"),
});

export const DeadLetterShape = named("DeadLetter", {
  id: z.string(),
  queue: z.string(),
  reason: z.string(),
  attempts: count,
  status: z.enum(DEAD_LETTER_STATUSES),
  parkedAt: instant,
  settledAt: instant.optional(),
  body: z.unknown(),
});

/** Which parked messages to settle, and how. */
export const DeadLetterBulk = z.strictObject({
  action: z.enum(["replay", "discard"]),
  filter: z
    .strictObject({
      queue: z.string().optional(),
      q: z.string().max(200).optional().describe("a part of id, queue or reason"),
      from: InstantIn.optional().describe("parked at or after"),
      to: InstantIn.optional().describe("parked before"),
    })
    .optional()
    .describe("none = all that are parked"),
  preview: z.boolean().optional().describe("only say how many there are"),
});

export const DeadLetterBulkResult = named("DeadLetterBulkResult", {
  done: count.describe("of a preview: how many would be tried"),
  failed: z.array(z.object({ id: z.string(), code: z.string(), message: z.string() })),
  remaining: count.describe("parked messages of the query that this request did not come to"),
});

/** An observation that failed the price gate. */
export const QuarantinedRow = named("QuarantinedRow", {
  id: z.string(),
  sku: z.string(),
  title: z.string().optional().describe("of the product, as long as it is in the catalogue"),
  competitor: z.string(),
  source: z.string(),
  price: money,
  landedPrice: money,
  expectedPrice: money.describe("roughly what the price gate expected"),
  currency: z.string(),
  availability: z.enum(AVAILABILITIES),
  code: z.enum(["slip", "outlier"]),
  kind: z
    .string()
    .describe(
      "what its ratio to the expected price looks like: times10, divided100, placeholder, pack6, unusual; or odd_ending",
    ),
  status: z.enum(QUARANTINE_STATUSES),
  settledBy: z.enum(["gate", "person", "time"]).optional(),
  observedAt: instant,
  receivedAt: instant,
  heldAt: instant,
  updatedAt: instant,
});

/** An observation whose product is not known. */
export const UnmatchedShape = named("Unmatched", {
  id: z.string(),
  source: z.string(),
  competitor: z.string(),
  competitorSku: z.string().optional(),
  url: z.string().optional(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  sightings: z.number().describe("batches that contained it"),
  row: z.record(z.string(), z.unknown()).describe("the newest row, as it was posted"),
});

/** A competitor's product that is one of ours, and what that released. */
export const MappingShape = named("Mapping", {
  competitor: z.string(),
  competitorSku: z.string().optional(),
  url: z.string().optional(),
  sku: z.string(),
  packFactor: z.number().optional(),
  reingested: z.number().describe("unmatched rows that were taken in again"),
  batches: z.array(z.object({ batchId: z.string(), source: z.string() })),
});
