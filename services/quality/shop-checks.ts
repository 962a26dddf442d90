import { sql } from "drizzle-orm";
import { competitors, offers, products, proposals, stock } from "../../db/schema.ts";
import { PROPOSAL_STATUSES, RISKS } from "../../domain/messages/proposal.ts";
import { type QualityCheck, queryCheck } from "./check.ts";

/** More units than a shop has of anything: a slip of the sender. */
const UNITS_MAX = 100_000;
/** Further from our price than this share, an offer is of another product, or another unit. */
const DIFFERENCE_MAX = 0.8;

function listed(values: readonly string[]) {
  return sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  );
}

const WAREHOUSES = sql`SELECT count(DISTINCT ${stock.warehouse}) FROM ${stock}`;

/** What the stock, the offers and the proposals of a shop must be like. */
export const SHOP_CHECKS: readonly QualityCheck[] = [
  queryCheck(
    {
      ...{ name: "stock_not_negative", area: "inventory" },
      description: "No warehouse has fewer than no units",
    },
    () => sql`SELECT ${stock.sku}, ${stock.warehouse}, ${stock.units} FROM ${stock} WHERE ${stock.units} < 0`,
  ),
  queryCheck(
    {
      ...{ name: "stock_complete", area: "inventory" },
      description: "Every SKU that is in stock somewhere has a row for every warehouse",
    },
    () => sql`SELECT ${stock.sku}, count(*) AS warehouses, (${WAREHOUSES}) AS wanted FROM ${stock}
      GROUP BY ${stock.sku} HAVING count(*) <> (${WAREHOUSES})`,
  ),
  queryCheck(
    {
      ...{ name: "stock_plausible", area: "inventory" },
      description: `No warehouse has more than ${UNITS_MAX} units of a SKU`,
    },
    () =>
      sql`SELECT ${stock.sku}, ${stock.warehouse}, ${stock.units} FROM ${stock} WHERE ${stock.units} > ${UNITS_MAX}`,
  ),
  queryCheck(
    {
      ...{ name: "offer_price_positive", area: "competitors" },
      description: "Every offer that can be bought has a price above zero",
    },
    // one that is sold out may never have named a price
    () => sql`SELECT ${offers.sku}, ${offers.competitor}, ${offers.price}, ${offers.landedPrice}, ${offers.availability}
      FROM ${offers} WHERE ${offers.price} < 0 OR ${offers.landedPrice} < 0
        OR (${offers.price} = 0 AND ${offers.availability} <> 'out_of_stock')`,
  ),
  queryCheck(
    {
      ...{ name: "offer_near_our_price", area: "competitors" },
      description: `No offer differs from our price by more than ${100 * DIFFERENCE_MAX} %`,
    },
    () => sql`SELECT ${offers.sku}, ${offers.competitor}, ${offers.price} AS theirs, ${products.price} AS ours
      FROM ${offers} JOIN ${products} ON ${products.sku} = ${offers.sku}
      WHERE ${offers.price} > 0 AND ${products.price} > 0
        AND abs(${offers.price} - ${products.price}) > ${DIFFERENCE_MAX} * ${products.price}`,
  ),
  queryCheck(
    {
      ...{ name: "offer_competitor_known", area: "competitors" },
      description: "Every offer is of a competitor that is listed",
    },
    () => sql`SELECT ${offers.sku}, ${offers.competitor} FROM ${offers}
      WHERE NOT EXISTS (SELECT 1 FROM ${competitors} WHERE ${competitors.id} = ${offers.competitor})`,
  ),
  queryCheck(
    {
      ...{ name: "proposal_valid", area: "proposals" },
      description: "Every proposal has a price above zero, and a status and a risk that there are",
    },
    () => sql`SELECT ${proposals.id}, ${proposals.sku}, ${proposals.to}, ${proposals.status}, ${proposals.risk}
      FROM ${proposals} WHERE ${proposals.to} <= 0 OR ${proposals.from} < 0
        OR ${proposals.status} NOT IN (${listed(PROPOSAL_STATUSES)}) OR ${proposals.risk} NOT IN (${listed(RISKS)})`,
  ),
  queryCheck(
    {
      ...{ name: "proposal_confidence", area: "proposals" },
      description: "The confidence of every proposal lies between 0 and 1",
    },
    () => sql`SELECT ${proposals.id}, ${proposals.sku}, ${proposals.confidence} FROM ${proposals}
      WHERE NOT (${proposals.confidence} BETWEEN 0 AND 1)`,
  ),
  queryCheck(
    {
      ...{ name: "proposal_product_known", area: "proposals" },
      description: "Every proposal is for a product in the catalogue",
    },
    () => sql`SELECT ${proposals.id}, ${proposals.sku} FROM ${proposals}
      WHERE NOT EXISTS (SELECT 1 FROM ${products} WHERE ${products.sku} = ${proposals.sku})`,
  ),
];
