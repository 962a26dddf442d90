import { and, asc, eq, gte, lte } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { isOfSku, isPriceChange } from "../../db/reads/lineage.ts";
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
  { timeZone, priorPrice: national }: Pick<Settings, "timeZone" | "priorPrice">,
  asked: Asked,
): Promise<PriorPriceOf> {
  const { spans, sold } = await readSpans(db, product, timeZone, asked.at);
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

/**
 * At what prices the product was on sale: by the ledger, before that by the past prices that were imported, and before
 * these by the days of demand (`sold`).
 */
async function readSpans(
  db: Database,
  { sku, launchDate }: ProductRecord,
  timeZone: string,
  at: number,
): Promise<{ spans: PriceSpan[]; sold: PriceSpan[] }> {
  const firstDay = civilDay(at - DEMAND_DAYS * DAY_MS, timeZone);
  const [points, past, changes, days] = await db.batch([
    db
      .select({ price: priceLedger.to, at: priceLedger.at })
      .from(priceLedger)
      .where(and(isOfSku(sku), isPriceChange(), lte(priceLedger.at, at)))
      .orderBy(asc(priceLedger.at), asc(priceLedger.seq)),
    db.select().from(pastPrices).where(eq(pastPrices.sku, sku)).orderBy(asc(pastPrices.from)),
    db.select().from(statusChanges).where(eq(statusChanges.sku, sku)).orderBy(asc(statusChanges.at)),
    db
      .select({ day: demandDays.day, price: demandDays.price, share: demandDays.inStockShare })
      .from(demandDays)
      .where(and(eq(demandDays.sku, sku), gte(demandDays.day, firstDay)))
      .orderBy(asc(demandDays.day)),
  ]);
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
