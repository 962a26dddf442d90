import { z } from "zod";
import type { StorePage, StoreProduct } from "../store.ts";

export const PAGE = 100;
/** Shopify pages through 25,000 objects at most: then the list begins again behind the last id. */
const PAGED_MAX = 20_000;

export const VARIANTS_QUERY = `query ($after: String, $query: String) {
  shop { currencyCode }
  productVariants(first: ${PAGE}, after: $after, query: $query, sortKey: ID) {
    nodes {
      id sku title barcode price inventoryQuantity
      inventoryItem { tracked unitCost { amount currencyCode } }
      product { id title vendor productType status }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;
export const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });
const Variant = z.object({
  id: z.string(),
  sku: z.string().nullish(),
  title: z.string().nullish(),
  barcode: z.string().nullish(),
  price: z.string(),
  inventoryQuantity: z.number().nullish(),
  inventoryItem: z
    .object({
      tracked: z.boolean(),
      unitCost: z.object({ amount: z.string(), currencyCode: z.string() }).nullish(),
    })
    .nullish(),
  product: z.object({
    id: z.string(),
    title: z.string(),
    vendor: z.string().nullish(),
    productType: z.string().nullish(),
    status: z.string(),
  }),
});
export const Variants = z.object({
  shop: z.object({ currencyCode: z.string() }),
  productVariants: z.object({ nodes: z.array(Variant), pageInfo: PageInfo }),
});

/** How far a listing has come: behind a cursor, in a list that begins behind an id. */
interface Place {
  after: string | null;
  from: string | null;
  seen: number;
}

export function placeOf(cursor: string | null): Place {
  return cursor === null ? { after: null, from: null, seen: 0 } : (JSON.parse(cursor) as Place);
}

export function variantsPage(data: z.infer<typeof Variants>, { from, seen }: Place): StorePage<StoreProduct> {
  const { nodes, pageInfo } = data.productVariants;
  const total = seen + nodes.length;
  const last = nodes.at(-1)?.id.split("/").at(-1) ?? null;
  const next: Place =
    total >= PAGED_MAX
      ? { after: null, from: last, seen: 0 }
      : { after: pageInfo.endCursor, from, seen: total };
  const items = nodes.flatMap((node) => productOf(node, data.shop.currencyCode));
  return {
    items,
    next: pageInfo.hasNextPage ? JSON.stringify(next) : null,
    skipped: nodes.length - items.length,
  };
}

/** What Shopify calls the only variant of a product without variants. */
const ONLY_VARIANT = "Default Title";

function productOf(node: z.infer<typeof Variant>, currency: string): StoreProduct[] {
  const { product, inventoryItem } = node;
  const sku = node.sku?.trim();
  if (!sku) return [];
  const cost = inventoryItem?.unitCost;
  return [
    {
      ...{ sku, remoteId: node.id, remoteGroup: product.id, remotePrice: null },
      title: !node.title || node.title === ONLY_VARIANT ? product.title : `${product.title} ${node.title}`,
      ...{ price: node.price, currency },
      category: product.productType || null,
      brand: product.vendor || null,
      gtin: node.barcode || null,
      unitCost: cost?.currencyCode === currency ? cost.amount : null,
      stock: inventoryItem?.tracked ? (node.inventoryQuantity ?? null) : null,
      isActive: product.status === "ACTIVE",
    },
  ];
}
