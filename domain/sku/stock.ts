import { stockLevel } from "../inventory/warehouse.ts";
import type { StockState } from "../messages/present.ts";
import type { OurSide } from "../messages/shard.ts";
import type { ShopState } from "./shop-state.ts";
import type { SkuState } from "./state.ts";

/** The levels of all warehouses; undefined while no stock event is known. */
export function stockOf(shop: ShopState | null): StockState | undefined {
  if (shop === null || shop.warehouses.size === 0) return undefined;
  const warehouses = [...shop.warehouses]
    .map(([warehouse, stock]) => ({
      warehouse,
      ...stockLevel(stock),
      at: stock.events.at(-1)?.at ?? stock.baseAt,
      version: stock.version,
    }))
    .sort((a, b) => (a.warehouse < b.warehouse ? -1 : 1));
  const total = warehouses.reduce((sum, { units }) => sum + units, 0);
  return { total, version: shop.stockVersion, warehouses };
}

/** Whether the shop reports this SKU's stock itself: what D1 says of it is then our own projection. */
export function hasOwnStock(sku: SkuState): boolean {
  return sku.shop !== null && sku.shop.warehouses.size > 0;
}

/** Our side with the stock that the shop reports, if it does. */
export function withOwnStock(sku: SkuState, ours: OurSide): OurSide {
  const stock = stockOf(sku.shop);
  return stock === undefined ? ours : { ...ours, stock: stock.total };
}
