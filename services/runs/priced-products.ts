import { and, asc, eq, getTableColumns, gt, lte, type SQL, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { isOfSkus, isPriceChange, ownerOf } from "../../db/reads/lineage.ts";
import { elasticities, priceLedger, products, proposals } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { SIGNAL_PRICE_WAR } from "../../domain/learning/features/market.ts";
import type { StoredReport } from "../../domain/runs/learned.ts";
import { forecastView, type PricedProduct, siblingOf } from "../../domain/runs/priced-product.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";
import { readForecasts, type StoredForecast } from "./learned-store.ts";

/** Price changes that a decision looks back on. */
const CHANGES_MS = 30 * DAY_MS;

type PricingSettings = Pick<Settings, "cannibalisation" | "pricesIncludeTax" | "familiesAsOne">;

/** Reads our products of a shard as its decisions see them, by SKU. */
export async function readPricedProducts(
  { db, lake, now }: ServiceContext,
  skus: readonly string[],
  asOf: number,
  { cannibalisation, pricesIncludeTax, familiesAsOne }: PricingSettings,
): Promise<Map<string, PricedProduct>> {
  const [rows, ledger, reports] = await db.batch([
    db
      .select({ ...catalogueColumns(), family: products.family, ...asOfColumns(asOf, now) })
      .from(products)
      .where(isAmong(products.sku, skus)),
    db
      .select({ sku: ownerOf().as("owner"), change: changeColumns() })
      .from(priceLedger)
      .leftJoin(proposals, and(eq(priceLedger.causeKind, "proposal"), eq(proposals.id, priceLedger.causeId)))
      .where(
        and(
          ...[isOfSkus(skus), isPriceChange()],
          ...[gt(priceLedger.at, asOf - CHANGES_MS), lte(priceLedger.at, asOf)],
        ),
      )
      .orderBy(asc(priceLedger.seq)),
    db
      .select({ sku: elasticities.sku, report: elasticities.report })
      .from(elasticities)
      .where(isAmong(elasticities.sku, skus)),
  ]);
  // the whole catalogue is looked through for siblings: only where there are families at all
  const hasFamilies = rows.some(({ family }) => family !== null);
  const relatives = hasFamilies
    ? await db
        .select(siblingColumns())
        .from(products)
        .where(
          and(
            eq(products.status, "active"),
            isInPricedFamily(skus, cannibalisation, Object.keys(familiesAsOne)),
          ),
        )
        .orderBy(asc(products.sku))
    : [];
  const changesOf = Map.groupBy(ledger, ({ sku }) => sku);
  const familyOf = Map.groupBy(relatives, ({ family }) => family);
  const reportOf = new Map(reports.map(({ sku, report }) => [sku, report as StoredReport]));
  const forecastOf = await readForecasts({ db, lake }, skus);
  const product = ({ family, tags, priceWar, ...row }: (typeof rows)[number]): PricedProduct => ({
    ...row,
    ...(tags !== null && tags.length > 0 && { tags }),
    ...(family !== null && { family }),
    ...(family !== null && familiesAsOne[family] !== undefined && { asOne: familiesAsOne[family] }),
    priceWar: priceWar === 1,
    siblings: (family === null ? [] : (familyOf.get(family) ?? []))
      .filter(({ sku }) => sku !== row.sku)
      .map((sibling) => siblingOf(sibling, cannibalisation > 0 ? pricesIncludeTax : null)),
    changes: (changesOf.get(row.sku) ?? []).map(({ change: { without, ...change } }) => ({
      ...change,
      ...(without !== null && { without }),
    })),
    elasticity: reportOf.get(row.sku) ?? null,
    forecast: viewOf(forecastOf.get(row.sku)),
  });
  return new Map(rows.map((row) => [row.sku, product(row)]));
}

function viewOf(stored: StoredForecast | undefined) {
  return stored ? forecastView(stored.forecast, stored.price) : null;
}

function catalogueColumns() {
  const { sku, brand, category, currency, price, basePrice, priceSource, priceSince } =
    getTableColumns(products);
  const { taxRate, feeRate, unitFee, minPrice, maxPrice, mapPrice, msrp } = products;
  const { stock, packSize, lineRank, clearanceDate, salvageValue, launchDate, tags } = products;
  return {
    tags,
    ...{ sku, brand, category, currency, price, basePrice, priceSource, priceSince },
    ...{ taxRate, feeRate, unitFee, minPrice, maxPrice, mapPrice, msrp },
    ...{ stock, packSize, lineRank, clearanceDate, salvageValue, launchDate },
  };
}

/**
 * The cost in force at `asOf`: the product's own, unless a dated cost changed it between then and now. And whether a
 * price war signal is open.
 */
function asOfColumns(asOf: number, now: number) {
  const dated = sql`FROM product_costs c WHERE c.sku = products.sku AND c.from_at`;
  const unitCost: SQL<number | null> =
    sql`CASE WHEN EXISTS (SELECT 1 ${dated} > ${asOf} AND c.from_at <= ${now})
    THEN (SELECT c.unit_cost ${dated} <= ${asOf} ORDER BY c.from_at DESC LIMIT 1) ELSE products.unit_cost END`;
  const priceWar: SQL<number> = sql`EXISTS (SELECT 1 FROM signals s WHERE s.sku = products.sku
    AND s.type = ${SIGNAL_PRICE_WAR} AND s.status <> 'resolved')`;
  return { unitCost, priceWar };
}

function siblingColumns() {
  const { sku, family, packSize, lineRank, price, unitCost, taxRate, feeRate, unitFee } = products;
  return { sku, family, packSize, lineRank, price, unitCost, taxRate, feeRate, unitFee };
}

/** Condition: the family of one of these SKUs, where its siblings matter to a price: on a ladder, cannibalised, or one that moves as
 * one. */
function isInPricedFamily(skus: readonly string[], cannibalisation: number, asOne: readonly string[]): SQL {
  return sql`${products.family} IN (SELECT family FROM products WHERE ${isAmong(sql`sku`, skus)}
    AND family IS NOT NULL AND (pack_size IS NOT NULL OR line_rank IS NOT NULL OR ${cannibalisation} > 0
      OR ${isAmong(sql`family`, asOne)}))`;
}

function changeColumns() {
  const { from, to, at, causeKind } = priceLedger;
  // a price that was changed at its approval was not drawn
  const without: SQL<number | null> = sql`CASE WHEN ${proposals.to} = ${priceLedger.to}
    THEN ${proposals.experiment} ->> 'without' END`;
  return { from, to, at, causeKind, without };
}
