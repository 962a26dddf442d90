import { createRoute, z } from "@hono/zod-openapi";
import { COMPETITOR_LIST, listCompetitors } from "../../db/reads/market.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import { Competitor, DemandDay, Offer, TrendPoint } from "../../domain/contract/market.ts";
import { TREND_WINDOWS } from "../../domain/shard/competitors/trend.ts";
import { mergeCompetitors } from "../../services/market/merge-competitors.ts";
import { drainSoon, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply, problemAnswer } from "../openapi.ts";
import { presentCompetitor } from "../presenters/market.ts";
import { askedOf, demandDays, offersOf, trendPoints } from "../product-market.ts";
import { When } from "../when.ts";

const SkuParam = z.object({ sku: z.string().max(100) });
const get = { method: "get" as const, tags: ["market"], middleware: requireScope("read") };

const offersRoute = createRoute({
  ...get,
  path: "/api/products/{sku}/offers",
  summary: "Each competitor's latest accepted offer",
  request: { params: SkuParam },
  responses: jsonReply(200, pageOf(Offer), "offers, cheapest first"),
});

const trendRoute = createRoute({
  ...get,
  path: "/api/products/{sku}/trend",
  summary: "Competitor prices in windows, from their change points",
  request: {
    params: SkuParam,
    query: z.object({
      from: When.optional(),
      to: When.optional(),
      window: z.enum(TREND_WINDOWS).default("1d").describe("`1d`: the civil days of the install's time zone"),
      bySeller: z.enum(["true", "false"]).default("false").describe("tell the sellers of marketplaces apart"),
    }),
  },
  responses: jsonReply(200, pageOf(TrendPoint), "windows, oldest first"),
});

const demandRoute = createRoute({
  ...get,
  path: "/api/products/{sku}/demand",
  summary: "Daily demand",
  request: { params: SkuParam, query: z.object({ from: When.optional(), to: When.optional() }) },
  responses: jsonReply(200, pageOf(DemandDay), "days, oldest first"),
});

const mergeRoute = createRoute({
  method: "post",
  path: "/api/competitors/{id}/merge",
  tags: ["market"],
  summary: "Make a competitor another name of a second one: their offers count as one",
  middleware: requireScope("write"),
  request: {
    params: z.object({ id: z.string().max(200) }),
    ...jsonBody(z.strictObject({ into: z.string().trim().min(1).max(200) })),
  },
  responses: {
    ...jsonReply(200, Competitor, "the second competitor"),
    404: problemAnswer("not_found"),
    409: problemAnswer("illegal_transition: one of them is merged already"),
  },
});

const competitorsRoute = createRoute({
  ...get,
  path: "/api/competitors",
  summary: "Competitors",
  request: { query: listQuery(COMPETITOR_LIST, {}) },
  responses: jsonReply(200, pageOf(Competitor), "a page of competitors"),
});

export const marketRoutes = newRouter()
  .openapi(offersRoute, async (c) =>
    c.json({ items: await offersOf(await askedOf(c, c.req.valid("param").sku)), nextCursor: null }, 200),
  )
  .openapi(trendRoute, async (c) => {
    const { bySeller, ...query } = c.req.valid("query");
    const points = await trendPoints(await askedOf(c, c.req.valid("param").sku), {
      ...query,
      bySeller: bySeller === "true",
    });
    return c.json({ items: points, nextCursor: null }, 200);
  })
  .openapi(demandRoute, async (c) => {
    const days = await demandDays(await askedOf(c, c.req.valid("param").sku), c.req.valid("query"));
    return c.json({ items: days, nextCursor: null }, 200);
  })
  .openapi(mergeRoute, async (c) => {
    const { id } = c.req.valid("param");
    const merged = await mergeCompetitors(requestContext(c), id, c.req.valid("json").into);
    drainSoon(c);
    return c.json(presentCompetitor(merged), 200);
  })
  .openapi(competitorsRoute, async (c) => {
    const query = pageQuery(COMPETITOR_LIST, c.req.valid("query"));
    const page = await listCompetitors(requestContext(c).db, query);
    return c.json(
      presentPage(page, query, ({ competitor }) => presentCompetitor(competitor)),
      200,
    );
  });
