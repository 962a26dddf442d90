import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Env } from "../db/env.ts";
import { listDemand } from "../db/reads/market.ts";
import { readCompetitorRules } from "../db/reads/named-products.ts";
import { type ProductRecord, readProduct } from "../db/reads/products.ts";
import { formatMinor, nearestMinor } from "../domain/base/money.ts";
import { civilDay, DAY_MS, dayStart } from "../domain/base/time.ts";
import { iso } from "../domain/contract/answers.ts";
import type { DemandDay, Offer, TrendPoint } from "../domain/contract/market.ts";
import { orNotFound } from "../domain/contract/problem.ts";
import type { Standing } from "../domain/contract/product-market.ts";
import { priceStanding } from "../domain/market/price-standing.ts";

import type { Settings } from "../domain/settings/settings.ts";
import { type TREND_WINDOWS, trendOf } from "../domain/shard/competitors/trend.ts";
import { skuShardOf } from "../durable/stubs.ts";
import type { ServiceContext } from "../services/context.ts";
import { readSettings } from "../services/settings/settings.ts";
import { requestContext } from "./after-commit.ts";
import type { AppEnv } from "./context.ts";
import { given } from "./presenters/given.ts";
import { type DemandDayView, presentDemandDay, presentOffer } from "./presenters/market.ts";
import { dayOf, firstMs, lastMs } from "./when.ts";

const TREND_DAYS_DEFAULT = 30;
const DEMAND_DAYS_DEFAULT = 365;

/** A product, and what is needed to say how its market is. */
interface Asked {
  env: Env;
  ctx: ServiceContext;
  product: ProductRecord;
  settings: Settings;
}

/** @throws ProblemError not_found */
export async function askedOf(c: Context<AppEnv>, sku: string): Promise<Asked> {
  const ctx = requestContext(c);
  const [product, { settings }] = await Promise.all([readProduct(ctx.db, sku), readSettings(ctx.d1)]);
  return { env: c.env, ctx, product: orNotFound(product, "no such product"), settings };
}

interface Span {
  from?: string | undefined;
  to?: string | undefined;
}

/** Each competitor's latest accepted offer, cheapest first. */
export async function offersOf({ env, ctx, product, settings }: Asked): Promise<z.infer<typeof Offer>[]> {
  const shard = await skuShardOf(env, product.sku);
  const [offers, { excluded }] = await Promise.all([shard.offers(product.sku), readCompetitorRules(ctx.d1)]);
  return [...offers]
    .sort((a, b) => a.landedPrice - b.landedPrice || (a.competitor < b.competitor ? -1 : 1))
    .map((offer) => presentOffer(offer, product.price, ctx.now, settings.signals, excluded));
}

/** Competitors' prices in windows, oldest first. */
export async function trendPoints(
  { env, ctx, product, settings }: Asked,
  query: Span & { window: (typeof TREND_WINDOWS)[number]; bySeller?: boolean },
): Promise<z.infer<typeof TrendPoint>[]> {
  const to = query.to ? lastMs(query.to) : ctx.now;
  const from = query.from ? firstMs(query.from) : to - TREND_DAYS_DEFAULT * DAY_MS;
  const shard = await skuShardOf(env, product.sku);
  const [history] = await shard.history([product.sku], to, query.bySeller ?? false);
  const points = trendOf(history?.competitors ?? [], {
    from,
    to,
    window: query.window,
    freshness: settings.signals,
    timeZone: settings.timeZone,
  });
  return points.map(({ competitor, seller, at, avg, min, volatility, direction }) => ({
    competitor,
    ...given({ seller: seller ?? null }),
    at: iso(at),
    avg: formatMinor(avg, product.currency),
    min: formatMinor(min, product.currency),
    volatility,
    direction,
  }));
}

/** Days of its own past that a price is compared with. */
const STANDING_DAYS = 90;

/** Where each offer stands among the competitor's own prices of the days before today. */
export function standingsOf(
  { ctx: { now }, product, settings: { timeZone } }: Asked,
  offers: readonly z.infer<typeof Offer>[],
  days: readonly z.infer<typeof TrendPoint>[],
): z.infer<typeof Standing>[] {
  const first = iso(now - STANDING_DAYS * DAY_MS);
  const today = iso(dayStart(civilDay(now, timeZone), timeZone));
  const past = Map.groupBy(
    days.filter(({ at }) => at >= first && at < today),
    ({ competitor }) => competitor,
  );
  return offers.flatMap(({ competitor, landedPrice }) => {
    const minor = (amount: string) => nearestMinor(amount, product.currency);
    const prices = (past.get(competitor) ?? []).map(({ avg }) => minor(avg));
    const found = priceStanding(prices, minor(landedPrice));
    if (found === null) return [];
    const money = (amount: number) => formatMinor(amount, product.currency);
    const { low, high, cheaperThan } = found;
    const cheaperThanPct = Math.round(100 * cheaperThan);
    return [{ competitor, days: found.days, low: money(low), high: money(high), cheaperThanPct }];
  });
}

/** Days of demand, oldest first. */
export async function demandDays(
  { env, ctx, product, settings }: Asked,
  query: Span,
): Promise<z.infer<typeof DemandDay>[]> {
  const { timeZone } = settings;
  const to = query.to ? dayOf(query.to, timeZone) : civilDay(ctx.now, timeZone);
  const from = query.from
    ? dayOf(query.from, timeZone)
    : civilDay(ctx.now - DEMAND_DAYS_DEFAULT * DAY_MS, timeZone);
  const shard = await skuShardOf(env, product.sku);
  const [rows, { days }] = await Promise.all([
    listDemand(ctx.db, product.sku, from, to),
    shard.shop(product.sku),
  ]);
  // the shard may know more of the newest days than D1 has been told
  const byDay = new Map<string, DemandDayView>();
  for (const row of rows) byDay.set(row.day, row);
  for (const row of days) if (row.day >= from && row.day <= to) byDay.set(row.day, row);
  return [...byDay.values()]
    .sort((a, b) => (a.day < b.day ? -1 : 1))
    .map((row) => presentDemandDay(row, product.currency));
}
