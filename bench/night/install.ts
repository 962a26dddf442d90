import { civilDay, DAY_MS } from "../../domain/base/time.ts";
import { tokenHash } from "../../services/identity/token.ts";
import type { Runtime } from "../ingest/runtime.ts";
import { type DemandRow, demandBatches, demandOf, observationsOf, type ShopProduct } from "./shop.ts";

const KEY = "bench-night-key";
const PRODUCTS_PER_STATEMENT = 2_000;
const DAYS_PER_STATEMENT = 15_000;
const ROWS_PER_REQUEST = 1_000;
const REQUESTS_AT_ONCE = 4;
/** Batches that were posted and are not done yet, at most: what waits is held in memory. */
const WAITING_MAX = 48;
const IMPORTED_AT_ONCE = 20_000;
const SOURCE = "bench";

/** The install as its users see it: what the bench asks goes through the API. */
export class Shop {
  readonly runtime: Runtime;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(new URL(path, this.runtime.url), {
      method,
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** Puts days of demand into the tables, where their projection would have put them. */
  async insertDemand(products: readonly ShopProduct[], days: number, now: number): Promise<void> {
    await this.#insertDemand(products, days, civilDay(now - DAY_MS, "UTC"));
  }

  /** Imports the catalogue as a shop does. */
  async importProducts(products: readonly ShopProduct[]): Promise<void> {
    for (let start = 0; start < products.length; start += IMPORTED_AT_ONCE) {
      const part = products.slice(start, start + IMPORTED_AT_ONCE);
      const lines = part.map(({ price, unitCost, ...rest }) =>
        JSON.stringify({
          ...{ ...rest, title: rest.sku, currency: "EUR", price: euros(price), unitCost: euros(unitCost) },
        }),
      );
      const receipt = await this.#imported(lines.join("\n"));
      if (receipt.rejected.length > 0) throw new Error(`rejected: ${JSON.stringify(receipt.rejected[0])}`);
    }
  }

  async #imported(lines: string): Promise<{ rejected: unknown[] }> {
    const answer = await fetch(new URL("/api/import/products", this.runtime.url), {
      method: "POST",
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/x-ndjson" },
      body: lines,
    });
    if (!answer.ok) throw new Error(`import: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { rejected: unknown[] };
  }

  /** Posts the days of demand, product by product, as a shop brings its history along. */
  async postDemand(products: readonly ShopProduct[], days: number, now: number): Promise<void> {
    const last = civilDay(now - DAY_MS, "UTC");
    await this.post("demand", demandBatches(products, days, last, ROWS_PER_REQUEST), "demand");
  }

  /** Posts what competitors ask, so often looked at. */
  async observe(
    products: readonly ShopProduct[],
    { competitors, looks, now }: { competitors: number; looks: number; now: number },
  ): Promise<void> {
    const batches = observationsOf(products, { competitors, looks, size: ROWS_PER_REQUEST, now });
    await this.post("observations", batches, "offers");
  }

  /** Puts a key and the catalogue into the tables. */
  async open(products: readonly ShopProduct[], now: number): Promise<void> {
    await this.insertKey(now);
    await this.#insertProducts(products, now);
  }

  /** Puts the key into the tables that the bench calls with. */
  async insertKey(now: number): Promise<void> {
    await this.runtime.database
      .prepare(
        `INSERT OR IGNORE INTO api_keys (hash, id, name, scopes, created_at, created_by) VALUES (?1, 'bench', 'bench', '["admin"]', ?2, 'bench')`,
      )
      .bind(tokenHash(KEY), now)
      .run();
  }

  async #insertProducts(products: readonly ShopProduct[], now: number): Promise<void> {
    for (let start = 0; start < products.length; start += PRODUCTS_PER_STATEMENT) {
      const part = products.slice(start, start + PRODUCTS_PER_STATEMENT);
      const rows = part.map(({ sku, category, price, unitCost }) => [sku, category, price, unitCost]);
      await this.runtime.database
        .prepare(
          `INSERT INTO products (sku, title, category, currency, price, price_source, price_since, version, price_seq,
             base_price, unit_cost, status, created_at, updated_at)
           SELECT value ->> 0, value ->> 0, value ->> 1, 'EUR', value ->> 2, 'base', 0, 1, 0, value ->> 2, value ->> 3,
             'active', ?2, ?2 FROM json_each(?1)`,
        )
        .bind(JSON.stringify(rows), now)
        .run();
    }
  }

  async #insertDemand(products: readonly ShopProduct[], days: number, lastDay: string): Promise<void> {
    let rows: DemandRow[] = [];
    const flush = async () => {
      await this.runtime.database
        .prepare(
          `INSERT INTO demand_days (sku, day, units, revenue, price, in_stock_share, promo, version)
           SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 1, 0, 1 FROM json_each(?1)`,
        )
        .bind(JSON.stringify(rows))
        .run();
      rows = [];
    };
    for (const [i, product] of products.entries()) {
      rows.push(...demandOf(product, i, days, lastDay));
      if (rows.length >= DAYS_PER_STATEMENT) await flush();
    }
    if (rows.length > 0) await flush();
  }

  /**
   * Posts batches of rows and waits until all are done. Under a name, a batch that was posted before is not taken again.
   */
  async post(
    kind: "observations" | "demand",
    batches: Iterable<Record<string, unknown>[]>,
    name?: string,
  ): Promise<void> {
    const list = kind === "demand" ? "rows" : kind;
    const waiting = batches[Symbol.iterator]();
    const ids: string[] = [];
    let count = 0;
    const connection = async () => {
      for (let next = waiting.next(); !next.done; next = waiting.next()) {
        const batchId = name === undefined ? {} : { batchId: `${name}-${count++}` };
        const body = { source: SOURCE, ...batchId, [list]: next.value };
        ids.push((await this.call<{ batchId: string }>("POST", `/api/ingest/${kind}`, body)).batchId);
        while (ids.length >= WAITING_MAX) await this.#untilDone(kind, ids.shift()!);
      }
    };
    await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, connection));
    for (const id of ids) await this.#untilDone(kind, id);
  }

  async #untilDone(kind: string, batchId: string): Promise<void> {
    const path = `/api/ingest/batches/${batchId}?source=${SOURCE}&kind=${kind}`;
    for (;;) {
      const { status } = await this.call<{ status: string }>("GET", path);
      if (status === "done") return;
      if (status === "parked") throw new Error(`${path} is parked`);
      await sleep(200);
    }
  }
}

/** Minor units as an amount. */
function euros(cents: number): string {
  return (cents / 100).toFixed(2);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
