import { createRoute, z } from "@hono/zod-openapi";
import { isCurrency } from "../../domain/base/currency.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import { listRates, saveRates } from "../../services/currency/rates.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, PageQuery, pageFrom } from "../cursor.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";

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
const ShownRate = Rate.extend({ source: z.string() }).meta({ id: "FxRate" });
const NewRate = Rate.refine(({ base, quote }) => base !== quote, {
  message: "a currency has no rate to itself",
  path: ["quote"],
});
const RatesBody = z.strictObject({ rates: z.array(NewRate).min(1).max(1000) });

const list = createRoute({
  method: "get",
  path: "/api/fx-rates",
  tags: ["market"],
  summary: "Exchange rates by day, newest first",
  middleware: requireScope("read"),
  request: { query: PageQuery },
  responses: jsonReply(200, pageOf(ShownRate), "a page of rates"),
});

const save = createRoute({
  method: "post",
  path: "/api/fx-rates",
  tags: ["market"],
  summary: "Save exchange rates by day",
  middleware: requireScope("admin"),
  request: jsonBody(RatesBody),
  responses: jsonReply(200, z.object({ saved: z.int() }), "how many were new or changed"),
});

export const currencyRoutes = newRouter()
  .openapi(list, async (c) => {
    const { limit, cursor } = c.req.valid("query");
    const place = decodeCursor(cursor, z.tuple([z.string(), z.string(), z.string()]));
    const after = place && { day: place[0], base: place[1], quote: place[2] };
    const rows = await listRates(requestContext(c).d1, limit + 1, after);
    return c.json(
      pageFrom(
        rows,
        limit,
        (row) => row,
        ({ day, base, quote }) => [day, base, quote],
      ),
      200,
    );
  })
  .openapi(save, async (c) => {
    const { rates } = c.req.valid("json");
    return c.json(await saveRates(requestContext(c), "api", rates), 200);
  });
