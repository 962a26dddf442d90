import { createRoute, z } from "@hono/zod-openapi";
import { MoneyIn } from "../../domain/catalogue/product-row.ts";
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX, pageOf } from "../../domain/contract/answers.ts";
import { Decision, DecisionDetail } from "../../domain/contract/decision-log.ts";
import { followSku } from "../../services/catalogue/rename/aliases.ts";
import { titlesOf } from "../../services/catalogue/titles.ts";
import { type DecisionPlace, listDecisions } from "../../services/decisions/list-decisions.ts";
import { readDecision } from "../../services/decisions/read-decision.ts";
import { setPrice } from "../../services/pricing/set-price.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentDecision, presentDecisionDetail, skuOf } from "../presenters/decision-log.ts";

const Filter = z.object({
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
  cursor: z.string().max(1_000).optional(),
  sku: z.string().optional(),
  runId: z.string().optional(),
  verdict: Decision.shape.verdict.optional(),
  reason: z.string().optional(),
  by: Decision.shape.by.optional(),
});

const listRoute = createRoute({
  method: "get",
  path: "/api/decisions",
  tags: ["pricing"],
  summary: "Every decision about a price, newest first: of runs, holds and blocks too, and of people",
  description: "A page may be short where a filter fits few decisions; `nextCursor` then goes on.",
  middleware: requireScope("read"),
  request: { query: Filter },
  responses: jsonReply(200, pageOf(Decision), "a page of decisions"),
});

const readRoute = createRoute({
  method: "get",
  path: "/api/decisions/{id}",
  tags: ["pricing"],
  summary: "One decision with its explanation, computed again from what the run read",
  middleware: requireScope("read"),
  request: { params: z.object({ id: z.string().max(500) }) },
  responses: jsonReply(200, DecisionDetail, "the decision"),
});

const createDecisionRoute = createRoute({
  method: "post",
  path: "/api/decisions",
  tags: ["pricing"],
  summary: "A person's decision: a price, with its reason, within the limits of every other",
  middleware: requireScope("approve"),
  request: jsonBody(
    z.strictObject({
      sku: z.string().min(1).max(200),
      price: MoneyIn,
      reason: z.string().trim().min(1).max(500),
    }),
  ),
  responses: jsonReply(201, Decision, "the decision, in force"),
});

const Place = z.union([
  z.tuple([z.literal("run"), z.number(), z.string(), z.number(), z.number()]),
  z.tuple([z.literal("person"), z.number(), z.number()]),
]);

function placeFrom(place: z.infer<typeof Place> | undefined): DecisionPlace | undefined {
  if (place === undefined) return undefined;
  if (place[0] === "person") return { by: "person", at: place[1], seq: place[2] };
  const [by, at, runId, shard, index] = place;
  return { by, at, runId, shard, index };
}

function cursorOf(place: DecisionPlace): string {
  if (place.by === "person") return encodeCursor(["person", place.at, place.seq]);
  return encodeCursor(["run", place.at, place.runId, place.shard, place.index]);
}

export const decisionRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const { cursor, ...asked } = c.req.valid("query");
    const after = placeFrom(decodeCursor(cursor, Place));
    const ctx = requestContext(c);
    const { items, next } = await listDecisions(ctx, { ...asked, after });
    const titles = await titlesOf(ctx.db, items.map(skuOf));
    const presented = items.map((item) => presentDecision(item, titles));
    return c.json({ items: presented, nextCursor: next && cursorOf(next) }, 200);
  })
  .openapi(readRoute, async (c) => {
    const ctx = requestContext(c);
    const found = await readDecision(ctx, c.req.valid("param").id);
    return c.json(presentDecisionDetail(found, await titlesOf(ctx.db, [skuOf(found.record)])), 200);
  })
  .openapi(createDecisionRoute, async (c) => {
    const { price, reason, ...asked } = c.req.valid("json");
    const ctx = requestContext(c);
    const sku = await followSku(ctx.db, asked.sku);
    await setPrice(ctx, sku, { price, reason });
    drainSoon(c);
    const { items } = await listDecisions(ctx, { sku, by: "person", limit: 1 });
    return c.json(presentDecision(items[0]!, await titlesOf(ctx.db, [sku])), 201);
  });
