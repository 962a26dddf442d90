import { createRoute, z } from "@hono/zod-openapi";
import { readForecast } from "../../db/reads/forecasts.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { Forecast } from "../../domain/contract/science-shapes.ts";
import { readSettings } from "../../services/settings/read-settings.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/right.ts";
import { jsonReply } from "../openapi.ts";
import { presentForecast } from "../presenters/forecast.ts";

const forecastRoute = createRoute({
  method: "get",
  path: "/api/products/{sku}/forecast",
  tags: ["science"],
  summary:
    "Demand of the next 14 days and 6 hours, stock-out, and the cheapest competitor expected in a week",
  middleware: requireScope("read"),
  request: { params: z.object({ sku: z.string() }) },
  responses: jsonReply(200, Forecast, "the newest forecast, made by the newest elasticity run"),
});

export const forecastRoutes = newRouter().openapi(forecastRoute, async (c) => {
  const ctx = requestContext(c);
  const found = await readForecast(ctx.db, c.req.valid("param").sku);
  if (!found) throw new ProblemError("not_found", "no forecast yet: an elasticity run makes one");
  const { settings } = await readSettings(ctx.d1);
  return c.json(presentForecast(found, settings.timeZone), 200);
});
