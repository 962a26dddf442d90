import { createRoute, z } from "@hono/zod-openapi";
import { HOLD_CODES } from "../../domain/catalogue/feed-price.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import { HeldPrice } from "../../domain/contract/catalogue.ts";
import { HELD_STATUSES } from "../../domain/messages/names.ts";
import {
  discardHeldPrice,
  HELD_PRICE_LIST,
  listHeldPrices,
  releaseHeldPrice,
} from "../../services/catalogue/held-prices.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
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
    query: listQuery(HELD_PRICE_LIST, {
      status: z.enum(HELD_STATUSES).default("held"),
      sku: z.string().max(100).optional(),
      code: z.enum(HOLD_CODES).optional(),
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
    "it without one. A price that waits for a second person (`second_person`) is put in force by its release, and nobody may " +
    "release what they asked for themselves as long as somebody else may approve.",
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
    const asked = c.req.valid("query");
    const query = pageQuery(HELD_PRICE_LIST, asked);
    const page = await listHeldPrices(requestContext(c).db, query, asked);
    return c.json(
      presentPage(page, query, ({ held }) => presentHeldPrice(held)),
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
