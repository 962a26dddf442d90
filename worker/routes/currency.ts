import { createRoute, z } from "@hono/zod-openapi";
import { isCurrency } from "../../domain/money/currency.ts";
import { listRates, saveRates } from "../../services/currency/rates.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/right.ts";
import { jsonAnswer } from "../openapi.ts";

const RATES_SHOWN = 500;
const currency = z.string().refine(isCurrency, "an ISO 4217 code");
const Rate = z.strictObject({
  base: currency,
  quote: currency.describe("the rate is in units of this for one base"),
  day: z.iso.date(),
  rate: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,10})?$/)
    .refine((rate) => Number(rate) > 0, "a positive decimal number"),
});
const RatesBody = z.strictObject({ rates: z.array(Rate).min(1).max(1000) });

const list = createRoute({
  method: "get",
  path: "/api/fx-rates",
  tags: ["market"],
  summary: "Exchange rates by day, newest first",
  middleware: requireScope("read"),
  responses: {
    200: jsonAnswer(
      z.object({ items: z.array(Rate.extend({ source: z.string() })), nextCursor: z.null() }),
      "The newest rates",
    ),
  },
});

const save = createRoute({
  method: "post",
  path: "/api/fx-rates",
  tags: ["market"],
  summary: "Save exchange rates by day",
  middleware: requireScope("admin"),
  request: { body: { required: true, content: { "application/json": { schema: RatesBody } } } },
  responses: { 200: jsonAnswer(z.object({ saved: z.number() }), "How many were new or changed") },
});

export const currencyRoutes = newRouter()
  .openapi(list, async (c) =>
    c.json({ items: await listRates(requestContext(c).d1, RATES_SHOWN), nextCursor: null }, 200),
  )
  .openapi(save, async (c) => {
    const { rates } = c.req.valid("json");
    return c.json(await saveRates(requestContext(c), "api", rates), 200);
  });
