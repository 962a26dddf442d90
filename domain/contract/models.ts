import { z } from "zod";
import { MODEL_KINDS, MODEL_STATUSES, MODEL_TRIGGERS } from "../messages/names.ts";
import { count, instant, named } from "./answers.ts";

const Fit = z.object({
  wape: z.number().nullable().describe("absolute error of two weeks of units, as a share of them"),
  bias: z.number().nullable(),
});

export const Model = named("Model", {
  id: z.string(),
  kind: z.enum(MODEL_KINDS),
  version: z.int(),
  status: z.enum(MODEL_STATUSES),
  runId: z.string().optional().describe("that learned it; none learned a price gate or a matcher"),
  codeVersion: z.string(),
  configHash: z.string().describe("SHA-256 of the settings; of a gate or a matcher, of its parameters"),
  dataHash: z.string().describe("SHA-256 over the data that it was learned from"),
  trainedFrom: z.string().optional(),
  trainedTo: z.string().optional(),
  trainedOn: z.string().optional().describe("where it is not the shop's own data"),
  trigger: z.enum(MODEL_TRIGGERS),
  reason: z.string().optional(),
  products: count,
  identified: count,
  fit: Fit,
  activeFit: Fit.describe("of the model that was in force then, on the same days"),
  metrics: z.record(z.string(), z.number()).describe("the figures that speak for it, by name"),
  failures: z.array(z.string()).describe("why it should not take the place of the model in force"),
  createdBy: z.string(),
  createdAt: instant,
  refreshedAt: instant.optional().describe("when it last learned from newer data, its code the same"),
  states: z
    .array(
      z.object({ runId: z.string(), dataHash: z.string(), trainedTo: z.string().optional(), at: instant }),
    )
    .describe("what it had learned before its last refreshes, newest first: it can be gone back to"),
  expiresAt: instant.optional().describe("of a candidate: until when it may be approved"),
  decidedBy: z.string().optional(),
  decidedAt: instant.optional(),
  note: z.string().optional(),
});
export type Model = z.infer<typeof Model>;
