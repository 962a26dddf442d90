import { z } from "zod";
import { QUARANTINE_STATUSES } from "../messages/present.ts";
import { AVAILABILITIES } from "../messages/rows.ts";

const money = z.string().describe("decimal string in `currency`");
const instant = z.string().describe("ISO-8601, UTC");

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
