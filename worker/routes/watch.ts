import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Sku } from "../../domain/catalogue/product-row.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { WatchedPage as Shape } from "../../domain/contract/watch.ts";
import { watchContext } from "../../durable/ports.ts";
import { fetchNow } from "../../services/watch/fetch-due.ts";
import {
  addWatched,
  changeWatched,
  listWatched,
  readWatched,
  removeWatched,
  WATCH_LIST,
  type WatchedPage,
} from "../../services/watch/watched-pages.ts";
import { requestContext } from "../after-commit.ts";
import { type AppEnv, newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { given } from "../presenters/given.ts";

const competitor = z.string().trim().min(1).max(200);
const everyMinutes = z.int().min(5).max(43_200);
const path = "/api/watch";
const tags = ["ingest"];
const params = z.object({ id: z.string() });

const list = createRoute({
  method: "get",
  ...{ path, tags, summary: "The pages that are fetched again and again" },
  middleware: requireScope("read"),
  request: {
    query: listQuery(WATCH_LIST, {
      status: Shape.shape.status.optional(),
      outcome: Shape.shape.outcome,
      competitor: z.string().optional(),
      sku: z.string().optional(),
    }),
  },
  responses: jsonReply(200, pageOf(Shape), "a page of the watch list"),
});

const add = createRoute({
  method: "post",
  ...{ path, tags, summary: "Watch a page; nothing is fetched until `settings.watch.enabled`" },
  middleware: requireScope("write"),
  request: jsonBody(
    z.strictObject({
      url: z.url({ protocol: /^https?$/ }).max(2_000),
      competitor: competitor.optional().describe("default: the page's host"),
      sku: Sku.optional().describe(
        "our product; without it the page's GTIN or a mapping of its address says which",
      ),
      everyMinutes: everyMinutes.optional(),
    }),
  ),
  responses: jsonReply(201, Shape, "the page"),
});

const change = createRoute({
  method: "patch",
  ...{ path: `${path}/{id}` as const, tags, summary: "Change or pause a watched page" },
  middleware: requireScope("write"),
  request: {
    params,
    ...jsonBody(
      z.strictObject({
        competitor: competitor.optional(),
        sku: Sku.nullable().optional(),
        everyMinutes: everyMinutes.optional(),
        status: Shape.shape.status.optional(),
      }),
    ),
  },
  responses: jsonReply(200, Shape, "the page"),
});

const remove = createRoute({
  method: "delete",
  ...{ path: `${path}/{id}` as const, tags, summary: "Watch a page no longer" },
  middleware: requireScope("write"),
  request: { params },
  responses: { 204: { description: "it is off the list" } },
});

const fetchOne = createRoute({
  method: "post",
  ...{ path: `${path}/{id}/fetch` as const, tags, summary: "Fetch a watched page now" },
  middleware: requireScope("write"),
  request: { params },
  responses: jsonReply(200, Shape, "the page, with what came of it"),
});

export const watchRoutes = newRouter()
  .openapi(list, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(WATCH_LIST, asked);
    const page = await listWatched(requestContext(c), query, asked);
    return c.json(
      presentPage(page, query, (row) => presentWatched(row.page)),
      200,
    );
  })
  .openapi(add, async (c) => {
    const page = await addWatched(requestContext(c), c.req.valid("json"), contextOf(c).allowLoopback);
    return c.json(presentWatched(page), 201);
  })
  .openapi(change, async (c) => {
    const page = await changeWatched(requestContext(c), c.req.valid("param").id, c.req.valid("json"));
    return c.json(presentWatched(page), 200);
  })
  .openapi(remove, async (c) => {
    await removeWatched(requestContext(c), c.req.valid("param").id);
    return c.body(null, 204);
  })
  .openapi(fetchOne, async (c) => {
    const ctx = contextOf(c);
    const { id } = c.req.valid("param");
    await fetchNow(ctx, await readWatched(ctx, id));
    return c.json(presentWatched(await readWatched(ctx, id)), 200);
  });

function contextOf(c: Context<AppEnv>) {
  return watchContext(c.env, requestContext(c));
}

function presentWatched(page: WatchedPage): z.infer<typeof Shape> {
  const { id, url, host, competitor: whose, everyMinutes: every, status, failures, createdBy } = page;
  const row = page.row ?? {};
  const text = (name: string) => (typeof row[name] === "string" ? row[name] : null);
  const at = (ms: number | null) => (ms === null ? null : iso(ms));
  return {
    ...{ id, url, host, competitor: whose, everyMinutes: every, status, failures, createdBy },
    ...{ nextAt: iso(page.nextAt), createdAt: iso(page.createdAt) },
    ...given({
      ...{ sku: page.sku, outcome: page.outcome, detail: page.detail },
      ...{ fetchedAt: at(page.fetchedAt), readAt: at(page.readAt) },
      ...{ price: text("price"), currency: text("currency"), availability: text("availability") },
    }),
  };
}
