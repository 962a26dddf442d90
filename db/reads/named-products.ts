import { asc, eq, isNotNull, or, type SQL, sql } from "drizzle-orm";
import { type Database, database } from "../database.ts";
import { competitors, priceLedger, products } from "../schema.ts";
import { bind, type Compiled, compile } from "../write.ts";
import { isOfSku } from "./lineage.ts";

/** A product as its SKU shard has to know it. */
export interface NamedProduct
  extends Pick<
    typeof products.$inferSelect,
    | "sku"
    | "title"
    | "currency"
    | "price"
    | "status"
    | "stock"
    | "sensitivity"
    | "version"
    | "gtin"
    | "taxRate"
    | "feeRate"
    | "unitFee"
    | "unitCost"
    | "mapPrice"
    | "quantityUnit"
  > {
  /** as JSON; null = the price has not changed lately */
  pastPrices: string | null;
}

// both run for every consumer batch: built once, and read without Drizzle's mapping of rows
let namedProducts: Compiled | undefined;
let competitorRules: Compiled | undefined;

/** The products of these SKUs and GTINs, with their prices since an instant (ms). */
export async function readNamedProducts(
  d1: D1Database,
  { skus, gtins, since }: { skus: readonly string[]; gtins: readonly string[]; since: number },
): Promise<NamedProduct[]> {
  if (skus.length === 0 && gtins.length === 0) return [];
  namedProducts ??= compile(namedProductsQuery(database(d1)));
  const values = { skus: JSON.stringify(skus), gtins: JSON.stringify(gtins), since };
  return (await bind(d1, namedProducts, values).all<NamedProduct>()).results;
}

/** Competitors that are left out of the market, by id, and those that are only names of another. */
export async function readCompetitorRules(
  d1: D1Database,
): Promise<{ excluded: string[]; merged: Record<string, string> }> {
  competitorRules ??= compile(
    database(d1)
      .select({ id: competitors.id, into: sql`${competitors.mergedInto}`.as("into") })
      .from(competitors)
      .where(or(eq(competitors.include, false), isNotNull(competitors.mergedInto)))
      .orderBy(asc(competitors.id)),
  );
  const { results } = await bind(d1, competitorRules, {}).all<{ id: string; into: string | null }>();
  const merged = results.flatMap(({ id, into }) => (into === null ? [] : [[id, into] as const]));
  return {
    excluded: results.flatMap(({ id, into }) => (into === null ? [id] : [])),
    merged: Object.fromEntries(merged),
  };
}

function namedProductsQuery(db: Database) {
  const { sku, title, currency, price, status, stock, sensitivity, version, gtin } = products;
  const { taxRate, feeRate, unitFee, unitCost, mapPrice, quantityUnit } = products;
  const columns = {
    ...{ sku, title, currency, price, status, stock, sensitivity, version, gtin },
    taxRate: sql`${taxRate}`.as("taxRate"),
    feeRate: sql`${feeRate}`.as("feeRate"),
    unitFee: sql`${unitFee}`.as("unitFee"),
    unitCost: sql`${unitCost}`.as("unitCost"),
    mapPrice: sql`${mapPrice}`.as("mapPrice"),
    quantityUnit: sql`${quantityUnit}`.as("quantityUnit"),
    pastPrices: sql`${pastPrices()}`.as("pastPrices"),
  };
  const amongThe = (name: string): SQL => sql`IN (SELECT value FROM json_each(${sql.placeholder(name)}))`;
  const bySku = db
    .select(columns)
    .from(products)
    .where(sql`${sku} ${amongThe("skus")}`);
  // each half by its own index
  return bySku.union(
    db
      .select(columns)
      .from(products)
      .where(sql`${gtin} ${amongThe("gtins")}`),
  );
}

/** What the ledger says we asked before: looked up only for a price that has changed lately, which few have. */
function pastPrices(): SQL {
  const { currency, at, from, to, seq } = priceLedger;
  const since = sql.placeholder("since");
  const [price, until] = [sql.identifier(from.name), sql.identifier(at.name)];
  return sql`CASE WHEN ${products.priceSince} > ${since} THEN (
    SELECT json_group_array(json_object('price', ${price}, 'until', ${until})) FROM (
      SELECT ${from}, ${at} FROM ${priceLedger} WHERE ${isOfSku(products.sku)} AND ${at} > ${since}
        AND ${currency} = ${products.currency} AND ${from} <> ${to} ORDER BY ${at}, ${seq})) END`;
}
