import { count, gte } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { dailyMovements, offers, priceDirections, priceMovers, products } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import {
  countDirections,
  MOVER_KINDS,
  sumMovements,
  topMovers,
} from "../../domain/analysis/movement-days.ts";
import { civilDay, DAY_MS, dayStart } from "../../domain/base/time.ts";
import type { SkuMovement } from "../../domain/shard/competitors/movements.ts";
import type { ServiceContext } from "../context.ts";
import type { MartSources } from "../ports.ts";
import { noteLookedAtDays, noteRolledDays } from "./mart-days.ts";
import { replaceParts } from "./parts.ts";

/** Shards asked at the same time, and movements that one answers at most. */
const WAVE = 16;
const MOVES_MAX = 50_000;
const MOVERS_SHOWN = 50;

type MovementContext = ServiceContext & { sources: MartSources };

/** What counts as a movement, and where days begin. */
interface MovementRule {
  /** least change, a share of the price before */
  share: number;
  timeZone: string;
  /** how long an offer counts after it was last seen, ms */
  freshMs: number;
}

/**
 * Rolls up the competitors' price movements of these days, the newest first, and ranks those that moved most in each of the times
 * (`rankings`, in days), from one look into the shards' histories.
 */
export async function rollUpMovements(
  ctx: MovementContext,
  days: readonly string[],
  rankings: readonly number[],
  { share, timeZone, freshMs }: MovementRule,
): Promise<void> {
  const starts = new Map(days.map((day) => [day, dayStart(day, timeZone)]));
  const since = Math.min(...starts.values(), ctx.now - Math.max(...rankings) * DAY_MS);
  const moves = await movesBetween(ctx, { share, since, until: ctx.now });
  const categories = await categoriesOf(ctx, moves);
  const byDay = Map.groupBy(moves, ({ at }) => civilDay(at, timeZone));
  for (const [day, start] of starts) {
    const ofDay = byDay.get(day) ?? [];
    const rows = sumMovements(ofDay, categories, start).map((row) => ({ day, ...row }));
    const noted = [{ mart: "daily_movements" as const, day, source: ofDay.length, rows: rows.length }];
    await commitBatch(ctx.d1, [
      ...replaceParts(ctx, { mart: "daily_movements", day }, dailyMovements, rows),
      ...(day === days[0] ? noteRolledDays(ctx, noted) : noteLookedAtDays(ctx, noted)),
    ]);
  }
  for (const length of rankings) {
    const since = ctx.now - length * DAY_MS;
    const recent = moves.filter(({ at }) => at >= since);
    const seen = await pricesSeen(ctx, Math.min(since, ctx.now - freshMs));
    const directions = countDirections(recent, seen).map((row) => ({ days: length, ...row }));
    const day = `${length}`;
    await commitBatch(ctx.d1, [
      ...replaceParts(ctx, { mart: "price_movers", day }, priceMovers, ranked(recent, length)),
      ...replaceParts(ctx, { mart: "price_directions", day }, priceDirections, directions),
    ]);
  }
}

/** How many prices of each competitor were seen since an instant (ms). */
async function pricesSeen({ db }: ServiceContext, since: number): Promise<Map<string, number>> {
  const rows = await db
    .select({ competitor: offers.competitor, prices: count() })
    .from(offers)
    .where(gte(offers.observedAt, since))
    .groupBy(offers.competitor);
  return new Map(rows.map(({ competitor, prices }) => [competitor, prices]));
}

function ranked(moves: readonly SkuMovement[], days: number): (typeof priceMovers.$inferSelect)[] {
  const top = topMovers(moves, MOVERS_SHOWN);
  return MOVER_KINDS.flatMap((kind) => top[kind].map((mover, i) => ({ days, kind, rank: i + 1, ...mover })));
}

async function movesBetween(
  { sources }: MovementContext,
  query: { share: number; since: number; until: number },
): Promise<SkuMovement[]> {
  const found: SkuMovement[] = [];
  const shards = await sources.shards();
  for (let start = 0; start < shards.length; start += WAVE) {
    const wave = shards
      .slice(start, start + WAVE)
      .map((shard) => sources.movements(shard, { ...query, limit: MOVES_MAX }));
    for (const moves of await Promise.all(wave)) found.push(...moves);
  }
  return found;
}

async function categoriesOf(
  { db }: ServiceContext,
  moves: readonly SkuMovement[],
): Promise<Map<string, string>> {
  const skus = [...new Set(moves.map(({ sku }) => sku))];
  if (skus.length === 0) return new Map();
  const { sku, category } = products;
  const rows = await db.select({ sku, category }).from(products).where(isAmong(sku, skus));
  return new Map(rows.map((row) => [row.sku, row.category]));
}
