import { createRoute, z } from "@hono/zod-openapi";
import { MOVER_KINDS } from "../../domain/analysis/movement-days.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { iso, pageOf } from "../../domain/contract/answers.ts";
import {
  CompetitorReport,
  DemandSignalsReport,
  PriceDirections,
  PriceMover,
  VolatilityReport,
} from "../../domain/contract/market-insights.ts";
import { orNotFound } from "../../domain/contract/problem.ts";
import { type GapSpread, gapClasses } from "../../domain/market/competitor-gaps.ts";
import type { CompetitorSums } from "../../domain/market/position.ts";
import {
  readDemandSignals,
  readPositionDemand,
  readRisks,
} from "../../services/analysis/read-demand-signals.ts";
import { readDirections, readMovers, readVolatility } from "../../services/analysis/read-movers.ts";
import { titlesOf } from "../../services/catalogue/titles.ts";
import { readMarketDays, refreshMarket } from "../../services/market/roll-up-market.ts";
import { readSettings } from "../../services/settings/settings.ts";
import { requestContext } from "../after-commit.ts";
import { newRouter } from "../context.ts";
import { requireScope } from "../middleware/identity.ts";
import { jsonReply } from "../openapi.ts";
import { given } from "../presenters/given.ts";
import { rounded } from "../presenters/marts.ts";
import { presentCompetitorPosition } from "../presenters/position.ts";
import { Days, daysOf } from "../when.ts";

const read = { method: "get" as const, tags: ["analytics"], middleware: requireScope("read") };
const name = z.string().max(200).optional();

const moversRoute = createRoute({
  ...read,
  path: "/api/market/movers",
  summary: "Competitors' prices that rose most, fell most or were most restless, as of the newest roll-up",
  request: {
    query: z.object({
      days: z.enum(["1", "7"]).default("7"),
      kind: z.enum(MOVER_KINDS).default("down"),
    }),
  },
  responses: jsonReply(200, pageOf(PriceMover), "at most fifty, the greatest first"),
});

const directionsRoute = createRoute({
  ...read,
  path: "/api/market/directions",
  summary: "How many competitors' prices rose, fell and stood still, as of the newest roll-up",
  request: { query: z.object({ days: z.enum(["1", "7"]).default("7") }) },
  responses: jsonReply(200, PriceDirections, "of all competitors, and of each"),
});

const volatilityRoute = createRoute({
  ...read,
  path: "/api/market/volatility",
  summary: "How restless competitors' prices are: by day, and by the hour of the week",
  request: { query: Days.extend({ category: name, competitor: name }) },
  responses: jsonReply(200, VolatilityReport, "the movements"),
});

const competitorRoute = createRoute({
  ...read,
  path: "/api/market/competitors/{competitor}",
  summary: "One competitor: how it prices against us now and over time, where it cuts, how often it moves",
  request: { params: z.object({ competitor: z.string().max(200) }), query: Days },
  responses: jsonReply(200, CompetitorReport, "the competitor"),
});

const demandSignalsRoute = createRoute({
  ...read,
  path: "/api/analysis/demand-signals",
  summary: "What shoppers did beside the signals that opened, and the products at risk",
  request: { query: Days.extend({ category: name }) },
  responses: jsonReply(200, DemandSignalsReport, "demand and signals"),
});

const perCent = (share: number) => rounded(100 * share, 2)!;

export const marketInsightRoutes = newRouter()
  .openapi(moversRoute, async (c) => {
    const { days, kind } = c.req.valid("query");
    const rows = await readMovers(requestContext(c), Number(days), kind);
    const items = rows.map(({ mover, title, category }) => ({
      ...{ sku: mover.sku, title, category, competitor: mover.competitor, currency: mover.currency },
      from: formatMinor(mover.from, mover.currency),
      to: formatMinor(mover.to, mover.currency),
      ...{ changePct: perCent(mover.change), pathPct: perCent(mover.path), moves: mover.moves },
    }));
    return c.json({ items, nextCursor: null, total: items.length }, 200);
  })
  .openapi(directionsRoute, async (c) => {
    const days = Number(c.req.valid("query").days);
    const rows = await readDirections(requestContext(c), days);
    const competitors = rows.map(({ competitor, ...counted }) => ({ competitor, ...presentMoved(counted) }));
    const sum = (name: "prices" | "up" | "down") => rows.reduce((total, row) => total + row[name], 0);
    const all = presentMoved({ prices: sum("prices"), up: sum("up"), down: sum("down") });
    return c.json({ days, all, competitors }, 200);
  })
  .openapi(volatilityRoute, async (c) => {
    const ctx = requestContext(c);
    const { timeZone } = (await readSettings(ctx.d1)).settings;
    const { category, competitor, ...asked } = c.req.valid("query");
    const span = daysOf(asked, ctx.now, timeZone);
    const { days, heat } = await readVolatility(ctx, { ...span, category, competitor });
    const shown = days.map(({ meanChange, meanAbsoluteChange, ...row }) => ({
      ...row,
      meanChangePct: perCent(meanChange),
      meanAbsoluteChangePct: perCent(meanAbsoluteChange),
    }));
    return c.json({ ...span, days: shown, heat }, 200);
  })
  .openapi(competitorRoute, async (c) => {
    const ctx = requestContext(c);
    await refreshMarket(ctx);
    const { timeZone, currency } = (await readSettings(ctx.d1)).settings;
    const { competitor } = c.req.valid("param");
    const span = daysOf(c.req.valid("query"), ctx.now, timeZone);
    const [rows, moves] = await Promise.all([
      readMarketDays(ctx, { dimension: "competitor", key: competitor, ...span }),
      readVolatility(ctx, { ...span, competitor }),
    ]);
    const newest = orNotFound(rows.at(-1), "no offer of this competitor counted in these days");
    const { spread } = newest.sums as { spread?: GapSpread };
    const position = (sums: unknown) => presentCompetitorPosition(competitor, sums as CompetitorSums);
    return c.json(
      {
        ...{ competitor, currency, asOf: iso(newest.at), position: position(newest.sums) },
        spread: spread ? presentSpread(spread, currency, await titlesOf(ctx.db, skusOf(spread))) : null,
        history: rows.map(({ day, sums }) => ({ day, ...position(sums) })),
        movements: moves.days.map(({ day, up, down, meanAbsoluteChange }) => ({
          ...{ day, up, down, meanAbsoluteChangePct: perCent(meanAbsoluteChange) },
        })),
      },
      200,
    );
  })
  .openapi(demandSignalsRoute, async (c) => {
    const ctx = requestContext(c);
    const { timeZone } = (await readSettings(ctx.d1)).settings;
    const { category, ...asked } = c.req.valid("query");
    const found = await readDemandSignals(ctx, { ...daysOf(asked, ctx.now, timeZone), category });
    const risks = (await readRisks(ctx, category)).map(({ performance, pricing }) => ({
      ...{ sku: performance.sku, title: performance.title, category: performance.category },
      currency: performance.currency,
      revenue: formatMinor(performance.revenue, performance.currency),
      priorRevenue: formatMinor(performance.priorRevenue, performance.currency),
      ...{ gapPct: pricing.gapPct ?? 0, competitors: pricing.competitors },
    }));
    return c.json({ ...found, positions: await readPositionDemand(ctx, category), risks }, 200);
  });

const skusOf = ({ cuts }: GapSpread): string[] => cuts.map(({ sku }) => sku);

function presentMoved({ prices, up, down }: { prices: number; up: number; down: number }) {
  const still = prices - up - down;
  const part = (count: number) => (prices === 0 ? null : rounded((100 * count) / prices, 1));
  return { prices, up, down, still, upPct: part(up), downPct: part(down), stillPct: part(still) };
}

function presentSpread(
  spread: GapSpread,
  currency: string,
  titles: ReadonlyMap<string, string>,
): NonNullable<z.infer<typeof CompetitorReport>["spread"]> {
  const money = (minor: number) => formatMinor(Math.round(minor), currency);
  const { bins, mean, median, min, max, deviation, categories, cuts } = spread;
  return {
    ...{ meanPct: perCent(mean), medianPct: perCent(median), minPct: perCent(min), maxPct: perCent(max) },
    deviationPct: perCent(deviation),
    bins: gapClasses().map((one, i) => ({ ...one, offers: bins[i]! })),
    categories: categories.map(({ meanGap, meanPrices, ...row }) => ({
      ...{ ...row, meanGapPct: perCent(meanGap) },
      // days that were measured before there were mean prices have none
      meanOurs: meanPrices ? money(meanPrices.ours) : null,
      meanTheirs: meanPrices ? money(meanPrices.theirs) : null,
    })),
    cuts: cuts.map(({ gap, ...row }) => ({
      ...{ ...row, gapPct: perCent(gap) },
      ...given({ title: titles.get(row.sku) ?? null }),
    })),
  };
}
