import { z } from "zod";
import { PRICE_SOURCES } from "../ledger/served-price.ts";
import { fraction, instant, money } from "./answers.ts";
import { LedgerEntry, ProposalDetail } from "./decisions.ts";
import { Override } from "./learning.ts";

export const PriceSource = z.enum(PRICE_SOURCES);

export const Product = z.object({
  sku: z.string(),
  title: z.string(),
  brand: z.string().optional(),
  category: z.string(),
  gtin: z.string().optional(),
  mpn: z.string().optional(),
  currency: z.string(),
  price: money,
  priceSource: PriceSource,
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
  lineRank: z.int().optional(),
  clearanceDate: z.string().optional(),
  salvageValue: money.optional(),
  restockDate: z.string().optional(),
  launchDate: z.string().optional(),
  status: z.enum(["active", "inactive"]),
  tags: z.array(z.string()).optional(),
  stock: z.number().optional(),
});

export const ServedPrice = z.object({
  sku: z.string(),
  price: money,
  currency: z.string(),
  source: PriceSource,
  since: instant,
  validUntil: instant.optional().describe("when the freeze or the fixed price ends that holds it"),
});

export const ImportReceipt = z.object({
  inserted: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  rejected: z.array(z.object({ line: z.int(), code: z.string(), message: z.string() })),
});

export const PriceExplanation = ServedPrice.extend({
  sentence: z.string(),
  entry: LedgerEntry.nullable().describe("what put the stored price in force"),
  proposal: ProposalDetail.nullable().describe("the proposal that it was, with every input and guardrail"),
  override: Override.nullable().describe("the override that holds the price or set it"),
});

export const PriorPrice = z.object({
  sku: z.string(),
  currency: z.string(),
  at: instant.describe("first moment of the reduction"),
  windowStart: instant,
  prior: money.nullable().describe("lowest price in the 30 days before; null = none is known"),
  from: instant.nullable().describe("when it was first in force within these days"),
  until: instant.nullable().describe("when it last was"),
  isShorter: z.boolean().describe("the product is newer than the 30 days"),
  price: money.describe("the reduced price"),
  maxClaimPct: z.int().describe("the largest reduction that may be announced, percent of the prior price"),
});
