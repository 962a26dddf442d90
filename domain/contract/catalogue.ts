import { z } from "zod";
import { HOLD_CODES } from "../catalogue/feed-price.ts";
import { PRICE_SOURCES } from "../ledger/served-price.ts";
import { HELD_STATUSES, PRODUCT_STATUSES } from "../messages/names.ts";
import { instant, money, named, quantityUnit } from "./answers.ts";
import { LedgerEntry, ProposalDetail } from "./decisions.ts";
import { Override } from "./learning.ts";

const source = z.enum(PRICE_SOURCES);
const fraction = z.number().describe("0.19 is 19 %");

const counted = z.record(z.string(), z.int());

export const SkuAlias = named("SkuAlias", {
  alias: z.string().describe("the SKU before"),
  sku: z.string().describe("the one that the product has now"),
  reason: z.string(),
  by: z.string(),
  since: instant,
  endedAt: instant.optional(),
});

export const Product = named("Product", {
  sku: z.string(),
  title: z.string(),
  brand: z.string().optional(),
  category: z.string(),
  gtin: z.string().optional(),
  mpn: z.string().optional(),
  currency: z.string(),
  price: money,
  priceSource: source,
  priceSince: instant,
  basePrice: money,
  unitCost: money.optional(),
  taxRate: fraction.optional(),
  feeRate: fraction.optional(),
  unitFee: money.optional(),
  minPrice: money.optional(),
  maxPrice: money.optional(),
  mapPrice: money.optional(),
  msrp: money.optional(),
  family: z.string().optional(),
  packSize: z.int().optional(),
  quantityUnit,
  lineRank: z.int().optional(),
  clearanceDate: z.string().optional(),
  salvageValue: money.optional(),
  restockDate: z.string().optional(),
  launchDate: z.string().optional(),
  status: z.enum(PRODUCT_STATUSES),
  tags: z.array(z.string()).optional(),
  stock: z.number().optional(),
  heldPrice: z
    .object({ id: z.string(), price: money, code: z.enum(HOLD_CODES) })
    .optional()
    .describe("of one product: a base price that waits for a person before it is served"),
});
export type Product = z.infer<typeof Product>;

export const ServedPrice = named("ServedPrice", {
  sku: z.string(),
  price: money,
  currency: z.string(),
  source,
  since: instant,
  validUntil: instant.optional().describe("when the freeze or the fixed price behind it ends"),
});
export type ServedPrice = z.infer<typeof ServedPrice>;

export const ServedPrices = named("ServedPrices", {
  items: z.array(
    ServedPrice.extend({
      alias: z.string().optional().describe("the SKU that was asked for, where it had another"),
    }),
  ),
  missing: z.array(z.string()).describe("SKUs that are not known, or not on sale"),
});

const saidOfLine = z.object({ line: z.int(), code: z.string(), message: z.string() });

export const ImportReceipt = named("ImportReceipt", {
  inserted: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  rejected: z.array(saidOfLine).describe("the first of them"),
  rejectedCount: z.int().describe("all of them"),
  readAs: z
    .object({
      format: z.enum(["csv", "json lines", "xml"]),
      encoding: z.string(),
      separator: z.string().optional(),
      decimal: z.enum(["comma", "point"]).optional(),
      headerLine: z.int().optional(),
      profile: z.string().optional(),
    })
    .describe("how the file was read"),
  ignoredColumns: z.array(z.string()).describe("columns that stand for no field"),
  warnings: z.array(saidOfLine).optional().describe("lines that went through without one of their cells"),
  changes: counted.optional().describe("stored values that change, counted by field"),
  held: counted
    .optional()
    .describe("changed prices that wait for a person, counted by why: GET /api/held-prices"),
  echoes: z.int().optional().describe("prices that we served ourselves, come back: no new base prices"),
});

/** A base price of a feed that waits for a person, or did. */
export const HeldPrice = named("HeldPrice", {
  id: z.string(),
  sku: z.string(),
  currency: z.string(),
  from: money.describe("the price that it would have replaced when it came"),
  price: money,
  code: z
    .enum(HOLD_CODES)
    .describe(
      "why: the limit that it breaks, its size, that the sender may not set prices, or that it needs a second person",
    ),
  message: z.string(),
  status: z.enum(HELD_STATUSES),
  actor: z.string().describe("who sent it"),
  heldAt: instant,
  reason: z.string().optional().describe("of whoever asked for it"),
  note: z.string().optional(),
  decidedBy: z.string().optional(),
  decidedAt: instant.optional(),
});

export const PriceExplanation = ServedPrice.extend({
  sentence: z.string(),
  entry: LedgerEntry.nullable().describe("the ledger entry that put the stored price in force"),
  proposal: ProposalDetail.nullable().describe(
    "the proposal that was applied, with every input and guardrail",
  ),
  override: Override.nullable().describe("the override that keeps or sets the price"),
}).meta({ id: "PriceExplanation" });

/** What became of taking back the prices that a run put in force. */
export const RevertedRun = named("RevertedRun", {
  reverted: z.int(),
  skipped: z.int().describe("prices that others have replaced since, and that stay"),
  failed: z.array(z.object({ sku: z.string(), code: z.string(), message: z.string() })),
});
