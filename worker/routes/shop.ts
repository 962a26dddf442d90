import { createRoute, z } from "@hono/zod-openapi";
import { listDemand } from "../../db/reads/market.ts";
import { readProduct } from "../../db/reads/products.ts";
import { listAggregates } from "../../db/reads/shop.ts";
import { windowVisitors } from "../../domain/analysis/window-visitors.ts";
import { civilDay, DAY_MS } from "../../domain/base/time.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import { AggregateShape, BehaviourShape, StockShape } from "../../domain/contract/market.ts";
import { orNotFound } from "../../domain/contract/problem.ts";
import { type AcceptedEvent, forEachVisit } from "../../domain/messages/visits.ts";
import { idsKnownFrom } from "../../domain/shard/demand/activity.ts";
import { BEHAVIOUR_WINDOWS, behaviourWindows, unpackBehaviour } from "../../domain/shard/demand/behaviour.ts";
import { skuShardOf } from "../../durable/stubs.ts";
import { readProductStock } from "../../services/analysis/list-stock.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { presentAggregate, presentBehaviour, presentStock } from "../presenters/market.ts";

const DAYS_DEFAULT = 90;

/** All sessions, not a part of them. */
const WHOLE = { part: 0, parts: 1 };

const SkuParam = z.object({ sku: z.string().max(100) });
const get = { method: "get" as const, tags: ["market"], middleware: requireScope("read") };

const behaviourRoute = createRoute({
  ...get,
  path: "/api/products/{sku}/behaviour",
  summary: "What shoppers did with a product, in windows in which they did anything",
  description:
    "Windows of five minutes go back a day, of an hour or a day 90 days. Views are product views and page views that " +
    "name the product; units are units sold, refunds are counted apart. Visitors are sessions; who was there is " +
    "known for some days, and null before.",
  request: { params: SkuParam, query: z.object({ window: z.enum(BEHAVIOUR_WINDOWS).default("1d") }) },
  responses: jsonReply(200, pageOf(BehaviourShape), "windows, oldest first"),
});

const stockRoute = createRoute({
  ...get,
  path: "/api/products/{sku}/stock",
  summary: "The stock of a product by warehouse",
  request: { params: SkuParam },
  responses: jsonReply(200, StockShape, "levels"),
});

const aggregatesRoute = createRoute({
  ...get,
  path: "/api/products/{sku}/aggregates",
  summary: "What comparison sites say of a product: beside the offers, never one of them",
  request: { params: SkuParam },
  responses: jsonReply(200, pageOf(AggregateShape), "sites"),
});

export const shopRoutes = newRouter()
  .openapi(behaviourRoute, async (c) => {
    const { sku } = c.req.valid("param");
    const { window } = c.req.valid("query");
    const { d1, db, now } = requestContext(c);
    const { currency } = orNotFound(await readProduct(db, sku), "no such product");
    const { timeZone, signals } = (await readSettings(d1)).settings;
    const shard = await skuShardOf(c.env, sku);
    const shop = await shard.shop(sku);
    const stored =
      window === "5m"
        ? []
        : await listDemand(db, sku, civilDay(now - DAYS_DEFAULT * DAY_MS, timeZone), "9999-12-31");
    const byDay = new Map(stored.map(({ day, behaviour }) => [day, behaviour]));
    for (const { day, behaviour } of shop.days) byDay.set(day, behaviour ?? null);
    const days = [...byDay.values()].flatMap((text) => (text === null ? [] : [unpackBehaviour(text)]));
    const items = behaviourWindows(window, shop.buckets, days);
    const from = idsKnownFrom(now, signals.eventHours);
    const visits: AcceptedEvent[] = [];
    forEachVisit(
      await shard.visits({ ...{ from, until: Number.MAX_SAFE_INTEGER }, ...WHOLE, sku }),
      (visit) => {
        visits.push(visit);
      },
    );
    // who was there before has been forgotten
    const known = items.findIndex(({ at }) => at >= from);
    const visitors =
      known < 0
        ? []
        : windowVisitors(
            items.slice(known).map(({ at }) => at),
            visits,
          );
    return c.json(
      {
        items: items.map((point, i) => presentBehaviour(point, visitors[i - known] ?? null, currency)),
        nextCursor: null,
      },
      200,
    );
  })
  .openapi(stockRoute, async (c) => {
    const { sku } = c.req.valid("param");
    const ctx = requestContext(c);
    const product = orNotFound(await readProduct(ctx.db, sku), "no such product");
    return c.json(presentStock(product, await readProductStock(ctx, sku)), 200);
  })
  .openapi(aggregatesRoute, async (c) => {
    const { sku } = c.req.valid("param");
    const { db } = requestContext(c);
    const { currency } = orNotFound(await readProduct(db, sku), "no such product");
    const rows = await listAggregates(db, sku);
    return c.json({ items: rows.map((row) => presentAggregate(row, currency)), nextCursor: null }, 200);
  });
