import { sql } from "drizzle-orm";
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { QUANTITY_UNITS } from "../../domain/base/quantity.ts";
import { HOLD_CODES } from "../../domain/catalogue/feed-price.ts";
import type { Actor } from "../../domain/identity/rights.ts";
import { PRICE_SOURCES } from "../../domain/ledger/served-price.ts";
import { HELD_STATUSES, PRODUCT_STATUSES } from "../../domain/messages/names.ts";

/** The catalogue and the present price of each SKU. Money is integer minor units of `currency`. */
export const products = sqliteTable(
  "products",
  {
    sku: text().primaryKey(),
    title: text().notNull(),
    brand: text(),
    category: text().notNull(),
    gtin: text(),
    mpn: text(),
    currency: text().notNull(),
    /** the price served now */
    price: integer().notNull(),
    priceSource: text("price_source", { enum: PRICE_SOURCES }).notNull(),
    priceSince: integer("price_since").notNull(),
    /** grows with every change of the shard product (price, cost, stock, status): applying a price compares it */
    version: integer().notNull(),
    /** the ledger entry that set the price: by it a batch's guard knows that its own update hit */
    priceSeq: integer("price_seq").notNull(),
    basePrice: integer("base_price").notNull(),
    /** since when a new base price waits for an override to end; null = none waits */
    baseWaitsSince: integer("base_waits_since"),
    unitCost: integer("unit_cost"),
    taxRate: real("tax_rate"),
    feeRate: real("fee_rate"),
    unitFee: integer("unit_fee"),
    minPrice: integer("min_price"),
    maxPrice: integer("max_price"),
    mapPrice: integer("map_price"),
    msrp: integer(),
    family: text(),
    packSize: integer("pack_size"),
    /** null = pieces, which are whole */
    quantityUnit: text("quantity_unit", { enum: QUANTITY_UNITS }),
    lineRank: integer("line_rank"),
    /** civil days: the stock has to be gone by its end; more is to arrive; its first day on sale */
    clearanceDate: text("clearance_date"),
    restockDate: text("restock_date"),
    launchDate: text("launch_date"),
    /** what a unit left over after the clearance is worth, net of tax */
    salvageValue: integer("salvage_value"),
    status: text({ enum: PRODUCT_STATUSES }).notNull(),
    /** when it was first active; null = never yet, so that its first price replaces none */
    firstOnSaleAt: integer("first_on_sale_at"),
    tags: text({ mode: "json" }).$type<string[]>(),
    /** units on hand, to three decimals: the projection of the shop's stock events, by `stockVersion`; no change of `version` */
    stock: integer(),
    stockVersion: integer("stock_version"),
    sensitivity: text({ enum: ["high", "medium", "low"] }),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  // an observation may name its product by GTIN only
  (t) => [
    index("products_gtin").on(t.gtin),
    // a run looks for the siblings of its products
    index("products_family").on(t.family).where(sql`family IS NOT NULL`),
    // what the minute tick has to see to
    index("products_base_waits").on(t.sku).where(sql`base_waits_since IS NOT NULL`),
  ],
);

/** When a product's status changed, for products that were ever inactive: the others were on sale all along. */
export const statusChanges = sqliteTable(
  "status_changes",
  {
    sku: text().notNull(),
    at: integer().notNull(),
    status: text({ enum: PRODUCT_STATUSES }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.sku, t.at] })],
);

/** Prices of the time before this install, as the shop remembers them. Minor units of the product's currency. */
export const pastPrices = sqliteTable(
  "past_prices",
  {
    sku: text().notNull(),
    from: integer("from_at").notNull(),
    /** first instant at which it no longer held; null = until the next price */
    until: integer("until_at"),
    price: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.sku, t.from] })],
);

/** Base prices of a feed that wait for a person, and what became of them. */
export const heldPrices = sqliteTable(
  "held_prices",
  {
    id: text().primaryKey(),
    sku: text().notNull(),
    /** the price that it would have replaced when it came, minor units */
    from: integer("from_price").notNull(),
    price: integer().notNull(),
    currency: text().notNull(),
    code: text({ enum: HOLD_CODES }).notNull(),
    /** the limit that it breaks */
    limit: integer("limit_price"),
    status: text({ enum: HELD_STATUSES }).notNull(),
    actor: text().notNull(),
    heldAt: integer("held_at").notNull(),
    /** of whoever asked for it */
    reason: text(),
    note: text(),
    decidedBy: text("decided_by"),
    decidedAt: integer("decided_at"),
  },
  (t) => [
    // at most one waits for each SKU
    uniqueIndex("held_prices_open").on(t.sku).where(sql`status = 'held'`),
    // the list is read newest first within a status
    index("held_prices_status").on(t.status, t.heldAt),
  ],
);

/**
 * SKUs that products had before, and what leads from each to the present one. A row stays for ever: by it the ledger
 * entries of an earlier SKU are found, which are proofs and keep the name that they were written with.
 */
export const skuRenames = sqliteTable(
  "sku_renames",
  {
    id: text().primaryKey(),
    /** the SKU before */
    alias: text().notNull(),
    /** the SKU that the product has now: a later rename changes it here too */
    sku: text().notNull(),
    /** the ledger entries of `alias` that are the product's: after `fromSeq` and before `seq` */
    fromSeq: integer("from_seq").notNull(),
    /** the entry that links the two; null while the rename is under way */
    seq: integer(),
    reason: text().notNull(),
    actor: text({ mode: "json" }).$type<Actor>().notNull(),
    startedAt: integer("started_at").notNull(),
    /** when what was written late under the old SKU was cleared away */
    clearedAt: integer("cleared_at"),
    /** since when the SKU before is free again */
    endedAt: integer("ended_at"),
    endedBy: text("ended_by"),
  },
  (t) => [
    // a SKU leads to one product at most
    uniqueIndex("sku_renames_open").on(t.alias).where(sql`ended_at IS NULL`),
    index("sku_renames_alias").on(t.alias),
    index("sku_renames_sku").on(t.sku),
    // what the minute tick has to see to
    index("sku_renames_uncleared").on(t.id).where(sql`cleared_at IS NULL`),
  ],
);

/** Who sells what we sell. A competitor never seen before is created by the first observation that names it. */
export const competitors = sqliteTable("competitors", {
  id: text().primaryKey(),
  name: text().notNull(),
  domain: text(),
  include: integer({ mode: "boolean" }).notNull(),
  weight: real().notNull(),
  isNew: integer("is_new", { mode: "boolean" }).notNull(),
  firstSeenAt: integer("first_seen_at").notNull(),
  /** whether it is an authorised dealer of ours; null = nobody has said */
  authorised: integer({ mode: "boolean" }),
  /** the competitor that it is only another name of */
  mergedInto: text("merged_into"),
});
