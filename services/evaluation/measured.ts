import type { products } from "../../db/schema.ts";
import type { SkuDays } from "../../domain/evaluation/sku-days.ts";

/** A product with its days. */
export interface Measured {
  row: typeof products.$inferSelect;
  days: SkuDays;
}
