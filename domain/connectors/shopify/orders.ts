import { z } from "zod";
import type { StoreSale } from "../store.ts";
import { PageInfo } from "./variants.ts";

export const ORDERS_QUERY = `query ($after: String, $query: String) {
  orders(first: 20, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes {
      id processedAt customer { id }
      lineItems(first: 50) {
        nodes { id sku quantity discountedUnitPriceSet { shopMoney { amount } } }
      }
      refunds { id createdAt refundLineItems(first: 50) { nodes { quantity lineItem { id sku } } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;
const Order = z.object({
  id: z.string(),
  processedAt: z.string(),
  customer: z.object({ id: z.string() }).nullish(),
  lineItems: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        sku: z.string().nullish(),
        quantity: z.number(),
        discountedUnitPriceSet: z.object({ shopMoney: z.object({ amount: z.string() }) }).nullish(),
      }),
    ),
  }),
  refunds: z.array(
    z.object({
      id: z.string(),
      createdAt: z.string(),
      refundLineItems: z.object({
        nodes: z.array(
          z.object({
            quantity: z.number(),
            lineItem: z.object({ id: z.string(), sku: z.string().nullish() }),
          }),
        ),
      }),
    }),
  ),
});
export const Orders = z.object({ orders: z.object({ nodes: z.array(Order), pageInfo: PageInfo }) });

export function salesOf({
  id,
  processedAt,
  customer,
  lineItems,
  refunds,
}: z.infer<typeof Order>): StoreSale[] {
  const session = customer?.id ?? id;
  const sold = lineItems.nodes.flatMap((line): StoreSale[] => {
    const sku = line.sku?.trim();
    if (!sku || line.quantity <= 0) return [];
    const price = line.discountedUnitPriceSet?.shopMoney.amount ?? null;
    return [
      {
        id: line.id,
        type: "purchase",
        sku,
        quantity: line.quantity,
        price,
        session,
        at: Date.parse(processedAt),
      },
    ];
  });
  const returned = refunds.flatMap((refund) =>
    refund.refundLineItems.nodes.flatMap(({ quantity, lineItem }): StoreSale[] => {
      const sku = lineItem.sku?.trim();
      if (!sku || quantity <= 0) return [];
      const at = Date.parse(refund.createdAt);
      return [{ id: `${refund.id}/${lineItem.id}`, type: "refund", sku, quantity, price: null, session, at }];
    }),
  );
  return [...sold, ...returned];
}
