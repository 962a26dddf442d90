import { civilDay, DAY_MS, dayNumber, dayOfNumber, dayStart } from "../../domain/base/time.ts";
import type { FeatureDay, FeatureOffer, SkuFeatures } from "../../domain/learning/features/sku-features.ts";
import type { CompetitorHistory, HourlySales } from "../../domain/messages/shard.ts";
import { TRACK_DAYS } from "../../domain/runs/competitor-track.ts";
import { cheapestByDay } from "../../domain/shard/competitors/change-points.ts";
import type { ServiceContext } from "../context.ts";
import type { ShardJob } from "./shard-job.ts";

/** How far back a decision looks. */
export const DECISION_DAYS = 120;
/** A running day counts as a day of demand when so much of it is over; before, it is an unfinished one. */
const DAY_OVER = 0.95;

/** The newest day before the ones read, of the SKUs without any of those: how old their demand is. */
const NEWEST_OLDER_DAY = `SELECT d.sku, d.day, d.units, d.price, d.in_stock_share AS exposure, d.promo, d.views, d.carts
  FROM json_each(?1) j JOIN demand_days d ON d.sku = j.value
    AND d.day = (SELECT max(m.day) FROM demand_days m WHERE m.sku = j.value)
  WHERE d.day < ?2`;

interface DemandRecord {
  sku: string;
  day: string;
  units: number;
  price: number;
  exposure: number | null;
  promo: number;
  views: number | null;
  carts: number | null;
}

interface ProductRecord {
  sku: string;
  category: string;
  family: string | null;
  currency: string;
  price: number;
  stock: number | null;
  restockDate: string | null;
}

/** One SKU as a run reads it. */
export interface SkuReading {
  features: SkuFeatures;
  /** change points of the last months */
  competitors: CompetitorHistory[];
  /** served price, minor units */
  price: number;
  stock: number | null;
  /** civil day on which more is to arrive */
  restockDate: string | null;
  /** units of the unfinished day, null where it has no row */
  unitsToday: number | null;
  /** null where no shop event is known */
  sales: HourlySales | null;
}

/** Reads everything the run needs of its shard's SKUs, at or before `asOf`, in SKU order. */
export async function readFeatures(
  ctx: ServiceContext,
  job: ShardJob,
  historyDays: number,
): Promise<SkuReading[]> {
  const { asOf, settings } = job.run;
  const today = civilDay(asOf, settings.timeZone);
  const isOver = asOf - dayStart(today, settings.timeZone) >= DAY_OVER * DAY_MS;
  const firstDay = dayOfNumber(dayNumber(today) - historyDays);
  const list = JSON.stringify(job.skus);
  const [products, demand, older, left] = await ctx.d1.batch([
    ctx.d1
      .prepare(
        `SELECT sku, category, family, currency, price, stock, restock_date AS restockDate FROM products
         WHERE sku IN (SELECT value FROM json_each(?1)) ORDER BY sku`,
      )
      .bind(list),
    ctx.d1
      .prepare(
        `SELECT sku, day, units, price, in_stock_share AS exposure, promo, views, carts FROM demand_days
         WHERE sku IN (SELECT value FROM json_each(?1)) AND day BETWEEN ?2 AND ?3 ORDER BY sku, day`,
      )
      .bind(list, firstDay, today),
    ctx.d1.prepare(NEWEST_OLDER_DAY).bind(list, firstDay),
    ctx.d1.prepare("SELECT id FROM competitors WHERE include = 0"),
  ]);
  // a competitor that people left out decides nothing, here as in the signals
  const leftOut = new Set((left!.results as { id: string }[]).map(({ id }) => id));
  const histories = new Map((await job.readHistories(job.skus, asOf)).map((h) => [h.sku, h]));
  const newest = [...(older!.results as DemandRecord[]), ...(demand!.results as DemandRecord[])];
  const demandOf = Map.groupBy(newest, (row) => row.sku);
  return (products!.results as ProductRecord[]).map((product) => {
    const history = histories.get(product.sku);
    const competitors = (history?.competitors ?? []).filter(({ competitor }) => !leftOut.has(competitor));
    const rows = demandOf.get(product.sku) ?? [];
    const running = rows.at(-1)?.day === today && !isOver ? rows.pop()! : null;
    const names = rows.map((row) => row.day);
    const cheapest = cheapestByDay(competitors, names, settings.timeZone, settings.signals);
    const days = rows.map((row, i) => featureDay(row, cheapest[i] ?? null));
    markSoldOut(days, rows, product.stock);
    const { sku, category, family, currency, price, stock, restockDate } = product;
    return {
      features: {
        sku,
        category,
        ...(family !== null && { family }),
        currency,
        days,
        offers: competitors.flatMap(newestOffer),
      },
      competitors: competitors.map((history) => recent(history, asOf - (TRACK_DAYS + 2) * DAY_MS)),
      price,
      stock,
      restockDate,
      unitsToday: running?.units ?? null,
      sales: history?.sales ?? null,
    };
  });
}

function featureDay(row: DemandRecord, cheapest: number | null): FeatureDay {
  const { day, units, price, views, carts } = row;
  return {
    ...{ day, units, price, cheapest },
    exposure: row.exposure ?? 1,
    promo: row.promo === 1,
    ...(views === null ? {} : { views }),
    ...(carts === null ? {} : { carts }),
  };
}

/** Nothing is left now and the last day does not say for how long it was on sale: it sold out at an unknown hour. */
function markSoldOut(days: FeatureDay[], rows: readonly DemandRecord[], stock: number | null): void {
  const last = days.at(-1);
  if (last && last.units > 0 && stock === 0 && rows[days.length - 1]!.exposure === null) last.censored = true;
}

/** The change points in effect at or after an instant. */
function recent({ competitor, points }: CompetitorHistory, since: number): CompetitorHistory {
  const first = points.findIndex((_, i) => (points[i + 1]?.at ?? Number.POSITIVE_INFINITY) > since);
  return { competitor, points: points.slice(Math.max(0, first)) };
}

/** A price that was converted at an old exchange rate is shown, and moves no price of ours. */
function newestOffer({ competitor, points, rateIsStale }: CompetitorHistory): FeatureOffer[] {
  const last = points.at(-1);
  if (!last || rateIsStale) return [];
  const { landedPrice, availability, lastSeenAt } = last;
  return [{ competitor, landedPrice, availability, observedAt: lastSeenAt }];
}
