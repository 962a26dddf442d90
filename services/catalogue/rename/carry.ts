import { and, eq, inArray, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import {
  aggregates,
  demandDays,
  elasticities,
  elasticityHistory,
  forecasts,
  heldOverrides,
  heldPrices,
  kviScores,
  mappings,
  mapViolations,
  matchReviews,
  offers,
  outcomes,
  overrides,
  pastPrices,
  priceMovers,
  priceTestMembers,
  priceTests,
  priceTrials,
  pricingAnalysis,
  productCosts,
  productPerformance,
  proposals,
  quarantine,
  signals,
  skuBaselines,
  statusChanges,
  stock,
  storeListings,
  storeWrites,
  watchedPages,
} from "../../../db/schema.ts";
import { prepare } from "../../../db/write.ts";
import type { ServiceContext } from "../../context.ts";
import { definitionOf } from "../../experiments/read-tests.ts";
import { readForecasts } from "../../runs/learned-store.ts";

type SkuTable = SQLiteTable & { sku: SQLiteColumn };

/** Tables whose key has the SKU in it: what stands under the new one is a remnant of an earlier rename. */
const KEYED: readonly SkuTable[] = [
  ...[offers, demandDays, stock, aggregates, elasticities, elasticityHistory, forecasts, kviScores],
  ...[statusChanges, pastPrices, productCosts, skuBaselines, priceTestMembers, storeListings, matchReviews],
  ...[productPerformance, pricingAnalysis, priceTrials],
];

/** Tables whose rows name a SKU beside a key of their own. */
const NAMED: readonly SkuTable[] = [
  ...[signals, quarantine, mappings, heldPrices, proposals, mapViolations, outcomes, storeWrites],
  ...[watchedPages, priceMovers],
];

/** All tables that follow a product to its new SKU. */
export const CARRIED: readonly SkuTable[] = [...KEYED, ...NAMED];

type Writing = Pick<ServiceContext, "d1" | "db">;

/** One statement serves every table that has the column. */
const asOffers = (table: SkuTable) => table as unknown as typeof offers;

function renamed({ d1, db }: Writing, table: SkuTable, from: string, to: string): D1PreparedStatement {
  return prepare(
    d1,
    db
      .update(asOffers(table))
      .set({ sku: to })
      .where(eq(asOffers(table).sku, from)),
  );
}

function dropped({ d1, db }: Writing, table: SkuTable, sku: string): D1PreparedStatement {
  return prepare(d1, db.delete(asOffers(table)).where(eq(asOffers(table).sku, sku)));
}

/** A report says whose it is. */
function reportOf(db: Writing["db"], sku: string) {
  const { report } = elasticities;
  return db
    .update(elasticities)
    .set({ report: sql`json_set(${report}, '$.sku', ${sku})` })
    .where(eq(elasticities.sku, sku));
}

/** The statements that carry everything which names a product to its new SKU. */
export function carryStatements(ctx: Writing, from: string, to: string): D1PreparedStatement[] {
  const { d1, db } = ctx;
  const ofSku = and(eq(overrides.scope, "sku"), eq(overrides.key, from));
  const ofSkuHeld = and(eq(heldOverrides.scope, "sku"), eq(heldOverrides.key, from));
  return [
    ...KEYED.map((table) => dropped(ctx, table, to)),
    ...CARRIED.map((table) => renamed(ctx, table, from, to)),
    prepare(d1, db.update(overrides).set({ key: to }).where(ofSku)),
    prepare(d1, db.update(heldOverrides).set({ key: to }).where(ofSkuHeld)),
    prepare(d1, reportOf(db, to)),
  ];
}

/**
 * The statements that see to what a delivery or a run wrote under the SKU before because it had begun earlier: the shard of
 * the new SKU has projected it again, a proposal goes the way of the others.
 */
export function clearStatements(ctx: Writing, from: string, to: string): D1PreparedStatement[] {
  return [
    ...KEYED.map((table) => dropped(ctx, table, from)),
    ...NAMED.map((table) => renamed(ctx, table, from, to)),
  ];
}

/** The statements, for after the others, that put the forecast into its row: the bucket keeps it under the SKU before. */
export async function forecastStatements(
  ctx: Writing & Pick<ServiceContext, "lake">,
  from: string,
  to: string,
): Promise<D1PreparedStatement[]> {
  const stored = (await readForecasts(ctx, [from])).get(from);
  if (!stored) return [];
  const set = { report: { ...stored.forecast, sku: to }, track: stored.track };
  return [prepare(ctx.d1, ctx.db.update(forecasts).set(set).where(eq(forecasts.sku, to)))];
}

/** The statements that put the new SKU into the price tests that name the product and have not ended. */
export async function testStatements(ctx: Writing, from: string, to: string): Promise<D1PreparedStatement[]> {
  const { d1, db } = ctx;
  const tests = await db
    .select()
    .from(priceTests)
    .where(inArray(priceTests.status, ["draft", "running"]));
  return tests.flatMap((test) => {
    const definition = definitionOf(test);
    const { skus } = definition.scope;
    if (!skus?.includes(from)) return [];
    const scope = { ...definition.scope, skus: skus.map((sku) => (sku === from ? to : sku)) };
    const set = { definition: { ...definition, scope } };
    return [prepare(d1, db.update(priceTests).set(set).where(eq(priceTests.id, test.id)))];
  });
}
