import { z } from "zod";
import { readJson, type StoreReply } from "./exchange.ts";
import type { StorePage, StoreSale } from "./store.ts";

const Order = z.object({
  id: z.number(),
  status: z.string(),
  customer_id: z.number().nullish(),
  date_created_gmt: z.string().nullish(),
  date_paid_gmt: z.string().nullish(),
  date_modified_gmt: z.string().nullish(),
  line_items: z.array(
    z.object({
      id: z.number(),
      sku: z.string().nullish(),
      quantity: z.number(),
      price: z.union([z.number(), z.string()]).nullish(),
    }),
  ),
});

/** Orders that were paid, or are to be: what was never paid does not count. */
const SOLD = new Set(["processing", "completed", "refunded", "on-hold"]);

/** A page of orders. Refunded orders come back whole; the API lists the lines of a partial refund only one order at a time. */
export function ordersPage(reply: StoreReply, page: number): StorePage<StoreSale> {
  const orders = readJson(reply, z.array(Order));
  return {
    items: orders.flatMap(salesOf),
    next: page < totalPages(reply) ? `${page + 1}` : null,
    skipped: orders.filter(({ status }) => !SOLD.has(status)).length,
  };
}

/** Pages of a list; a reply without the header is the only one. */
export function totalPages(reply: StoreReply): number {
  return Number(reply.header("x-wp-totalpages") ?? 1) || 1;
}

function salesOf(order: z.infer<typeof Order>): StoreSale[] {
  const { status, customer_id: customer, date_created_gmt: created } = order;
  if (!SOLD.has(status) || !created) return [];
  const session = customer ? `customer-${customer}` : `order-${order.id}`;
  return order.line_items.flatMap((line): StoreSale[] => {
    const sku = line.sku?.trim();
    if (!sku || line.quantity <= 0) return [];
    const common = { id: `${order.id}/${line.id}`, sku, quantity: line.quantity, session };
    const price = line.price === null || line.price === undefined ? null : `${line.price}`;
    const sold: StoreSale = {
      ...common,
      type: "purchase",
      price,
      at: instant(order.date_paid_gmt ?? created),
    };
    if (status !== "refunded") return [sold];
    return [
      sold,
      { ...common, type: "refund", price: null, at: instant(order.date_modified_gmt ?? created) },
    ];
  });
}

/** WooCommerce writes instants of UTC without saying so. */
function instant(text: string): number {
  return Date.parse(/[Zz]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`);
}
