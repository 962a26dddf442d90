/** What a store does wrong with one request. `after`: it did what it was asked, and the answer is lost. */
export type Fault =
  | "429"
  | "500"
  | "500 after"
  | "timeout"
  | "timeout after"
  | "reset after"
  | "half"
  | "html";

/** A variant that a store sells. Prices are decimals, as stores write them. */
export interface FakeVariant {
  id: string;
  productId: string;
  sku: string;
  price: string;
  stock: number;
  /** fields of its own, such as a metafield or a sale price */
  more: Record<string, string>;
}

/** One price that reached the store, in the order of arrival. */
export interface ArrivedWrite {
  sku: string;
  price: string;
  at: number;
}

export interface FakeReply {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/**
 * The part that all stores have in common: variants, faults to come, and a record of what was written. It follows a clock
 * that it is given, so that tests need not wait.
 */
export abstract class FakeStore {
  readonly variants = new Map<string, FakeVariant>();
  readonly writes: ArrivedWrite[] = [];
  /** requests answered, by method and path */
  readonly requests: string[] = [];
  readonly faults: { on: "read" | "write"; fault: Fault }[] = [];
  readonly clock: () => number;
  /** after a write, so many reads still show the prices of before */
  lag = 0;
  private lagging: { reads: number; prices: Map<string, string> } | null = null;
  /** what the store makes of a price that it is given */
  rounded = (price: string): string => price;

  constructor(clock: () => number = Date.now) {
    this.clock = clock;
  }

  add(sku: string, price: string, more: Partial<FakeVariant> = {}): void {
    const number = 1_000 + this.variants.size;
    const ids = { id: this.idOf(number), productId: this.productIdOf(number) };
    this.variants.set(sku, { ...ids, sku, price, stock: 5, more: {}, ...more });
  }

  /** Somebody changes a price in the store's own pages. */
  edit(sku: string, price: string): void {
    this.variants.get(sku)!.price = price;
  }

  priceOf(sku: string): string {
    return this.variants.get(sku)!.price;
  }

  /** The next requests that read or write go wrong. */
  fail(on: "read" | "write", ...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ on, fault })));
  }

  protected abstract idOf(number: number): string;
  protected abstract productIdOf(number: number): string;
  protected abstract isWrite(method: string, url: URL, body: string): boolean;
  /** @param half does only the first half of what it is asked, and then fails */
  protected abstract answer(
    method: string,
    url: URL,
    body: string,
    headers: Headers,
    half: boolean,
  ): FakeReply;

  /** Every variant by the id that the store gave it. */
  protected byId(): Map<string, FakeVariant> {
    return new Map([...this.variants.values()].map((variant) => [variant.id, variant]));
  }

  protected write(sku: string, price: string): void {
    const variant = this.variants.get(sku);
    if (!variant) return;
    if (this.lag > 0) this.lagging ??= { reads: this.lag, prices: new Map() };
    const before = this.lagging?.prices;
    if (before && !before.has(sku)) before.set(sku, variant.price);
    variant.price = this.rounded(price);
    this.writes.push({ sku, price, at: this.clock() });
  }

  /** What a read answers, while the store lags behind its writes. */
  private asOfBefore(answer: () => FakeReply): FakeReply {
    const { lagging } = this;
    if (lagging === null) return answer();
    const now = new Map([...lagging.prices.keys()].map((sku) => [sku, this.priceOf(sku)]));
    for (const [sku, price] of lagging.prices) this.edit(sku, price);
    const reply = answer();
    for (const [sku, price] of now) this.edit(sku, price);
    if (--lagging.reads === 0) this.lagging = null;
    return reply;
  }

  async fetch(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address);
    const method = init.method ?? "GET";
    const body = typeof init.body === "string" ? init.body : "";
    this.requests.push(`${method} ${url.pathname}`);
    const at = this.faults.findIndex(({ on }) => (on === "write") === this.isWrite(method, url, body));
    const fault = at < 0 ? null : this.faults.splice(at, 1)[0]!.fault;
    if (fault === "429") return reply({ status: 429, body: {}, headers: { "retry-after": "2" } });
    if (fault === "500") return reply({ status: 500, body: { message: "internal error" } });
    if (fault === "html") return new Response("<html>maintenance</html>", { status: 200 });
    if (fault === "timeout") throw new Error("the operation timed out");
    const headers = new Headers(init.headers as Record<string, string>);
    const answer = () => this.answer(method, url, body, headers, fault === "half");
    const done = this.isWrite(method, url, body) ? answer() : this.asOfBefore(answer);
    if (fault === "timeout after") throw new Error("the operation timed out");
    if (fault === "reset after") throw new TypeError("Network connection lost.");
    if (fault === "500 after" || fault === "half")
      return reply({ status: 500, body: { message: "internal error" } });
    return reply(done);
  }
}

function reply({ status, body, headers = {} }: FakeReply): Response {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Response(text, { status, headers: { "content-type": "application/json", ...headers } });
}

/** A limit of so many requests a second, in a bucket of one second. */
export class RequestRate {
  readonly perSecond: number;
  private readonly clock: () => number;
  private left: number;
  private at: number;

  constructor(perSecond: number, clock: () => number) {
    this.perSecond = perSecond;
    this.clock = clock;
    this.left = perSecond;
    this.at = clock();
  }

  /** Seconds to wait; null = go on. */
  take(): number | null {
    const now = this.clock();
    this.left = Math.min(this.perSecond, this.left + ((now - this.at) / 1000) * this.perSecond);
    this.at = now;
    if (this.left < 1) return Math.ceil((1 - this.left) / this.perSecond);
    this.left -= 1;
    return null;
  }
}
