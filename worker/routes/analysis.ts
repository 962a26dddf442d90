import { createRoute, z } from "@hono/zod-openapi";
import { fewSkus } from "../../db/reads/products.ts";
import { SEGMENTS, segmentOf } from "../../domain/analysis/rfm.ts";
import { safetyAdvice } from "../../domain/analysis/stock-cover.ts";
import { formatMinor } from "../../domain/base/money.ts";
import {
  ActivityReport,
  CustomerReport,
  CustomerShape,
  DemandReport,
  FunnelReport,
  ShopEvent,
} from "../../domain/contract/analysis.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { DEVICES } from "../../domain/messages/rows.ts";
import { addressesOf } from "../../domain/shard/layout.ts";
import { martSources } from "../../durable/ports.ts";
import { readActivity } from "../../services/analysis/read-activity.ts";
import { readCustomerAnalysis } from "../../services/analysis/read-customers.ts";
import { readDemandAnalysis } from "../../services/analysis/read-demand.ts";
import { readFunnel } from "../../services/analysis/read-funnel.ts";
import { readLatestEvents } from "../../services/analysis/read-latest-events.ts";
import { readScoredCustomers, type ScoredCustomer } from "../../services/marts/roll-up-customers.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { readLayout } from "../../services/shards/layout.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { decodeCursor, PageQuery, pageFrom } from "../cursor.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { rounded, withMoney } from "../presenters/marts.ts";
import { Days, daysOf } from "../when.ts";

const read = { method: "get" as const, tags: ["analytics"], middleware: requireScope("read") };
const EVENTS_MAX = 200;
const ofCategory = z.string().max(200).optional();

const funnelRoute = createRoute({
  ...read,
  path: "/api/analysis/funnel",
  summary: "How far sessions come: page view, product view, cart, purchase",
  request: { query: Days.extend({ category: ofCategory, device: z.enum(DEVICES).optional() }) },
  responses: jsonReply(200, FunnelReport, "the funnel"),
});

const demandRoute = createRoute({
  ...read,
  path: "/api/analysis/demand",
  summary: "When shoppers buy, how evenly categories sell, and how good the forecasts are",
  request: { query: Days.extend({ category: ofCategory }) },
  responses: jsonReply(200, DemandReport, "the demand"),
});

const activityRoute = createRoute({
  ...read,
  path: "/api/analysis/activity",
  summary: "What shoppers did in the newest hour and 24 hours, beside as long a time before",
  request: { query: z.object({ category: ofCategory }) },
  responses: jsonReply(200, ActivityReport, "views, searches, carts, purchases and revenue"),
});

const latestEventsRoute = createRoute({
  ...read,
  path: "/api/analysis/latest-events",
  summary: "What shoppers did last, and with what; never who they are",
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(EVENTS_MAX).default(50) }) },
  responses: jsonReply(200, pageOf(ShopEvent), "events of the last day, newest first"),
});

const customersRoute = createRoute({
  ...read,
  path: "/api/analysis/customers",
  summary: "Customers by recency, frequency and spend, in seven segments; they never feed prices",
  responses: jsonReply(200, CustomerReport, "the newest roll-up"),
});

const customerListRoute = createRoute({
  ...read,
  path: "/api/analysis/customers/list",
  summary: "The customers of the last year with their scores, known by hashes, those who spend most first",
  request: { query: PageQuery.extend({ segment: z.enum(SEGMENTS).optional() }) },
  responses: jsonReply(200, pageOf(CustomerShape), "a page of customers"),
});

export const analysisRoutes = newRouter()
  .openapi(funnelRoute, async (c) => {
    const ctx = requestContext(c);
    const { timeZone, currency } = (await readSettings(ctx.d1)).settings;
    const { category, device, ...asked } = c.req.valid("query");
    const found = await readFunnel(ctx, { ...daysOf(asked, ctx.now, timeZone), category, device });
    return c.json({ ...found, currency }, 200);
  })
  .openapi(demandRoute, async (c) => {
    const ctx = requestContext(c);
    const { timeZone, currency } = (await readSettings(ctx.d1)).settings;
    const { category, ...asked } = c.req.valid("query");
    const found = await readDemandAnalysis(ctx, { ...daysOf(asked, ctx.now, timeZone), category }, timeZone);
    const ranking = found.ranking.map((row) => ({
      ...row,
      revenue: formatMinor(row.revenue, currency),
      variation: rounded(row.variation),
      advice: safetyAdvice(row.variation),
    }));
    return c.json({ ...found, currency, ranking, hoursFrom: iso(found.hoursFrom) }, 200);
  })
  .openapi(activityRoute, async (c) => {
    const ctx = requestContext(c);
    const { timeZone, currency } = (await readSettings(ctx.d1)).settings;
    const { asOf, hour, day } = await readActivity(ctx, c.req.valid("query").category, timeZone);
    const shown = ({ now, before }: typeof hour) => ({
      now: withMoney(now, ["revenue"], currency),
      before: withMoney(before, ["revenue"], currency),
    });
    return c.json({ asOf: iso(asOf), currency, hour: shown(hour), day: shown(day) }, 200);
  })
  .openapi(latestEventsRoute, async (c) => {
    const ctx = requestContext(c);
    const layout = await readLayout(c.env);
    // a small catalogue is in few of the shards
    const shards = addressesOf(await fewSkus(ctx.db, layout.current.count), layout);
    const asked = { ...ctx, sources: martSources(c.env), shards };
    const found = await readLatestEvents(asked, c.req.valid("query").limit);
    const items = found.map(({ at, type, device, product }) => ({
      ...{ at: iso(at), type, device, sku: product?.sku ?? null },
      ...{ title: product?.title ?? null, category: product?.category ?? null },
    }));
    return c.json({ items, nextCursor: null }, 200);
  })
  .openapi(customersRoute, async (c) => {
    const ctx = requestContext(c);
    const { currency } = (await readSettings(ctx.d1)).settings;
    const found = await readCustomerAnalysis(ctx);
    const money = (minor: number) => formatMinor(Math.round(minor), currency);
    const segments = found.segments.map((one) => ({
      ...one,
      spend: money(one.spend),
      meanSpend: one.meanSpend === null ? null : money(one.meanSpend),
    }));
    const grid = found.grid.map((one) => ({ ...one, spend: money(one.spend) }));
    return c.json({ ...found, currency, segments, grid }, 200);
  })
  .openapi(customerListRoute, async (c) => {
    const ctx = requestContext(c);
    const { timeZone, currency } = (await readSettings(ctx.d1)).settings;
    const { segment, limit, cursor } = c.req.valid("query");
    const after = decodeCursor(cursor, z.tuple([z.number(), z.number()]));
    const all = await readScoredCustomers({ now: ctx.now, sources: martSources(c.env) }, timeZone);
    const wanted = all
      .filter((one) => segment === undefined || segmentOf(one) === segment)
      .sort((a, b) => inOrder(placeOf(a), placeOf(b)));
    const rows = after ? wanted.filter((one) => inOrder(after, placeOf(one)) < 0) : wanted;
    const page = pageFrom(rows, limit, (one) => presentCustomer(one, currency), placeOf);
    return c.json({ ...page, total: wanted.length }, 200);
  });

function placeOf({ spend, customer }: ScoredCustomer): [number, number] {
  return [spend, customer];
}

function inOrder([spend, customer]: [number, number], [otherSpend, other]: [number, number]): number {
  return otherSpend - spend || customer - other;
}

function presentCustomer(one: ScoredCustomer, currency: string): z.infer<typeof CustomerShape> {
  const { customer, recencyDays, orders, spend, device, recency, frequency, monetary, lastOrderAt } = one;
  return {
    customer: customer.toString(36),
    ...{ recencyDays, orders, device, recency, frequency, monetary },
    lastOrderAt: iso(lastOrderAt),
    spend: formatMinor(spend, currency),
    segment: segmentOf(one),
  };
}
