import { type FakeReply, FakeStore, type FakeVariant } from "./fake-store.ts";

interface Bucket {
  max: number;
  restorePerSecond: number;
  available: number;
  at: number;
}

type Input = { id: string; price: string; metafields?: { namespace: string; key: string; value: string }[] };

/**
 * Shopify's Admin API as it is documented: one GraphQL address, cursors, points that run out (`THROTTLED` with status 200),
 * user errors beside what went through.
 */
export class FakeShopify extends FakeStore {
  readonly bucket: Bucket;
  token = "shpat_test";
  /** SKUs whose prices the store refuses, with its words */
  readonly refused = new Map<string, string>();
  throttled = 0;
  orders: object[] = [];

  constructor(clock?: () => number, rate = { max: 1_000, restorePerSecond: 100 }) {
    super(clock);
    this.bucket = { ...rate, available: rate.max, at: this.clock() };
  }

  protected idOf(number: number): string {
    return `gid://shopify/ProductVariant/${number}`;
  }

  protected productIdOf(number: number): string {
    return `gid://shopify/Product/${number}`;
  }

  protected isWrite(_method: string, _url: URL, body: string): boolean {
    return body.includes("productVariantsBulkUpdate");
  }

  protected answer(_method: string, url: URL, text: string, headers: Headers, half: boolean): FakeReply {
    if (!/^\/admin\/api\/\d{4}-\d{2}\/graphql\.json$/.test(url.pathname))
      return { status: 404, body: "not found" };
    if (headers.get("x-shopify-access-token") !== this.token)
      return { status: 401, body: { errors: "[API] Invalid API key" } };
    const { query, variables } = JSON.parse(text) as { query: string; variables: Record<string, unknown> };
    const mutations = [...query.matchAll(/productVariantsBulkUpdate\(/g)].length;
    const ids = Array.isArray(variables.ids) ? variables.ids.length : 0;
    const first = Number(/first: (\d+)/.exec(query)?.[1] ?? 0);
    const cost = 10 * mutations + ids + (mutations === 0 && first > 0 ? 2 + 3 * first : 0) || 1;
    if (cost > 1_000)
      return {
        status: 200,
        body: { errors: [{ message: "cost exceeds 1000", extensions: { code: "MAX_COST_EXCEEDED" } }] },
      };
    if (!this.pay(cost)) return this.throttledReply(cost);
    const data = mutations > 0 ? this.update(variables, half) : this.query(query, variables);
    return { status: 200, body: { data, extensions: { cost: this.costOf(cost) } } };
  }

  private pay(cost: number): boolean {
    const { bucket } = this;
    const now = this.clock();
    bucket.available = Math.min(
      bucket.max,
      bucket.available + ((now - bucket.at) / 1000) * bucket.restorePerSecond,
    );
    bucket.at = now;
    if (bucket.available < cost) return false;
    bucket.available -= cost;
    return true;
  }

  private costOf(cost: number) {
    const { max, available, restorePerSecond } = this.bucket;
    return {
      ...{ requestedQueryCost: cost, actualQueryCost: cost },
      throttleStatus: {
        maximumAvailable: max,
        currentlyAvailable: Math.floor(available),
        restoreRate: restorePerSecond,
      },
    };
  }

  private throttledReply(cost: number): FakeReply {
    this.throttled++;
    const errors = [{ message: "Throttled", extensions: { code: "THROTTLED" } }];
    return { status: 200, body: { errors, extensions: { cost: this.costOf(cost) } } };
  }

  private update(variables: Record<string, unknown>, half: boolean) {
    const groups = Object.keys(variables).filter((name) => name.startsWith("v"));
    const done = half ? groups.slice(0, Math.ceil(groups.length / 2)) : groups;
    const byId = this.byId();
    return Object.fromEntries(
      done.map((name) => [
        `m${name.slice(1)}`,
        this.updateProduct(variables[name] as Input[], `${variables[`p${name.slice(1)}`]}`, byId),
      ]),
    );
  }

  private updateProduct(inputs: Input[], productId: string, byId: ReadonlyMap<string, FakeVariant>) {
    const userErrors: { field: string[]; message: string }[] = [];
    const productVariants = inputs.flatMap(({ id, price, metafields = [] }, i) => {
      const variant = byId.get(id);
      const message = variant ? this.refused.get(variant.sku) : "Product variant does not exist";
      if (!variant || variant.productId !== productId || message !== undefined) {
        userErrors.push({
          field: ["variants", `${i}`, "price"],
          message: message ?? "Input must be for this product",
        });
        return [];
      }
      this.write(variant.sku, Number(price).toFixed(2));
      for (const { namespace, key, value } of metafields) variant.more[`${namespace}.${key}`] = value;
      return [{ id, price }];
    });
    return { productVariants, userErrors };
  }

  private query(query: string, variables: Record<string, unknown>): object {
    if (query.includes("productVariants(")) return this.list(variables);
    if (query.includes("nodes(ids")) {
      const byId = this.byId();
      return {
        nodes: (variables.ids as string[]).map((id) =>
          byId.has(id) ? { id, price: byId.get(id)!.price } : null,
        ),
      };
    }
    if (query.includes("orders("))
      return { orders: { nodes: this.orders, pageInfo: { hasNextPage: false, endCursor: null } } };
    return { shop: { name: "Fake shop", currencyCode: "EUR", taxesIncluded: true } };
  }

  private list({ after }: Record<string, unknown>) {
    const all = [...this.variants.values()];
    const from = after === null || after === undefined ? 0 : Number(after);
    const page = all.slice(from, from + 100);
    const nodes = page.map(({ id, productId, sku, price, stock, more }) => ({
      ...{ id, sku, title: "Default Title", barcode: null, price, inventoryQuantity: stock },
      inventoryItem: {
        tracked: true,
        unitCost: more.cost ? { amount: more.cost, currencyCode: "EUR" } : null,
      },
      product: {
        id: productId,
        title: `Product ${sku}`,
        vendor: "Acme",
        productType: "Things",
        status: "ACTIVE",
      },
    }));
    const hasNextPage = from + 100 < all.length;
    return {
      shop: { currencyCode: "EUR" },
      productVariants: { nodes, pageInfo: { hasNextPage, endCursor: `${from + page.length}` } },
    };
  }
}
