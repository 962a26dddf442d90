import { createRoute, z } from "@hono/zod-openapi";
import { MoneyIn } from "../../domain/catalogue/product-row.ts";
import { RulePreview, WhatIfAnswer } from "../../domain/contract/what-if.ts";
import { RuleMatch } from "../../domain/settings/price-rules.ts";
import { SettingsChange } from "../../domain/settings/settings.ts";
import { historiesFrom } from "../../durable/ports.ts";
import { previewRule } from "../../services/pricing/preview-rule.ts";
import { askWhatIf, WHAT_IF_MAX } from "../../services/pricing/what-if.ts";
import { skuAddresses } from "../../services/shards/layout.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentWhatIf } from "../presenters/what-if.ts";
import { RunScope } from "./runs.ts";

const NamedPrices = z.union([
  z
    .array(z.strictObject({ sku: z.string(), price: MoneyIn }))
    .min(1)
    .max(WHAT_IF_MAX),
  z
    .record(z.string(), MoneyIn)
    .transform((prices) => Object.entries(prices).map(([sku, price]) => ({ sku, price })))
    .refine((prices) => prices.length >= 1 && prices.length <= WHAT_IF_MAX, `1 to ${WHAT_IF_MAX} prices`),
]);

const Question = z.strictObject({
  settings: SettingsChange.optional().describe("a change of the settings, as for `PUT /api/settings`"),
  prices: NamedPrices.optional().describe("by SKU, or a list of `{ sku, price }`"),
  elasticity: z.number().min(-20).max(-0.05).optional().describe("taken for every product"),
  scope: RunScope.optional(),
});

const whatIfRoute = createRoute({
  method: "post",
  path: "/api/what-if",
  tags: ["pricing"],
  summary: "What other settings, or other prices, would come to; nothing is saved",
  description: `Of a scope of more than ${WHAT_IF_MAX} products a sample is looked at, always the same one.`,
  middleware: requireScope("read"),
  request: jsonBody(Question),
  responses: jsonReply(200, WhatIfAnswer, "the products that would move, and what it would bring"),
});

const previewRoute = createRoute({
  method: "post",
  path: "/api/price-rules/preview",
  tags: ["pricing"],
  summary: "For which products a price rule would be; nothing is saved",
  middleware: requireScope("read"),
  request: jsonBody(z.strictObject({ match: RuleMatch })),
  responses: jsonReply(200, RulePreview, "how many products, and the first of them"),
});

export const whatIfRoutes = newRouter()
  .openapi(whatIfRoute, async (c) => {
    const { settings, ...question } = c.req.valid("json");
    const asked = { ...question, settings: settings as SettingsChange | undefined };
    const reach = { readHistories: historiesFrom(c.env), addresses: () => skuAddresses(c.env) };
    return c.json(presentWhatIf(await askWhatIf(requestContext(c), asked, reach)), 200);
  })
  .openapi(previewRoute, async (c) =>
    c.json(await previewRule(requestContext(c), c.req.valid("json").match), 200),
  );
