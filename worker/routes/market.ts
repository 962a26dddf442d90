import { createRoute, z } from "@hono/zod-openapi";
import {
  COMPETITOR_LIST,
  listCompetitors,
  listDemand,
  listSignals,
  readSignal,
  SIGNAL_LIST,
} from "../../db/reads/market.ts";
import { readCompetitorRules } from "../../db/reads/named-products.ts";
import { readProduct } from "../../db/reads/products.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { civilDay, DAY_MS } from "../../domain/base/time.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { Competitor, DemandDay, Offer, Signal, TrendPoint } from "../../domain/contract/market.ts";
import { orNotFound } from "../../domain/contract/problem.ts";
import { TREND_WINDOWS, trendOf } from "../../domain/shard/competitors/trend.ts";
import { skuShardOf } from "../../durable/stubs.ts";
import { acknowledgeSignal } from "../../services/market/acknowledge-signal.ts";
import { mergeCompetitors } from "../../services/market/merge-competitors.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { drainSoon, publishAcknowledged, requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply, problemAnswer } from "../openapi.ts";
import { given } from "../presenters/given.ts";
import {
  type DemandDayView,
  presentCompetitor,
  presentDemandDay,
  presentOffer,
  presentSignal,
} from "../presenters/market.ts";
import { dayOf, firstMs, lastMs, When } from "../when.ts";

const TREND_DAYS_DEFAULT = 30;

const SkuParam = z.object({ sku: z.string().max(100) });
const IdParam = z.object({ id: z.string().max(100) });
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

const signalsRoute = createRoute({
  ...get,
  path: "/api/signals",
  summary: "Signals",
  request: {
    query: listQuery(SIGNAL_LIST, {
      status: Signal.shape.status.optional(),
      type: z.string().max(50).optional(),
      sku: z.string().optional(),
      competitor: z.string().optional(),
      category: z.string().optional(),
      minPriority: z.coerce.number().int().min(1).max(3).optional(),
    }),
  },
  responses: jsonReply(200, pageOf(Signal), "a page of signals"),
});

const signalRoute = createRoute({
  ...get,
  path: "/api/signals/{id}",
  summary: "One signal",
  request: { params: IdParam },
  responses: jsonReply(200, Signal, "the signal"),
});

const acknowledgeRoute = createRoute({
  method: "put",
  path: "/api/signals/{id}/acknowledge",
  tags: ["market"],
  summary: "Acknowledge an open signal",
  middleware: requireScope("write"),
  request: { params: IdParam },
  responses: jsonReply(200, Signal, "the signal"),
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
  .openapi(offersRoute, async (c) => {
    const { sku } = c.req.valid("param");
    const { d1, db, now } = requestContext(c);
    const product = orNotFound(await readProduct(db, sku), "no such product");
    const [{ settings }, { excluded }] = await Promise.all([readSettings(d1), readCompetitorRules(d1)]);
    const offers = await (await skuShardOf(c.env, sku)).offers(sku);
    const items = [...offers]
      .sort((a, b) => a.landedPrice - b.landedPrice || (a.competitor < b.competitor ? -1 : 1))
      .map((offer) => presentOffer(offer, product.price, now, settings.signals, excluded));
    return c.json({ items, nextCursor: null }, 200);
  })
  .openapi(trendRoute, async (c) => {
    const { sku } = c.req.valid("param");
    const query = c.req.valid("query");
    const { d1, db, now } = requestContext(c);
    const product = orNotFound(await readProduct(db, sku), "no such product");
    const { settings } = await readSettings(d1);
    const to = query.to ? lastMs(query.to) : now;
    const from = query.from ? firstMs(query.from) : to - TREND_DAYS_DEFAULT * DAY_MS;
    const [history] = await (await skuShardOf(c.env, sku)).history([sku], to, query.bySeller === "true");
    const points = trendOf(history?.competitors ?? [], {
      from,
      to,
      window: query.window,
      freshness: settings.signals,
      timeZone: settings.timeZone,
    });
    const items = points.map(({ competitor, seller, at, avg, min, volatility, direction }) => ({
      competitor,
      ...given({ seller: seller ?? null }),
      at: iso(at),
      avg: formatMinor(avg, product.currency),
      min: formatMinor(min, product.currency),
      volatility,
      direction,
    }));
    return c.json({ items, nextCursor: null }, 200);
  })
  .openapi(demandRoute, async (c) => {
    const { sku } = c.req.valid("param");
    const { d1, db, now } = requestContext(c);
    const product = orNotFound(await readProduct(db, sku), "no such product");
    const { timeZone } = (await readSettings(d1)).settings;
    const query = c.req.valid("query");
    const to = query.to ? dayOf(query.to, timeZone) : civilDay(now, timeZone);
    const from = query.from ? dayOf(query.from, timeZone) : civilDay(now - 365 * DAY_MS, timeZone);
    const rows = await listDemand(db, sku, from, to);
    const { days } = await (await skuShardOf(c.env, sku)).shop(sku);
    // the shard may know more of the newest days than D1 has been told
    const byDay = new Map<string, DemandDayView>();
    for (const row of rows) byDay.set(row.day, row);
    for (const row of days) if (row.day >= from && row.day <= to) byDay.set(row.day, row);
    const items = [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1));
    return c.json(
      { items: items.map((row) => presentDemandDay(row, product.currency)), nextCursor: null },
      200,
    );
  })
  .openapi(signalsRoute, async (c) => {
    const asked = c.req.valid("query");
    const query = pageQuery(SIGNAL_LIST, asked);
    const page = await listSignals(requestContext(c).db, query, asked);
    return c.json(presentPage(page, query, presentSignal), 200);
  })
  .openapi(signalRoute, async (c) => {
    const { id } = c.req.valid("param");
    const found = orNotFound(await readSignal(requestContext(c).db, id), "no such signal");
    return c.json(presentSignal(found), 200);
  })
  .openapi(acknowledgeRoute, async (c) => {
    const found = await acknowledgeSignal(requestContext(c), c.req.valid("param").id);
    publishAcknowledged(c, found.signal);
    return c.json(presentSignal(found), 200);
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
