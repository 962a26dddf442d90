import { z } from "zod";
import { BATCH_STATUSES } from "../messages/batch.ts";
import { QUARANTINE_STATUSES } from "../messages/present.ts";
import { BATCH_KINDS } from "../messages/queue.ts";
import { AVAILABILITIES } from "../messages/rows.ts";
import { ROW_CODES } from "../messages/verdict.ts";
import { instant, money } from "./answers.ts";

/** The answers of ingest, as clients may rely on them. */
const count = z.int().nonnegative();

export const Accepted = z.object({ batchId: z.string(), received: count, duplicate: z.boolean() });

export const ReceiptShape = z.object({
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
    z.object({ row: count, path: z.string().optional(), code: z.enum(ROW_CODES), message: z.string() }),
  ),
});

export const SourceShape = z.object({
  id: z.string(),
  name: z.string(),
  format: z.string(),
  rateLimit: z.number().optional(),
  createdAt: instant,
  lastBatchAt: instant.optional(),
  lastAcceptedAt: instant.optional(),
  health: z.object({
    status: z.enum(["new", "ok", "trouble"]),
    troubles: z.array(z.enum(["all_zero", "failing", "all_out_of_stock", "much_quarantined", "silent"])),
    errorRate: z.number().describe("share of rows rejected lately"),
    quarantinedShare: z.number(),
    zeroShare: z.number().describe("share of rows whose price was nothing"),
    outOfStockShare: z.number(),
  }),
});

export const SourceSecret = z.object({ id: z.string(), secret: z.string().describe("shown this once") });

export const DeadLetterShape = z.object({
  id: z.string(),
  queue: z.string(),
  reason: z.string(),
  attempts: count,
  status: z.enum(["parked", "replayed", "discarded"]),
  parkedAt: instant,
  settledAt: instant.optional(),
  body: z.unknown(),
});

/** An observation that was not believed at once. */
export const QuarantinedRow = z.object({
  id: z.string(),
  sku: z.string(),
  competitor: z.string(),
  source: z.string(),
  price: money,
  landedPrice: money,
  expectedPrice: money.describe("about what the gate expected"),
  currency: z.string(),
  availability: z.enum(AVAILABILITIES),
  code: z.enum(["slip", "outlier"]),
  kind: z
    .string()
    .describe("what the factor looks like: times10, divided100, placeholder, pack6, unusual; or odd_ending"),
  status: z.enum(QUARANTINE_STATUSES),
  settledBy: z.enum(["gate", "person", "time"]).optional(),
  observedAt: instant,
  receivedAt: instant,
  heldAt: instant,
  updatedAt: instant,
});
