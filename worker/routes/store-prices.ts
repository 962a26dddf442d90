import { createRoute, z } from "@hono/zod-openapi";
import { readProduct } from "../../db/reads/products.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { PushedPrices, StoreListing, StoreWrite } from "../../domain/contract/stores.ts";
import { STORE_WRITE_STATES } from "../../domain/messages/names.ts";
import { followSkus } from "../../services/catalogue/rename/aliases.ts";
import { decideEdit } from "../../services/connectors/decide-edit.ts";
import {
  LISTING_LIST,
  LISTING_VIEWS,
  listListings,
  listWrites,
  newestWrites,
  WRITE_LIST,
} from "../../services/connectors/list-prices.ts";
import { pushPrices } from "../../services/connectors/push-prices.ts";
import { readStore } from "../../services/connectors/stores.ts";
import { drainSoon, requestContext, wakeStore } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { emptyBodyIsNone } from "../middleware/body.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { presentListing, presentWrite } from "../presenters/stores.ts";

const params = z.object({ id: z.string().max(32) });

const listings = createRoute({
  method: "get",
  path: "/api/stores/{id}/prices",
  tags: ["stores"],
  summary: "The store's prices beside ours",
  middleware: requireScope("read"),
  request: {
    params,
    query: listQuery(LISTING_LIST, {
      view: z
        .enum(LISTING_VIEWS)
        .default("all")
        .describe("different: the store has another price · edited: somebody else put it there"),
    }),
  },
  responses: jsonReply(200, pageOf(StoreListing), "our products that the store has"),
});

const writes = createRoute({
  method: "get",
  path: "/api/stores/{id}/writes",
  tags: ["stores"],
  summary: "The log of prices on their way into the store, newest first",
  middleware: requireScope("read"),
  request: {
    params,
    query: listQuery(WRITE_LIST, {
      state: z.enum(STORE_WRITE_STATES).optional(),
      sku: z.string().max(100).optional(),
    }),
  },
  responses: jsonReply(200, pageOf(StoreWrite), "prices of the ledger, and where they are"),
});

const Push = z.strictObject({
  skus: z
    .array(z.string().max(100))
    .min(1)
    .max(1_000)
    .optional()
    .describe("default: all that the store has otherwise"),
});

const push = createRoute({
  method: "post",
  path: "/api/stores/{id}/push",
  tags: ["stores"],
  summary: "Write the prices that are served now: of some SKUs, or of all that the store has otherwise",
  description: "Prices that somebody else changed in the store are left out: decide about them one by one.",
  middleware: [requireScope("approve"), emptyBodyIsNone] as const,
  request: { params, body: { required: false, content: { "application/json": { schema: Push } } } },
  responses: jsonReply(202, PushedPrices, "how many are on their way"),
});

const Decide = z.strictObject({
  action: z
    .enum(["accept", "overwrite"])
    .describe(
      "accept: the store's price becomes ours, within the limits of a manual price · overwrite: ours is written",
    ),
  note: z.string().trim().min(1).max(500),
});

const decide = createRoute({
  method: "post",
  path: "/api/stores/{id}/prices/{sku}/decide",
  tags: ["stores"],
  summary: "Decide about a price that somebody else put into the store",
  middleware: requireScope("approve"),
  request: {
    params: params.extend({ sku: z.string().max(100) }),
    body: { required: true, content: { "application/json": { schema: Decide } } },
  },
  responses: jsonReply(200, StoreListing, "the listing, with nothing left to decide"),
});

export const storePriceRoutes = newRouter()
  .openapi(listings, async (c) => {
    const { id } = c.req.valid("param");
    const asked = c.req.valid("query");
    const { db } = requestContext(c);
    await readStore(db, id);
    const query = pageQuery(LISTING_LIST, asked);
    const page = await listListings(db, id, query, asked.view);
    const newest = await newestWrites(
      db,
      id,
      page.rows.map(({ listing }) => listing.sku),
    );
    return c.json(
      presentPage(page, query, (row) => presentListing(row, newest.get(row.listing.sku))),
      200,
    );
  })
  .openapi(writes, async (c) => {
    const { id } = c.req.valid("param");
    const asked = c.req.valid("query");
    const { db } = requestContext(c);
    await readStore(db, id);
    const query = pageQuery(WRITE_LIST, asked);
    const page = await listWrites(db, id, query, asked);
    return c.json(
      presentPage(page, query, ({ write }) => presentWrite(write)),
      200,
    );
  })
  .openapi(push, async (c) => {
    const { id } = c.req.valid("param");
    const ctx = requestContext(c);
    const store = await readStore(ctx.db, id);
    if (store.mode === "read_only")
      throw new ProblemError("conflict", "the store is read-only: nothing is written to it");
    const { skus } = c.req.valid("json") ?? {};
    const named = skus ? await followSkus(ctx.db, skus) : null;
    const queued = await pushPrices(ctx, store, named, { isForced: false });
    wakeStore(c, id);
    return c.json({ queued }, 202);
  })
  .openapi(decide, async (c) => {
    const { id, sku } = c.req.valid("param");
    const ctx = requestContext(c);
    const listing = await decideEdit(ctx, id, sku, c.req.valid("json"));
    drainSoon(c);
    wakeStore(c, id);
    const product = await readProduct(ctx.db, sku);
    const newest = await newestWrites(ctx.db, id, [sku]);
    const row = { listing, title: product?.title ?? sku, price: product?.price ?? 0 };
    return c.json(presentListing(row, newest.get(sku)), 200);
  });
