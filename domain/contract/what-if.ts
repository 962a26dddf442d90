import { z } from "zod";
import { count, money, named } from "./answers.ts";

const counts = z.record(z.string(), count);

const change = z.object({
  before: money,
  after: money,
  change: z.string().describe("after less before, with its sign"),
});

const directions = { up: count, down: count, held: count, blocked: count };

const Totals = named("WhatIfTotals", {
  up: count,
  down: count,
  held: count,
  blocked: count.describe("no price could be decided, or the price asked for is refused"),
  blockedBy: counts.describe("products by what blocked them"),
  limitedBy: counts.describe("products by the guardrail without which another price would be chosen"),
  priced: count.describe("products looked at whose demand and cost are known: the money is theirs"),
  revenue: change,
  profit: change,
  index: z
    .object({ before: z.number().nullable(), after: z.number().nullable() })
    .describe("our prices as a per cent of the cheapest competitor's"),
  byRule: z
    .record(
      z.string(),
      z.object({
        ...directions,
        meanChangePct: z.number().nullable().describe("of the prices that would move; null: none would"),
      }),
    )
    .describe("products by the price rule in force for them"),
});

const Product = named("WhatIfProduct", {
  sku: z.string(),
  currency: z.string(),
  from: money,
  to: money.describe("as asked"),
  asSet: money.describe("what the settings in force make of it"),
  verdict: z.enum(["up", "down", "held", "blocked"]),
  reason: z.string(),
  rule: z.string().optional().describe("price rule in force"),
  limitedBy: z.array(z.string()),
  profit: z.string().optional().describe("change of the expected profit"),
});

export const WhatIfAnswer = named("WhatIf", {
  currency: z.string().describe("of the totals"),
  horizonDays: count,
  considered: count.describe("products looked at"),
  of: count.describe("products in the scope; with more than `considered`, counts and money are scaled up"),
  ...Totals.shape,
  asSet: Totals.describe("what the settings in force would make of the same products"),
  products: z.array(Product).describe("those that differ most from what the settings in force make of them"),
});

export const RulePreview = named("RulePreview", {
  products: count.describe("products on sale that meet the conditions"),
  of: count.describe("products on sale"),
  named: z.array(z.object({ sku: z.string(), title: z.string() })).describe("the first of them, by SKU"),
});
