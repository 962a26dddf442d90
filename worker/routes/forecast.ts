import { createRoute, z } from "@hono/zod-openapi";
import { FORECAST_LIST, listForecasts, readForecast } from "../../db/reads/forecasts.ts";
import { pageOf } from "../../domain/contract/answers.ts";
import { Forecast, ForecastScore } from "../../domain/contract/learning.ts";
import { orNotFound } from "../../domain/contract/problem.ts";
import { marketView } from "../../domain/learning/features/market.ts";
import { categoryProfiles, profileOf } from "../../domain/learning/forecasting/hour-profile.ts";
import { refreshForecast } from "../../domain/runs/intraday-forecast.ts";
import { offersNow } from "../../domain/runs/snapshot.ts";
import { skuShardOf } from "../../durable/stubs.ts";
import { readCategoryHours } from "../../services/runs/hours.ts";
import { longParts } from "../../services/runs/learned-store.ts";
import { readStandings } from "../../services/runs/snapshot.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { presentForecast, presentForecastScore } from "../presenters/learning.ts";

const forecastRoute = createRoute({
  method: "get",
  path: "/api/products/{sku}/forecast",
  tags: ["science"],
  summary:
    "Demand of the next 14 days; of 6 hours and the stock-out as of now; the cheapest competitor in a week",
  middleware: requireScope("read"),
  request: { params: z.object({ sku: z.string() }) },
  responses: jsonReply(
    200,
    Forecast,
    "the newest forecast, made by the newest elasticity run; `hourly` and `stockout` as of the request",
  ),
});

const listRoute = createRoute({
  method: "get",
  path: "/api/forecasts",
  tags: ["science"],
  summary: "How near the forecasts of each product's cheapest competitor came, beside the price last seen",
  middleware: requireScope("read"),
  request: {
    query: listQuery(FORECAST_LIST, {
      category: z.string().max(200).optional(),
      brand: z.string().max(200).optional(),
      usesForecast: z.enum(["true", "false"]).optional(),
    }),
  },
  responses: jsonReply(200, pageOf(ForecastScore), "a page of products"),
});

export const forecastRoutes = newRouter()
  .openapi(forecastRoute, async (c) => {
    const ctx = requestContext(c);
    const { sku } = c.req.valid("param");
    const found = orNotFound(await readForecast(ctx.db, sku), "no forecast yet: an elasticity run makes one");
    const shard = await skuShardOf(c.env, sku);
    const [stored, { settings }, hours, sales, [history], standings] = await Promise.all([
      longParts(ctx, [found.forecast]),
      readSettings(ctx.d1),
      readCategoryHours(ctx, found.forecast.runId),
      shard.sales(sku, ctx.now),
      shard.history([sku], ctx.now),
      readStandings(ctx),
    ]);
    const report = orNotFound(stored.get(sku)?.forecast ?? null, "the forecast is no longer kept");
    const { timeZone } = settings;
    const { product, elasticity } = found;
    const profile = profileOf(categoryProfiles(hours), product.category, report.ownHours);
    const forecast = refreshForecast(report, {
      ...{ now: ctx.now, timeZone, profile, sales },
      market: marketView(offersNow(history, standings), ctx.now, settings.signals, false),
      stock: product.stock,
      restockDate: product.restockDate,
      logPriceChange: Math.log(product.price / found.forecast.price),
      elasticity: elasticity ?? 0,
    });
    return c.json(presentForecast({ ...found, report: forecast, now: ctx.now }, timeZone), 200);
  })
  .openapi(listRoute, async (c) => {
    const { usesForecast, ...asked } = c.req.valid("query");
    const query = pageQuery(FORECAST_LIST, asked);
    const filter = { ...asked, usesForecast: usesForecast && usesForecast === "true" };
    const page = await listForecasts(requestContext(c).db, query, filter);
    return c.json(presentPage(page, query, presentForecastScore), 200);
  });
