import {
  and,
  eq,
  getTableColumns,
  gte,
  inArray,
  isNull,
  max,
  ne,
  or,
  type Placeholder,
  type SQL,
  sql,
} from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { isAmong } from "../../db/bulk.ts";
import { type Database, database } from "../../db/database.ts";
import type { ProductRecord } from "../../db/reads/products.ts";
import { recordsOf } from "../../db/records.ts";
import { overrides, priceLedger, products } from "../../db/schema.ts";
import { bind, type Compiled, compile } from "../../db/write.ts";
import type { Override } from "../../domain/ledger/overrides.ts";
import { isInForce, permittedOverrides } from "../../domain/ledger/permitted.ts";
import {
  dueAt,
  frozenSince,
  type PriceSource,
  servedAt,
  type UnderlyingPrice,
} from "../../domain/ledger/served-price.ts";
import { PRICE_OVERRIDES } from "../../domain/messages/names.ts";
import { presentSkus } from "../catalogue/rename/aliases.ts";
import { asOverride, type OverrideRecord } from "../overrides/read-overrides.ts";
import { latestSettings, settingsOf } from "../settings/settings.ts";

/** What of a product's row says which price is underneath an override; `at`: the instant that is asked for, ms. */
export type PricedProduct = Pick<
  ProductRecord,
  "sku" | "price" | "priceSource" | "basePrice" | "baseWaitsSince"
> & { at: number };

/**
 * The prices of these products without overrides, by SKU: a base price that waits since before the instant, else the
 * newest of the ledger that no override caused.
 */
export async function underlyingPrices(
  db: Database,
  asked: readonly PricedProduct[],
): Promise<Map<string, UnderlyingPrice>> {
  const found = new Map<string, UnderlyingPrice>();
  const overridden: string[] = [];
  for (const { sku, price, priceSource, basePrice, baseWaitsSince, at } of asked) {
    // at the very instant at which a freeze began the import was after it
    if (baseWaitsSince !== null && baseWaitsSince < at) found.set(sku, { price: basePrice, source: "base" });
    else if (priceSource === "override") overridden.push(sku);
    else found.set(sku, { price, source: priceSource as UnderlyingPrice["source"] });
  }
  if (overridden.length === 0) return found;
  const newest = db
    .select({ seq: max(priceLedger.seq) })
    .from(priceLedger)
    .where(and(isAmong(priceLedger.sku, overridden), ne(priceLedger.source, "override")))
    .groupBy(priceLedger.sku);
  const entries = await db
    .select({ sku: priceLedger.sku, price: priceLedger.to, source: priceLedger.source })
    .from(priceLedger)
    .where(sql`${priceLedger.seq} IN ${newest}`);
  for (const { sku, price, source } of entries)
    found.set(sku, { price, source: source as UnderlyingPrice["source"] });
  for (const { sku, basePrice } of asked)
    if (!found.has(sku)) found.set(sku, { price: basePrice, source: "base" });
  return found;
}

/** The price to serve, minor units; instants in ms. */
export interface ServedPriceNow {
  sku: string;
  price: number;
  currency: string;
  source: PriceSource;
  since: number;
  /** when the override ends that it is from */
  until: number | null;
  overrideId: string | null;
  version: number;
  /** an inactive product has a price, but nobody can buy it at that */
  isOnSale: boolean;
}

/** The freezes and fixed prices that meet a condition, whatever they concern. */
function priceOverrides(db: Database, condition: SQL | undefined) {
  return db
    .select()
    .from(overrides)
    .where(and(inArray(overrides.kind, PRICE_OVERRIDES), condition));
}

/** The freezes and fixed prices that concern a SKU and meet a condition. */
function overridesConcerning(db: Database, sku: string | Placeholder, condition: SQL | undefined) {
  const named = (scope: OverrideRecord["scope"], key: SQLiteColumn) =>
    and(eq(overrides.scope, scope), eq(overrides.key, key));
  const isConcerned = or(
    ...[eq(overrides.scope, "global"), named("sku", products.sku)],
    ...[named("category", products.category), named("brand", products.brand)],
  );
  return db
    .select(getTableColumns(overrides))
    .from(overrides)
    .innerJoin(products, eq(products.sku, sku))
    .where(and(inArray(overrides.kind, PRICE_OVERRIDES), isConcerned, condition));
}

/** The two queries of a served price, by `sku`. Nearly every request of a shop is one: their text is built once. */
let queries: { product: Compiled; open: Compiled } | undefined;

function servedQueries(db: Database) {
  const sku = sql.placeholder("sku");
  queries ??= {
    product: compile(db.select().from(products).where(eq(products.sku, sku))),
    open: compile(overridesConcerning(db, sku, isNull(overrides.endedAt))),
  };
  return queries;
}

/**
 * The price of a SKU as of now. What has begun or ended since the last minute tick counts at once: the stored price
 * follows. Null if there is no such product.
 */
export async function readServedPrice(
  d1: D1Database,
  sku: string,
  now: number,
): Promise<ServedPriceNow | null> {
  const db = database(d1);
  const { product, open: concerning } = servedQueries(db);
  const [found, orders] = await d1.batch<Record<string, unknown>>([
    bind(d1, product, { sku }),
    bind(d1, concerning, { sku }),
  ]);
  const [row] = recordsOf(products, found!.results);
  if (!row) return null;
  const open = recordsOf(overrides, orders!.results);
  if (open.length === 0 && isAsStored(row)) return storedPrice(row);
  const frozenAt = frozenSince(open.map(asOverride), row, now);
  // a freeze may keep what overrides were that have ended since it began
  const asOfFreeze = or(isNull(overrides.endedAt), gte(overrides.endedAt, frozenAt ?? now));
  const known = (frozenAt === null ? open : await overridesConcerning(db, sku, asOfFreeze)).map(asOverride);
  const underlying = (await underlyingPrices(db, [{ ...row, at: frozenAt ?? now }])).get(sku)!;
  return servedOf(row, await permittedFor(db, known, [row]), underlying, now);
}

type Permitted = (row: ProductRecord) => readonly Override[];

/** Which of the overrides may decide a product's price. The settings are read only where one is not in force yet. */
async function permittedFor(
  db: Database,
  known: readonly Override[],
  rows: readonly ProductRecord[],
): Promise<Permitted> {
  const fixed = known.filter(({ kind }) => kind === "FIXED_PRICE");
  if (!rows.some((row) => fixed.some((one) => !isInForce(one, row)))) return () => known;
  const { settings } = settingsOf((await latestSettings(db))[0]);
  return (row) => permittedOverrides(known, row, settings);
}

/** The same for many SKUs, in a few queries; those that are not in the catalogue are left out. */
export async function readServedPrices(
  db: Database,
  skus: readonly string[],
  now: number,
): Promise<ServedPriceNow[]> {
  const [rows, open] = await db.batch([
    db.select().from(products).where(isAmong(products.sku, skus)).orderBy(products.sku),
    priceOverrides(db, isNull(overrides.endedAt)),
  ]);
  const asOpen = open.map(asOverride);
  const asked = rows.map((row) => ({ ...row, frozenAt: frozenSince(asOpen, row, now) }));
  const firstFreeze = Math.min(now, ...asked.map(({ frozenAt }) => frozenAt ?? now));
  const asOfFreeze = or(isNull(overrides.endedAt), gte(overrides.endedAt, firstFreeze));
  const known = firstFreeze < now ? (await priceOverrides(db, asOfFreeze)).map(asOverride) : asOpen;
  const moved = known.length === 0 ? asked.filter((row) => !isAsStored(row)) : asked;
  const underlying = await underlyingPrices(
    db,
    moved.map((row) => ({ ...row, at: row.frozenAt ?? now })),
  );
  const permitted = await permittedFor(db, known, asked);
  return asked.map((row) => {
    const underneath = underlying.get(row.sku);
    return underneath ? servedOf(row, permitted, underneath, now) : storedPrice(row);
  });
}

/** The same by the SKU that was asked for, which may be one that the product had before. */
export async function readAskedPrices(
  db: Database,
  skus: readonly string[],
  now: number,
): Promise<Map<string, ServedPriceNow>> {
  const served = new Map((await readServedPrices(db, skus, now)).map((price) => [price.sku, price]));
  const present = await presentSkus(
    db,
    skus.filter((sku) => !served.has(sku)),
  );
  if (present.size === 0) return served;
  const others = await readServedPrices(db, [...new Set(present.values())], now);
  const bySku = new Map(others.map((price) => [price.sku, price]));
  for (const [alias, sku] of present) if (bySku.has(sku)) served.set(alias, bySku.get(sku)!);
  return served;
}

/** Whether the stored price is the one to serve, where no override is open. */
function isAsStored({ baseWaitsSince, priceSource }: ProductRecord): boolean {
  return baseWaitsSince === null && priceSource !== "override";
}

function storedPrice({ sku, price, currency, priceSource, priceSince, version, status }: ProductRecord) {
  return {
    ...{ sku, price, currency, version, source: priceSource, since: priceSince },
    ...{ until: null, overrideId: null, isOnSale: status === "active" },
  };
}

function servedOf(
  row: ProductRecord,
  permitted: Permitted,
  underlying: UnderlyingPrice,
  now: number,
): ServedPriceNow {
  const known = permitted(row);
  const { price, source, until, override } = servedAt(known, row, underlying, now);
  const isStored = price === row.price && source === row.priceSource;
  const since = isStored
    ? row.priceSince
    : (frozenSince(known, row, now) ?? dueAt(known, row, now, row.baseWaitsSince).at);
  return { ...storedPrice(row), price, source, since, until, overrideId: override?.id ?? null };
}
