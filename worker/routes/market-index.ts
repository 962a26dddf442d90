import { createRoute, z } from "@hono/zod-openapi";
import { countOpenSignals } from "../../db/reads/market.ts";
import { civilDay, DAY_MS } from "../../domain/base/time.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import { CompetitorIndex, MarketIndex, MarketSummary } from "../../domain/contract/market.ts";
import { type CompetitorSums, emptyMarket, type MarketSums } from "../../domain/market/position.ts";
import { readMarketDays, refreshMarket } from "../../services/market/roll-up-market.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { presentCompetitorPosition, presentPosition } from "../presenters/position.ts";
import { dayOf, When } from "../when.ts";

const DAYS_DEFAULT = 30;

const summaryRoute = createRoute({
  method: "get",
  path: "/api/market/summary",
  tags: ["market"],
  summary:
    "Where our prices stand among the competitors' now: of the catalogue, by category and by competitor",
  middleware: requireScope("read"),
  request: {
    query: z.object({
      category: z.string().max(200).optional().describe("`market` and `openSignals` are of this category"),
    }),
  },
  responses: jsonReply(200, MarketSummary, "the market"),
});

const indexRoute = createRoute({
  method: "get",
  path: "/api/market/index",
  tags: ["market"],
  summary:
    "The price index by day: our prices as a per cent of the cheapest competitor's, or of each competitor's; above 100 we are dearer",
  middleware: requireScope("read"),
  request: {
    query: z.object({
      by: z.enum(["all", "category", "brand", "competitor"]).default("all"),
      key: z.string().max(200).optional().describe("one category, brand or competitor"),
      from: When.optional().describe("default 30 days ago"),
      to: When.optional(),
    }),
  },
  responses: jsonReply(
    200,
    pageOf(z.union([MarketIndex, CompetitorIndex])),
    "by group and day, oldest first",
  ),
});

export const marketIndexRoutes = newRouter()
  .openapi(summaryRoute, async (c) => {
    const ctx = requestContext(c);
    await refreshMarket(ctx);
    const { category } = c.req.valid("query");
    const today = civilDay(ctx.now, (await readSettings(ctx.d1)).settings.timeZone);
    const read = (dimension: "all" | "category" | "brand" | "competitor") =>
      readMarketDays(ctx, { dimension, from: today, to: today });
    const [[all], categories, brands, competitors, openSignals] = await Promise.all([
      read("all"),
      read("category"),
      read("brand"),
      read("competitor"),
      countOpenSignals(ctx.db, category),
    ]);
    const whole = category === undefined ? all : categories.find(({ key }) => key === category);
    const group = ({ key, sums }: { key: string; sums: unknown }) => presentPosition(key, sums as MarketSums);
    return c.json(
      {
        asOf: iso(all!.at),
        definition:
          "index = 100 * our price / the cheapest competitor's landed price in stock, geometric mean; above 100 we are dearer",
        market: group(whole ?? { key: category ?? "", sums: emptyMarket().all }),
        categories: categories.map(group),
        brands: brands.map(group),
        competitors: competitors
          .map(({ key, sums }) => presentCompetitorPosition(key, sums as CompetitorSums))
          .sort((a, b) => b.aggression - a.aggression),
        openSignals,
      },
      200,
    );
  })
  .openapi(indexRoute, async (c) => {
    const ctx = requestContext(c);
    await refreshMarket(ctx);
    const { timeZone } = (await readSettings(ctx.d1)).settings;
    const { by, key, from, to } = c.req.valid("query");
    const rows = await readMarketDays(ctx, {
      ...{ dimension: by, key },
      from: from ? dayOf(from, timeZone) : civilDay(ctx.now - DAYS_DEFAULT * DAY_MS, timeZone),
      to: to ? dayOf(to, timeZone) : civilDay(ctx.now, timeZone),
    });
    const items = rows.map(presentDay);
    return c.json({ items, nextCursor: null, total: items.length }, 200);
  });

type MarketDay = Awaited<ReturnType<typeof readMarketDays>>[number];

function presentDay({ day, dimension, key, sums }: MarketDay) {
  if (dimension !== "competitor") return { day, ...presentPosition(key, sums as MarketSums) };
  const position = presentCompetitorPosition(key, sums as CompetitorSums);
  return { day, key, compared: position.offers, ...position };
}
