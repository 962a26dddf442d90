import { createRoute, z } from "@hono/zod-openapi";
import { FIXED_ELASTICITY, type SimulatedRevenue } from "../../domain/analysis/revenue-simulation.ts";
import { STOCK_LEVELS, stockCover, warehouseHours } from "../../domain/analysis/stock-cover.ts";
import { formatMinor } from "../../domain/base/money.ts";
import {
  ElasticityReport,
  SimulationReport,
  StockCoverShape,
  StockSummary,
} from "../../domain/contract/analysis.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { listStock, STOCK_LIST, summariseStock } from "../../services/analysis/list-stock.ts";
import { readElasticityAnalysis } from "../../services/analysis/read-elasticity.ts";
import { simulate } from "../../services/analysis/simulate.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { listQuery, pageQuery, presentPage } from "../list.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { rounded } from "../presenters/marts.ts";

const read = { method: "get" as const, tags: ["analytics"], middleware: requireScope("read") };
const name = z.string().max(200).optional();

const stockRoute = createRoute({
  ...read,
  path: "/api/analysis/stock",
  summary: "How long the stock of each product lasts, and what to order",
  request: {
    query: listQuery(STOCK_LIST, { category: name, warehouse: name, level: z.enum(STOCK_LEVELS).optional() }),
  },
  responses: jsonReply(200, pageOf(StockCoverShape), "a page of products, those that sell out first"),
});

const summaryRoute = createRoute({
  ...read,
  path: "/api/analysis/stock/summary",
  summary: "Products at each stock level, and what lies in each warehouse by category",
  responses: jsonReply(200, StockSummary, "the stock"),
});

const simulationRoute = createRoute({
  ...read,
  path: "/api/analysis/revenue-simulation",
  summary:
    "What price changes would do to revenue: of the pending proposals, or the same change of every price",
  request: {
    query: z.object({
      category: name,
      recommendation: z.enum(["raise", "lower"]).optional().describe("only proposals of this direction"),
      changePct: z.coerce
        .number()
        .min(-90)
        .max(200)
        .optional()
        .describe("of every price, in place of proposals"),
    }),
  },
  responses: jsonReply(200, SimulationReport, "revenue a day, before and after"),
});

const elasticityRoute = createRoute({
  ...read,
  path: "/api/analysis/elasticity",
  summary: "The elasticities of the catalogue: how they spread, by category, and how many the data say",
  request: { query: z.object({ category: name, brand: name }) },
  responses: jsonReply(200, ElasticityReport, "the elasticities"),
});

export const analysisPriceRoutes = newRouter()
  .openapi(stockRoute, async (c) => {
    const { category, level, warehouse, ...asked } = c.req.valid("query");
    const query = pageQuery(STOCK_LIST, asked);
    const found = await listStock(requestContext(c), query, { category, level, warehouse });
    return c.json(presentPage(found, query, presentStockCover), 200);
  })
  .openapi(summaryRoute, async (c) => c.json(await summariseStock(requestContext(c)), 200))
  .openapi(simulationRoute, async (c) => {
    const ctx = requestContext(c);
    const { currency } = (await readSettings(ctx.d1)).settings;
    const { products, totals, items } = await simulate(ctx, c.req.valid("query"), currency);
    const money = (minor: number) => formatMinor(Math.round(minor), currency);
    const revenue = ({ before, fixed, mean, low, high }: SimulatedRevenue) => ({
      ...{ before: money(before), fixed: money(fixed), mean: money(mean) },
      ...{ low: money(low), high: money(high) },
    });
    const shown = items.map(({ sku, title, from, to, unitsPerDay, elasticity, ...one }) => ({
      ...{ sku, title, from: money(from), to: money(to), unitsPerDay: rounded(unitsPerDay)! },
      elasticity: elasticity && { ...elasticity, ci95: [...elasticity.ci95] as [number, number] },
      ...revenue(one),
    }));
    const head = { currency, fixedElasticity: FIXED_ELASTICITY, products };
    return c.json({ ...head, totals: revenue(totals), items: shown }, 200);
  })
  .openapi(elasticityRoute, async (c) => {
    const { asOf, pricesRight, ...found } = await readElasticityAnalysis(
      requestContext(c),
      c.req.valid("query"),
    );
    const course = found.course.map((point) => ({ ...point, asOf: iso(point.asOf) }));
    const right = pricesRight && {
      each: rounded(pricesRight.each, 3)!,
      inTheMean: rounded(pricesRight.inTheMean, 3)!,
    };
    return c.json({ ...found, asOf: asOf === null ? null : iso(asOf), course, pricesRight: right }, 200);
  });

type StockRow = Awaited<ReturnType<typeof listStock>>["rows"][number];

function presentStockCover(one: StockRow): z.infer<typeof StockCoverShape> {
  const { row, stock, quantityUnit, forecastHours, warehouses } = one;
  const { sku, title, category, brand, unitsPerHour, variation } = row;
  const cover = stockCover(stock, unitsPerHour, variation);
  return {
    ...{ sku, title, category, brand, stock, unitsPerHour: rounded(unitsPerHour, 5)! },
    variation: rounded(variation),
    ...cover,
    hoursToStockout: rounded(cover.hoursToStockout, 1),
    forecastHours,
    ...(quantityUnit && { quantityUnit }),
    warehouses: presentWarehouses(warehouses, unitsPerHour),
  };
}

function presentWarehouses(warehouses: StockRow["warehouses"], unitsPerHour: number) {
  const hours = warehouseHours(warehouses, unitsPerHour);
  return warehouses.map(({ warehouse, units }, i) => ({
    ...{ warehouse, units },
    hoursToStockout: rounded(hours[i]!, 1),
  }));
}
