import { z } from "zod";
import { instant, money, named } from "./answers.ts";
import { Explanation } from "./decisions.ts";

const shape = {
  id: z.string().describe("`{runId}:{sku}` of a run; the ledger's number of a person's"),
  sku: z.string(),
  title: z.string().optional().describe("of the product, as long as it is in the catalogue"),
  at: instant,
  by: z.enum(["run", "person"]),
  actor: z.string(),
  runId: z.string().optional(),
  verdict: z
    .enum(["propose", "hold", "blocked"])
    .describe("hold: the price stays; blocked: nothing could be decided"),
  reason: z.string().describe("why, as a code"),
  from: money.optional(),
  to: money.optional(),
  currency: z.string().optional(),
  strategy: z.string().optional(),
  note: z.string().optional().describe("what the person said"),
};

/** A decision about a price: of a run, holds and blocks too, or of a person. */
export const Decision = named("Decision", shape);

export const DecisionDetail = named("DecisionDetail", {
  ...shape,
  snapshot: z.string().optional().describe("what the run read, in the bucket"),
  explanation: Explanation.optional(),
});
