import type { z } from "@hono/zod-openapi";
import type { ProductRecord } from "../../db/reads/products.ts";
import { formatMinor, formatMoney } from "../../domain/base/money.ts";
import { SECOND_PERSON } from "../../domain/catalogue/feed-price.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { HeldPrice, Product, ServedPrice } from "../../domain/contract/catalogue.ts";
import type { HeldPriceRecord } from "../../services/catalogue/held-prices.ts";
import type { ServedPriceNow } from "../../services/pricing/served-price.ts";
import { given } from "./given.ts";

export function presentProduct(
  row: ProductRecord,
  held: HeldPriceRecord | null = null,
): z.infer<typeof Product> {
  const money = (minor: number | null) => (minor === null ? null : formatMinor(minor, row.currency));
  return {
    sku: row.sku,
    title: row.title,
    category: row.category,
    currency: row.currency,
    price: formatMinor(row.price, row.currency),
    priceSource: row.priceSource,
    priceSince: iso(row.priceSince),
    basePrice: formatMinor(row.basePrice, row.currency),
    status: row.status,
    ...given({
      brand: row.brand,
      gtin: row.gtin,
      mpn: row.mpn,
      unitCost: money(row.unitCost),
      taxRate: row.taxRate,
      feeRate: row.feeRate,
      unitFee: money(row.unitFee),
      minPrice: money(row.minPrice),
      maxPrice: money(row.maxPrice),
      mapPrice: money(row.mapPrice),
      msrp: money(row.msrp),
      family: row.family,
      packSize: row.packSize,
      quantityUnit: row.quantityUnit,
      lineRank: row.lineRank,
      clearanceDate: row.clearanceDate,
      salvageValue: money(row.salvageValue),
      restockDate: row.restockDate,
      launchDate: row.launchDate,
      tags: row.tags,
      stock: row.stock,
      heldPrice: held && { id: held.id, price: formatMinor(held.price, held.currency), code: held.code },
    }),
  };
}

export function presentServedPrice(served: ServedPriceNow): z.infer<typeof ServedPrice> {
  const { sku, price, currency, source, since, until } = served;
  return {
    ...{ sku, currency, source },
    price: formatMinor(price, currency),
    since: iso(since),
    ...given({ validUntil: until === null ? null : iso(until) }),
  };
}

export function presentHeldPrice(row: HeldPriceRecord): z.infer<typeof HeldPrice> {
  const { id, sku, currency, code, status, actor } = row;
  return {
    ...{ id, sku, currency, code, status, actor },
    from: formatMinor(row.from, currency),
    price: formatMinor(row.price, currency),
    message: whyHeld(row),
    heldAt: iso(row.heldAt),
    ...given({
      ...{ reason: row.reason, note: row.note },
      decidedBy: row.decidedBy,
      decidedAt: row.decidedAt === null ? null : iso(row.decidedAt),
    }),
  };
}

function whyHeld({ code, from, price, limit, currency }: HeldPriceRecord): string {
  const to = formatMoney(price, currency);
  if (code === "approval_needed") return `${to} was sent by somebody who may not approve prices`;
  if (code === SECOND_PERSON) return `${to} is of HIGH risk and needs a second person`;
  if (limit !== null) return `${to} breaks ${code} ${formatMoney(limit, currency)}`;
  const change = (100 * (price - from)) / from;
  return `${to} is ${Math.abs(change).toFixed(1)} % ${change > 0 ? "above" : "below"} ${formatMoney(from, currency)}`;
}
