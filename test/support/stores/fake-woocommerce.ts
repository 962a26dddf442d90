import { type FakeReply, FakeStore, type FakeVariant, RequestRate } from "./fake-store.ts";

type Update = {
  id: number;
  regular_price?: string;
  sale_price?: string;
  meta_data?: { key: string; value: string }[];
};

/**
 * WooCommerce's REST API as it is documented: pages with `X-WP-TotalPages`, batches of at most 100 with an error for each item,
 * a host that answers 429 with Retry-After. SKUs that begin with `V` are variations of the product in their `productId`.
 */
export class FakeWooCommerce extends FakeStore {
  readonly rate: RequestRate;
  key = "ck_test:cs_test";
  readonly refused = new Map<string, string>();
  orders: object[] = [];
  throttled = 0;

  constructor(clock?: () => number, requestsPerSecond = 1_000) {
    super(clock);
    this.rate = new RequestRate(requestsPerSecond, this.clock);
  }

  protected idOf(number: number): string {
    return `${number}`;
  }

  protected productIdOf(): string {
    return "";
  }

  protected isWrite(method: string): boolean {
    return method === "POST";
  }

  protected answer(method: string, url: URL, body: string, headers: Headers, half: boolean): FakeReply {
    const wait = this.rate.take();
    if (wait !== null) {
      this.throttled++;
      return { status: 429, body: { code: "too_many_requests" }, headers: { "retry-after": `${wait}` } };
    }
    if (headers.get("authorization") !== `Basic ${btoa(this.key)}`)
      return { status: 401, body: { code: "woocommerce_rest_cannot_view", message: "Sorry" } };
    const path = url.pathname.replace("/wp-json/wc/v3", "");
    if (path === "/settings/general")
      return { status: 200, body: [{ id: "woocommerce_currency", value: "EUR" }] };
    if (path === "/orders") return this.page(this.orders, url);
    const parent = /^\/products\/(\d+)\/variations/.exec(path)?.[1] ?? "";
    if (method === "POST") return this.batch(JSON.parse(body) as { update: Update[] }, half);
    const include = url.searchParams.get("include");
    const variants = this.asked(include).filter((one) => one.productId === parent);
    const rows = variants.map((one) => this.rowOf(one));
    // a variable product has no price of its own
    const parents =
      parent || include
        ? []
        : [...new Set([...this.variants.values()].map((one) => one.productId))].filter((id) => id !== "");
    const all = [
      ...rows,
      ...parents.map((id) => ({
        id: Number(id),
        name: `Parent ${id}`,
        type: "variable",
        status: "publish",
        sku: "",
        price: "",
      })),
    ];
    return this.page(all, url);
  }

  private asked(include: string | null): FakeVariant[] {
    if (include === null) return [...this.variants.values()];
    const byId = this.byId();
    return include.split(",").flatMap((id) => byId.get(id) ?? []);
  }

  private page(rows: object[], url: URL): FakeReply {
    const size = Number(url.searchParams.get("per_page") ?? 10);
    if (size > 100) return { status: 400, body: { code: "rest_invalid_param", message: "per_page" } };
    const page = Number(url.searchParams.get("page") ?? 1);
    const pages = Math.max(1, Math.ceil(rows.length / size));
    return {
      status: 200,
      body: rows.slice((page - 1) * size, page * size),
      headers: { "x-wp-totalpages": `${pages}`, "x-wp-total": `${rows.length}` },
    };
  }

  private rowOf({ id, sku, price, stock, more }: FakeVariant) {
    const sale = more.sale ?? "";
    return {
      ...{ id: Number(id), name: `Product ${sku}`, sku, type: "simple", status: "publish" },
      ...{ price: sale || price, regular_price: price, sale_price: sale, on_sale: sale !== "" },
      ...{ manage_stock: true, stock_quantity: stock, categories: [{ name: "Things" }] },
      ...(more.cost ? { cost_of_goods_sold: { total_value: Number(more.cost) } } : {}),
    };
  }

  private batch({ update }: { update: Update[] }, half: boolean): FakeReply {
    if (update.length > 100)
      return {
        status: 413,
        body: { code: "woocommerce_rest_request_entity_too_large", message: "at most 100" },
      };
    const byId = this.byId();
    const done = half ? update.slice(0, Math.ceil(update.length / 2)) : update;
    const answered = done.map(({ id, regular_price: regular, sale_price: sale, meta_data: meta = [] }) => {
      const variant = byId.get(`${id}`);
      if (!variant)
        return {
          id,
          error: {
            code: "woocommerce_rest_product_invalid_id",
            message: "Invalid ID.",
            data: { status: 400 },
          },
        };
      const message = this.refused.get(variant.sku);
      if (message !== undefined) return { id, error: { code: "invalid", message, data: { status: 400 } } };
      if (regular !== undefined) this.write(variant.sku, regular);
      if (sale === "") delete variant.more.sale;
      for (const { key, value } of meta) variant.more[key] = value;
      return this.rowOf(variant);
    });
    return { status: 200, body: { update: answered } };
  }
}
