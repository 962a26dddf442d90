import { createRoute, z } from "@hono/zod-openapi";
import { LEDGER_LIST, listLedger } from "../../db/reads/chains.ts";
import { listSignals, SIGNAL_LIST } from "../../db/reads/market.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { iso, PAGE_LIMIT_MAX } from "../../domain/contract/answers.ts";
import { ProductMarket } from "../../domain/contract/product-market.ts";
import { TREND_WINDOWS } from "../../domain/shard/competitors/trend.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { presentSignal } from "../presenters/market.ts";
import { presentLedgerEntry } from "../presenters/price.ts";
import { presentProduct } from "../presenters/product.ts";
import { askedOf, demandDays, offersOf, standingsOf, trendPoints } from "../product-market.ts";
import { firstMs, When } from "../when.ts";

/** Days of demand before the span, for the price in force at its beginning. */
const DAYS_BEFORE = 2;
const SIGNALS_MAX = 100;

const marketRoute = createRoute({
  method: "get",
  path: "/api/products/{sku}/market",
  tags: ["market"],
  summary: "A product with its competitors, demand, price ledger and open signals: what a chart of it shows",
  middleware: requireScope("read"),
  request: {
    params: z.object({ sku: z.string().max(100) }),
    query: z.object({
      from: When.optional(),
      to: When.optional(),
      window: z.enum(TREND_WINDOWS).default("1d").describe("`1d`: the civil days of the install's time zone"),
    }),
  },
  responses: jsonReply(200, ProductMarket, "the market of the product"),
});

export const productMarketRoutes = newRouter().openapi(marketRoute, async (c) => {
  const { sku } = c.req.valid("param");
  const { from, to, window } = c.req.valid("query");
  const asked = await askedOf(c, sku);
  const { ctx, product } = asked;
  const before = from && iso(firstMs(from) - DAYS_BEFORE * DAY_MS);
  const signalsOf = { limit: SIGNALS_MAX, sort: SIGNAL_LIST.sort };
  const [offers, trend, demand, ledger, open, seen] = await Promise.all([
    offersOf(asked),
    trendPoints(asked, { from, to, window }),
    demandDays(asked, { from: before, to }),
    listLedger(ctx.db, { limit: PAGE_LIMIT_MAX, sort: LEDGER_LIST.sort }, sku),
    listSignals(ctx.db, signalsOf, { sku, status: "open" }),
    listSignals(ctx.db, signalsOf, { sku, status: "acknowledged" }),
  ]);
  const signals = [...open.rows, ...seen.rows].sort((a, b) => b.signal.openedAt - a.signal.openedAt);
  return c.json(
    {
      product: presentProduct(product),
      ...{ offers, trend, demand },
      standings: window === "1d" ? standingsOf(asked, offers, trend) : [],
      ledger: ledger.rows.map(({ entry }) => presentLedgerEntry(entry)),
      signals: signals.map(presentSignal),
    },
    200,
  );
});
