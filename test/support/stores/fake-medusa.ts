import { type FakeReply, FakeStore, type FakeVariant, RequestRate } from "./fake-store.ts";

type Price = { id?: string; variant_id: string; amount: number; currency_code: string };

/**
 * Medusa's Admin API as it is documented: limit and offset, a price list whose prices have ids, a host that answers 429. To make
 * a price twice makes two of them, as there.
 */
export class FakeMedusa extends FakeStore {
  readonly prices: (Price & { id: string })[] = [];
  orders: object[] = [];
  readonly rate: RequestRate;
  throttled = 0;

  constructor(clock?: () => number, requestsPerSecond = 1_000) {
    super(clock);
    this.rate = new RequestRate(requestsPerSecond, this.clock);
  }

  protected idOf(number: number): string {
    return `variant_${number}`;
  }

  protected productIdOf(number: number): string {
    return `prod_${number}`;
  }

  protected isWrite(method: string): boolean {
    return method === "POST";
  }

  /** What the price list asks for a SKU. */
  listPriceOf(sku: string): number | undefined {
    return this.prices.find(({ variant_id: id }) => id === this.variants.get(sku)?.id)?.amount;
  }

  protected answer(method: string, url: URL, body: string, headers: Headers, half: boolean): FakeReply {
    const wait = this.rate.take();
    if (wait !== null) {
      this.throttled++;
      return { status: 429, body: { type: "too_many" }, headers: { "retry-after": `${wait}` } };
    }
    if (headers.get("authorization") !== `Basic ${btoa("sk_test:")}`)
      return { status: 401, body: { message: "Unauthorized" } };
    const path = url.pathname.replace("/admin", "");
    if (path === "/price-lists/plist_1")
      return { status: 200, body: { price_list: { title: "Ours", status: "active" } } };
    if (path === "/price-lists/plist_1/prices/batch" && method === "POST")
      return this.batch(JSON.parse(body) as { create: Price[]; update: Price[] }, half);
    if (path === "/price-lists/plist_1/prices")
      return this.page("prices", this.prices, url, (price) => this.shown(price));
    if (path === "/products") return this.page("products", [...this.variants.values()], url, productOf);
    if (path === "/orders") return this.page("orders", this.orders, url, (order) => order);
    return { status: 404, body: { type: "not_found", message: `no ${path}` } };
  }

  private page<T>(name: string, rows: T[], url: URL, shown: (row: T) => object): FakeReply {
    const limit = Number(url.searchParams.get("limit") ?? 15);
    const offset = Number(url.searchParams.get("offset") ?? 0);
    return {
      status: 200,
      body: { [name]: rows.slice(offset, offset + limit).map(shown), count: rows.length, offset, limit },
    };
  }

  private shown({ variant_id: id, ...price }: Price) {
    return { ...price, price_set: { variant: { id } } };
  }

  private batch({ create, update }: { create: Price[]; update: Price[] }, half: boolean): FakeReply {
    const skus = new Map([...this.byId()].map(([id, { sku }]) => [id, sku]));
    const prices = new Map(this.prices.map((price) => [price.id, price]));
    const unknown = create.filter(({ variant_id: id }) => !skus.has(id));
    if (unknown.length > 0)
      return { status: 400, body: { type: "invalid_data", message: `no variant ${unknown[0]!.variant_id}` } };
    const made = (half ? create.slice(0, Math.ceil(create.length / 2)) : create).map((price) => {
      const one = { ...price, id: `price_${this.prices.length + 1}` };
      this.prices.push(one);
      this.note(one, skus);
      return one;
    });
    const changed = update.map((price) => {
      const known = prices.get(price.id!)!;
      known.amount = price.amount;
      this.note(known, skus);
      return known;
    });
    return {
      status: 200,
      body: {
        created: made.map((price) => this.shown(price)),
        updated: changed.map((price) => this.shown(price)),
      },
    };
  }

  private note({ variant_id: id, amount }: Price, skus: ReadonlyMap<string, string>): void {
    const sku = skus.get(id);
    if (sku !== undefined) this.writes.push({ sku, price: amount.toFixed(2), at: this.clock() });
  }
}

function productOf({ id, productId, sku, price, stock }: FakeVariant) {
  return {
    ...{ id: productId, title: `Product ${sku}`, status: "published", categories: [{ name: "Things" }] },
    variants: [
      {
        ...{ id, sku, title: "Default variant", manage_inventory: true, inventory_quantity: stock },
        prices: [{ amount: Number(price), currency_code: "eur" }],
      },
    ],
  };
}
