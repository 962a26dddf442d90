import { z } from "zod";
import { MODEL_KINDS, MODEL_STATUSES } from "../messages/names.ts";
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
  runId: z.string(),
  codeVersion: z.string(),
  configHash: z.string(),
  dataHash: z.string().describe("SHA-256 over the data that it was learned from"),
  trainedFrom: z.string().optional(),
  trainedTo: z.string().optional(),
  trigger: z.enum(["first", "night", "weekly", "drift", "person"]),
  reason: z.string().optional(),
  products: count,
  identified: count,
  fit: Fit,
  activeFit: Fit.describe("of the model that was in force then, on the same days"),
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

export const ShippedModel = named("ShippedModel", {
  kind: z.enum(["gate", "matcher"]),
  version: z.string(),
  hash: z.string(),
  codeVersion: z.string(),
  approvedBy: z.string(),
  approvedAt: instant.optional(),
});
export type ShippedModel = z.infer<typeof ShippedModel>;
