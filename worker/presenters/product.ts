import type { z } from "@hono/zod-openapi";
import type { ProductRecord } from "../../db/reads/products.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { Product, ServedPrice } from "../../domain/contract/catalogue.ts";
import type { ServedPriceNow } from "../../services/pricing/served-price.ts";
import { given } from "./given.ts";

export function presentProduct(row: ProductRecord): z.infer<typeof Product> {
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
      lineRank: row.lineRank,
      clearanceDate: row.clearanceDate,
      salvageValue: money(row.salvageValue),
      restockDate: row.restockDate,
      launchDate: row.launchDate,
      tags: row.tags,
      stock: row.stock,
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
