import { createRoute, z } from "@hono/zod-openapi";
import { readQuantityUnits } from "../../db/reads/products.ts";
import { count, iso, pageOf } from "../../domain/contract/answers.ts";
import {
  CustomerScores,
  DailyDemand,
  DailyForecasts,
  DailyFunnel,
  DailyMovements,
  DailySessions,
  DailySignals,
  HourlyDemand,
  MartShape,
  PricingAnalysis,
  ProductPerformance,
} from "../../domain/contract/marts.ts";
import type { ServiceContext } from "../../services/context.ts";
import { listMarts, type MartState } from "../../services/marts/list-marts.ts";
import {
  type DayTables,
  listPerformance,
  listPricing,
  PERFORMANCE_LIST,
  PRICING_LIST,
  readMart,
} from "../../services/marts/read-mart.ts";
import { askForRebuild } from "../../services/marts/roll-up.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { requestContext } from "../after-commit.ts";
import { type AppContext, newRouter } from "../context.ts";
import { startJob } from "../cron.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonBody, jsonReply } from "../openapi.ts";
import { presentPerformance, presentPricing, withMoney, withSegment } from "../presenters/marts.ts";
import { Days, daysOf } from "../when.ts";

const read = { method: "get" as const, tags: ["analytics"], middleware: requireScope("read") };

const listRoute = createRoute({
  ...read,
  path: "/api/marts",
  summary:
    "The roll-ups that pages read: their versions, days and freshness, and what must hold of their rows",
  request: { query: z.object({ checks: z.enum(["true", "false"]).default("false") }) },
  responses: jsonReply(200, pageOf(MartShape), "every mart"),
});

const rebuildRoute = createRoute({
  method: "post",
  path: "/api/marts/rebuild",
  tags: ["analytics"],
  summary: "Roll days up again from what shards and projections hold",
  description:
    "Answers at once: a pass begins with as many days as it takes, and the hourly passes go on with the rest; " +
    "`GET /api/marts` shows how far they are. Sessions are held for some days only: of older days their marts stay as they are.",
  middleware: requireScope("write"),
  request: jsonBody(z.strictObject({ from: z.iso.date(), to: z.iso.date() })),
  responses: jsonReply(202, z.object({ days: count }), "days of the span, which are on their way"),
});

/** A mart by civil day: its path, its shape and its summary. */
function dayRoute<P extends string, T extends z.ZodType>(path: P, item: T, summary: string) {
  return createRoute({
    ...read,
    path,
    summary,
    request: { query: Days.extend({ category: z.string().max(200).optional() }) },
    responses: jsonReply(200, pageOf(item), "by day, oldest first"),
  });
}

const performanceRoute = createRoute({
  ...read,
  path: "/api/marts/product-performance",
  summary: "How products did over the last 28 days, beside the 28 before",
  request: {
    query: listQuery(PERFORMANCE_LIST, { category: z.string().optional(), brand: z.string().optional() }),
  },
  responses: jsonReply(200, pageOf(ProductPerformance), "a page of products"),
});

const pricingRoute = createRoute({
  ...read,
  path: "/api/marts/pricing-analysis",
  summary: "Where every price on sale stands among the competitors', and what is proposed for it",
  request: {
    query: listQuery(PRICING_LIST, {
      category: z.string().optional(),
      brand: z.string().optional(),
      position: PricingAnalysis.shape.position.optional(),
      recommendation: PricingAnalysis.shape.recommendation.optional(),
    }),
  },
  responses: jsonReply(200, pageOf(PricingAnalysis), "a page of products"),
});

const paths = {
  dailyDemand: dayRoute("/api/marts/daily-demand", DailyDemand, "What was sold by category and day"),
  hourlyDemand: dayRoute("/api/marts/hourly-demand", HourlyDemand, "What shoppers did by category and hour"),
  dailyFunnel: dayRoute(
    "/api/marts/daily-funnel",
    DailyFunnel,
    "How far sessions came, by category and device",
  ),
  dailySessions: dayRoute(
    "/api/marts/daily-sessions",
    DailySessions,
    "Sessions by device and size, and whether they bought",
  ),
  dailySignals: dayRoute(
    "/api/marts/daily-signals",
    DailySignals,
    "Signals that opened, and what became of them",
  ),
  dailyMovements: dayRoute(
    "/api/marts/daily-movements",
    DailyMovements,
    "Competitors' price movements by hour",
  ),
  dailyForecasts: dayRoute(
    "/api/marts/daily-forecasts",
    DailyForecasts,
    "What was forecast on the day before",
  ),
  customerScores: dayRoute(
    "/api/marts/customer-scores",
    CustomerScores,
    "Customers by recency, frequency and spend",
  ),
};

/** The rows of a mart in a span of days, and the currency of their money. */
async function rowsOf<Name extends keyof DayTables>(
  c: AppContext,
  name: Name,
  {
    category,
    ...asked
  }: { from?: string | undefined; to?: string | undefined; category?: string | undefined },
) {
  const ctx = requestContext(c);
  const { currency, timeZone } = (await readSettings(ctx.d1)).settings;
  const rows = await readMart(ctx, name, { ...daysOf(asked, ctx.now, timeZone), category });
  return { rows, currency };
}

function page<T>(items: T[]) {
  return { items, nextCursor: null, total: items.length };
}

function unitsOf({ db }: ServiceContext, { rows }: { rows: readonly { row: { sku: string } }[] }) {
  return readQuantityUnits(
    db,
    rows.map(({ row }) => row.sku),
  );
}

export const martRoutes = newRouter()
  .openapi(listRoute, async (c) => {
    const marts = await listMarts(requestContext(c), { checked: c.req.valid("query").checks === "true" });
    return c.json(page(marts.map(presentMart)), 200);
  })
  .openapi(rebuildRoute, async (c) => {
    const asked = await askForRebuild(requestContext(c), c.req.valid("json"));
    c.executionCtx.waitUntil(startJob(c.env, "0 * * * *", "marts"));
    return c.json(asked, 202);
  })
  .openapi(paths.dailyDemand, async (c) => {
    const { rows, currency } = await rowsOf(c, "daily-demand", c.req.valid("query"));
    return c.json(page(rows.map((row) => withMoney(row, ["revenue"], currency))), 200);
  })
  .openapi(paths.hourlyDemand, async (c) => {
    const { rows, currency } = await rowsOf(c, "hourly-demand", c.req.valid("query"));
    return c.json(page(rows.map((row) => withMoney(row, ["revenue", "refundAmount"], currency))), 200);
  })
  .openapi(paths.dailyFunnel, async (c) =>
    c.json(page((await rowsOf(c, "daily-funnel", c.req.valid("query"))).rows), 200),
  )
  .openapi(paths.dailySessions, async (c) =>
    c.json(page((await rowsOf(c, "daily-sessions", c.req.valid("query"))).rows), 200),
  )
  .openapi(paths.dailySignals, async (c) =>
    c.json(page((await rowsOf(c, "daily-signals", c.req.valid("query"))).rows), 200),
  )
  .openapi(paths.dailyMovements, async (c) =>
    c.json(page((await rowsOf(c, "daily-movements", c.req.valid("query"))).rows), 200),
  )
  .openapi(paths.dailyForecasts, async (c) =>
    c.json(page((await rowsOf(c, "daily-forecasts", c.req.valid("query"))).rows), 200),
  )
  .openapi(paths.customerScores, async (c) => {
    const { rows, currency } = await rowsOf(c, "customer-scores", c.req.valid("query"));
    return c.json(page(rows.map((row) => withSegment(withMoney(row, ["spend"], currency)))), 200);
  })
  .openapi(performanceRoute, async (c) => {
    const { category, brand, ...asked } = c.req.valid("query");
    const query = pageQuery(PERFORMANCE_LIST, asked);
    const ctx = requestContext(c);
    const found = await listPerformance(ctx, query, { category, brand });
    const units = await unitsOf(ctx, found);
    return c.json(
      presentPage(found, query, ({ row }) => presentPerformance(row, units.get(row.sku))),
      200,
    );
  })
  .openapi(pricingRoute, async (c) => {
    const { category, brand, position, recommendation, ...asked } = c.req.valid("query");
    const query = pageQuery(PRICING_LIST, asked);
    const ctx = requestContext(c);
    const found = await listPricing(ctx, query, { category, brand, position, recommendation });
    const units = await unitsOf(ctx, found);
    return c.json(
      presentPage(found, query, ({ row }) => presentPricing(row, units.get(row.sku))),
      200,
    );
  });

function presentMart({ rolledAt, ...mart }: MartState): z.infer<typeof MartShape> {
  return { ...mart, rolledAt: rolledAt === null ? null : iso(rolledAt) };
}
