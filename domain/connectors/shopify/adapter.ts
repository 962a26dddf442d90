import { z } from "zod";
import {
  assertSuccess,
  type RateTold,
  readJson,
  StoreFault,
  type StoreReply,
  slicesOf,
} from "../exchange.ts";
import type { ListingRef, StoreAdapter } from "../store.ts";
import { ORDERS_QUERY, Orders, salesOf } from "./orders.ts";
import { PAGE, placeOf, VARIANTS_QUERY, Variants, variantsPage } from "./variants.ts";
import { type Ask, MUTATION_COST, priceWrites, type WriteOptions } from "./writes.ts";

/**
 * Shopify's Admin API (GraphQL). Its rate is one of points: 100 a second on the standard plan, 1,000 on Plus, in a bucket of
 * ten seconds; every reply says what is left. A mutation costs 10 points, an object 1; one request may cost 1,000.
 * Sources: shopify.dev, "GraphQL Admin API rate limits" and `productVariantsBulkUpdate`, API version 2026-10.
 */
interface ShopifyOptions extends WriteOptions {
  apiVersion: string;
  accessToken: string;
}

const STANDARD_RATE: RateTold = { available: 1_000, max: 1_000, restorePerSecond: 100 };
const PAGE_COST = 4 * PAGE;

const Failures = z.array(
  z.object({ message: z.string(), extensions: z.object({ code: z.string() }).partial().optional() }),
);
const Cost = z.object({
  requestedQueryCost: z.number(),
  throttleStatus: z.object({
    maximumAvailable: z.number(),
    currentlyAvailable: z.number(),
    restoreRate: z.number(),
  }),
});
const Body = z.object({
  data: z.unknown(),
  errors: Failures.optional(),
  extensions: z.object({ cost: Cost.optional() }).optional(),
});

export function shopify(options: ShopifyOptions): StoreAdapter {
  const { accessToken, apiVersion } = options;
  const ask: Ask = (query, variables, cost, schema, value) => ({
    cost,
    request: {
      method: "POST",
      path: `/admin/api/${apiVersion}/graphql.json`,
      headers: { "content-type": "application/json", "x-shopify-access-token": accessToken },
      body: JSON.stringify({ query, variables }),
    },
    read: (reply) => value(dataOf(reply, schema)),
  });
  return {
    rate: STANDARD_RATE,
    concurrency: 4,
    readBatch: PAGE,
    slice: 5 * PAGE,
    // a product of its own: its mutation, and one object each time it is read
    unitsPerPrice: MUTATION_COST + 2,
    facts: () =>
      ask("{ shop { name currencyCode taxesIncluded } }", {}, 1, Shop, ({ shop }) => ({
        name: shop.name,
        currency: shop.currencyCode,
        pricesIncludeTax: shop.taxesIncluded,
      })),
    products: (cursor) => {
      const place = placeOf(cursor);
      const variables = { after: place.after, query: place.from === null ? null : `id:>${place.from}` };
      return ask(VARIANTS_QUERY, variables, PAGE_COST, Variants, (data) => variantsPage(data, place));
    },
    write: (items) => priceWrites(items, options, ask),
    prices: (listings) =>
      slicesOf(listings, PAGE).map((slice) => {
        const ids = slice.map(({ remoteId }) => remoteId);
        return ask(PRICES_QUERY, { ids }, slice.length + 1, Prices, ({ nodes }) => readPrices(slice, nodes));
      }),
    sales: (since, cursor) => {
      const variables = { after: cursor, query: `updated_at:>='${new Date(since).toISOString()}'` };
      return ask(ORDERS_QUERY, variables, PAGE_COST, Orders, ({ orders }) => ({
        items: orders.nodes.flatMap(salesOf),
        next: orders.pageInfo.hasNextPage ? orders.pageInfo.endCursor : null,
        skipped: 0,
      }));
    },
    told: rateTold,
  };
}

/** @throws StoreFault `throttled` with the wait after which the points suffice */
function dataOf<T extends z.ZodType>(reply: StoreReply, schema: T): z.infer<T> {
  assertSuccess(reply);
  const body = readJson(reply, Body);
  if (body.errors?.some(({ extensions }) => extensions?.code === "THROTTLED")) {
    const cost = body.extensions?.cost;
    const missing = cost ? cost.requestedQueryCost - cost.throttleStatus.currentlyAvailable : 0;
    const waitMs = cost ? Math.max(0, Math.ceil((missing / cost.throttleStatus.restoreRate) * 1_000)) : null;
    throw new StoreFault("throttled", "the store is over its rate", waitMs);
  }
  const [failure] = body.errors ?? [];
  if (failure) {
    const isPassing = failure.extensions?.code === "INTERNAL_SERVER_ERROR";
    throw new StoreFault(isPassing ? "passing" : "refused", `the store says: ${failure.message}`);
  }
  return readJson({ ...reply, text: JSON.stringify(body.data) }, schema);
}

function rateTold(reply: StoreReply): RateTold | null {
  if (reply.status !== 200) return null;
  try {
    const status = Body.parse(JSON.parse(reply.text)).extensions?.cost?.throttleStatus;
    if (!status) return null;
    const { maximumAvailable: max, currentlyAvailable: available, restoreRate: restorePerSecond } = status;
    return { available, max, restorePerSecond };
  } catch {
    return null;
  }
}

const Shop = z.object({
  shop: z.object({ name: z.string(), currencyCode: z.string(), taxesIncluded: z.boolean() }),
});

const PRICES_QUERY = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ProductVariant { id price } } }";
const Prices = z.object({
  nodes: z.array(z.object({ id: z.string().optional(), price: z.string().optional() }).nullable()),
});

function readPrices(listings: readonly ListingRef[], nodes: z.infer<typeof Prices>["nodes"]) {
  const byId = new Map(nodes.flatMap((node) => (node?.id ? [[node.id, node.price ?? null] as const] : [])));
  return listings.map(({ sku, remoteId }) => ({ sku, price: byId.get(remoteId) ?? null }));
}
