import { and, asc, gte, lte } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { isOfSkus, isPriceChange, ownerOf } from "../../db/reads/lineage.ts";
import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import type { ProposalRecord } from "../../db/reads/proposals.ts";
import { demandDays, pastPrices, priceLedger, statusChanges } from "../../db/schema.ts";
import { civilDay, DAY_MS, dayNumber, dayOfNumber, dayStart } from "../../domain/base/time.ts";
import {
  onSale,
  type PriceSpan,
  type PriorPrice,
  priceAt,
  priorPrice,
  reductionStart,
  spansOf,
} from "../../domain/ledger/prior-price.ts";
import type { Settings } from "../../domain/settings/settings.ts";

import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";

/** Days before the instant that is asked for whose demand may be looked at: a reduction may have begun some time ago. */
const DEMAND_DAYS = 180;

interface Asked {
  /** ms */
  at: number;
  /** the reduced price, minor units; null = the one in force then */
  price: number | null;
}

/** The prior price, and the price that it was asked for. */
type PriorPriceOf = PriorPrice & { price: number };

/**
 * The lowest price of the 30 days before a reduction. Of a price that is in force at the instant, the reduction in force:
 * it may have begun long before. Of another price, a reduction that begins at the instant.
 */
export async function readPriorPrice(
  db: Database,
  product: ProductRecord,
  settings: Pick<Settings, "timeZone" | "priorPrice">,
  asked: Asked,
): Promise<PriorPriceOf> {
  const [prior] = await readPriorPrices(db, settings, [{ ...asked, product }]);
  return prior!;
}

/** The same for many products, each named once, in as many queries. */
export async function readPriorPrices(
  db: Database,
  settings: Pick<Settings, "timeZone" | "priorPrice">,
  asked: readonly (Asked & { product: ProductRecord })[],
): Promise<PriorPriceOf[]> {
  const spansOfEach = await readSpans(db, settings.timeZone, asked);
  return asked.map((one, i) => priorPriceOf(one, settings, spansOfEach[i]!));
}

function priorPriceOf(
  { product, ...asked }: Asked & { product: ProductRecord },
  { timeZone, priorPrice: national }: Pick<Settings, "timeZone" | "priorPrice">,
  { spans, sold }: ProductSpans,
): PriorPriceOf {
  const inForce = priceAt(spans, asked.at);
  const price = asked.price ?? inForce ?? product.price;
  const rules = {
    progressive: national.progressive,
    isPerishable: national.perishableCategories.includes(product.category),
    newGoods: national.newGoods,
  };
  const isInForce = price === inForce;
  const continued = rules.progressive && inForce !== null && price < inForce;
  const began = isInForce || continued ? reductionStart(spans, asked.at, rules.progressive) : null;
  return { ...priorPrice([...sold, ...spans], began ?? asked.at, timeZone, rules), price };
}

/** What may be announced of a proposal's price, if it is a reduction; null if it is not. */
export async function priorPriceOfProposal(
  { d1, db, now }: Pick<ServiceContext, "d1" | "db" | "now">,
  { sku, from, to, decidedAt }: Pick<ProposalRecord, "sku" | "from" | "to" | "decidedAt">,
): Promise<PriorPriceOf | null> {
  const product = to < from ? await readProduct(db, sku) : null;
  if (product === null) return null;
  const { settings } = await readSettings(d1);
  return readPriorPrice(db, product, settings, { at: decidedAt ?? now, price: to });
}

/** At what prices a product was on sale: as far as known, and before that by its days of demand (`sold`). */
interface ProductSpans {
  spans: PriceSpan[];
  sold: PriceSpan[];
}

/** By the ledger, before that by the past prices that were imported, and before these by the days of demand. */
async function readSpans(
  db: Database,
  timeZone: string,
  asked: readonly (Pick<Asked, "at"> & { product: ProductRecord })[],
): Promise<ProductSpans[]> {
  const skus = asked.map(({ product }) => product.sku);
  const [first, last] = [Math.min(...asked.map(({ at }) => at)), Math.max(...asked.map(({ at }) => at))];
  const { sku, day, price, inStockShare: share } = demandDays;
  const [points, past, changes, days] = await db.batch([
    db
      .select({ sku: ownerOf(), price: priceLedger.to, at: priceLedger.at })
      .from(priceLedger)
      .where(and(isOfSkus(skus), isPriceChange(), lte(priceLedger.at, last)))
      .orderBy(asc(priceLedger.at), asc(priceLedger.seq)),
    db.select().from(pastPrices).where(isAmong(pastPrices.sku, skus)).orderBy(asc(pastPrices.from)),
    db.select().from(statusChanges).where(isAmong(statusChanges.sku, skus)).orderBy(asc(statusChanges.at)),
    db
      .select({ sku, day, price, share })
      .from(demandDays)
      .where(and(isAmong(sku, skus), gte(day, firstDay(first, timeZone))))
      .orderBy(asc(day)),
  ]);
  const ofEach = <T extends { sku: string }>(rows: readonly T[]) => Map.groupBy(rows, (row) => row.sku);
  const found = { points: ofEach(points), past: ofEach(past), changes: ofEach(changes), days: ofEach(days) };
  return asked.map(({ product, at }) => {
    const of = <T>(rows: ReadonlyMap<string, T[]>) => rows.get(product.sku) ?? [];
    return spansOfProduct(product, timeZone, at, {
      points: of(found.points).filter((point) => point.at <= at),
      ...{ past: of(found.past), changes: of(found.changes) },
      days: of(found.days).filter((one) => one.day >= firstDay(at, timeZone)),
    });
  });
}

function firstDay(at: number, timeZone: string): string {
  return civilDay(at - DEMAND_DAYS * DAY_MS, timeZone);
}

interface Rows {
  points: { price: number; at: number }[];
  past: (typeof pastPrices.$inferSelect)[];
  changes: (typeof statusChanges.$inferSelect)[];
  days: { day: string; price: number; share: number | null }[];
}

function spansOfProduct(
  { launchDate }: ProductRecord,
  timeZone: string,
  at: number,
  { points, past, changes, days }: Rows,
): ProductSpans {
  const ledgerFrom = points[0]?.at ?? at;
  const imported = past.map(({ price, from, until }, i) => ({
    price,
    from,
    until: Math.min(until ?? Number.POSITIVE_INFINITY, past[i + 1]?.from ?? Number.POSITIVE_INFINITY),
  }));
  const importedFrom = Math.min(ledgerFrom, imported[0]?.from ?? Number.POSITIVE_INFINITY);
  const sold = days
    .filter(({ share }) => share !== 0)
    .map(({ day, price }) => ({
      price,
      from: dayStart(day, timeZone),
      until: dayStart(dayOfNumber(dayNumber(day) + 1), timeZone),
    }));
  const launch = launchDate === null ? Number.NEGATIVE_INFINITY : dayStart(launchDate, timeZone);
  const buyable = (spans: PriceSpan[]) => onSale(spans, changes, launch);
  return {
    spans: buyable([...before(imported, ledgerFrom), ...spansOf(points)]),
    sold: buyable(before(sold, importedFrom)),
  };
}

function before(spans: readonly PriceSpan[], end: number): PriceSpan[] {
  const cut = spans.map((span) => ({ ...span, until: Math.min(span.until, end) }));
  return cut.filter(({ from, until }) => from < until);
}
