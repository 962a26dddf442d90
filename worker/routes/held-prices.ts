import { createRoute, z } from "@hono/zod-openapi";
import { HELD_STATUSES } from "../../domain/catalogue/feed-price.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import { HeldPrice } from "../../domain/contract/catalogue.ts";
import { discardHeldPrice, listHeldPrices, releaseHeldPrice } from "../../services/catalogue/held-prices.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, PageQuery, pageFrom } from "../cursor.ts";
import { emptyBodyIsNone } from "../middleware/body.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { presentHeldPrice } from "../presenters/product.ts";

const listRoute = createRoute({
  method: "get",
  path: "/api/held-prices",
  tags: ["pricing"],
  summary: "Base prices of feeds that wait for a person, newest first",
  middleware: requireScope("read"),
  request: {
    query: PageQuery.extend({
      status: z.enum(HELD_STATUSES).default("held"),
      sku: z.string().max(100).optional(),
    }),
  },
  responses: jsonReply(200, pageOf(HeldPrice), "the held prices"),
});

const Note = z.strictObject({ note: z.string().trim().min(1).max(500).optional() });

const settleRequest = {
  params: z.object({ id: z.string() }),
  body: { required: false, content: { "application/json": { schema: Note } } },
};

const releaseRoute = createRoute({
  method: "post",
  path: "/api/held-prices/{id}/release",
  tags: ["pricing"],
  summary: "Make a held price the base price, if the limits of now allow it",
  description:
    "Whoever sent a price that moves by more than 15 % gives a `note` of at least 50 characters; anybody else may release " +
    "it without one.",
  middleware: [requireScope("approve"), emptyBodyIsNone] as const,
  request: settleRequest,
  responses: jsonReply(200, HeldPrice, "the price, released"),
});

const discardRoute = createRoute({
  method: "post",
  path: "/api/held-prices/{id}/discard",
  tags: ["pricing"],
  summary: "Refuse a held price: the base price stays as it is",
  middleware: [requireScope("approve"), emptyBodyIsNone] as const,
  request: settleRequest,
  responses: jsonReply(200, HeldPrice, "the price, discarded"),
});

export const heldPriceRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const { limit, cursor, ...query } = c.req.valid("query");
    const place = decodeCursor(cursor, z.tuple([z.number(), z.string()]));
    const after = place && { heldAt: place[0], id: place[1] };
    const rows = await listHeldPrices(requestContext(c).db, { ...query, after, limit: limit + 1 });
    return c.json(
      pageFrom(rows, limit, presentHeldPrice, (row) => [row.heldAt, row.id]),
      200,
    );
  })
  .openapi(releaseRoute, async (c) => {
    const { note } = c.req.valid("json") ?? {};
    const held = await releaseHeldPrice(requestContext(c), c.req.valid("param").id, note ?? null);
    drainSoon(c);
    return c.json(presentHeldPrice(held), 200);
  })
  .openapi(discardRoute, async (c) => {
    const { note } = c.req.valid("json") ?? {};
    const held = await discardHeldPrice(requestContext(c), c.req.valid("param").id, note ?? null);
    return c.json(presentHeldPrice(held), 200);
  });
