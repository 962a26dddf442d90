import { z } from "zod";
import { count, instant, named } from "./answers.ts";

const QUALITY_STATUSES = ["ok", "failing", "broken"] as const;
const Status = z.enum(QUALITY_STATUSES).describe("broken: the check itself could not be made");

/** A check of the data with what it found last. */
export const QualityCheckShape = named("QualityCheck", {
  name: z.string(),
  area: z.string(),
  description: z.string(),
  status: Status,
  failing: count.describe("rows that fail"),
  rows: z
    .array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])))
    .describe("the first of them"),
  detail: z.string().optional().describe("the query that finds them, or why the check is broken"),
  checkedAt: instant,
  since: instant.describe("when it got this status"),
});

export const QualityDetail = QualityCheckShape.extend({
  history: z.array(z.object({ at: instant, status: Status, failing: count })).describe("newest first"),
}).meta({ id: "QualityDetail" });

export const QualityRun = named("QualityRun", {
  status: z.enum(["ok", "failing"]),
  checks: z.array(QualityCheckShape),
});
