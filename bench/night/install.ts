import { civilDay, DAY_MS } from "../../domain/base/time.ts";
import { tokenHash } from "../../services/identity/token.ts";
import type { Runtime } from "../ingest/runtime.ts";
import { type DemandRow, demandOf, observationsOf, type ShopProduct } from "./shop.ts";

const KEY = "bench-night-key";
const PRODUCTS_PER_STATEMENT = 2_000;
const DAYS_PER_STATEMENT = 15_000;
const OBSERVATIONS_PER_REQUEST = 1_000;
const REQUESTS_AT_ONCE = 4;
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

  /** Puts catalogue and demand into the tables, where an import would have put them, and posts what competitors ask. */
  async fill(products: readonly ShopProduct[], days: number, competitors: number): Promise<void> {
    const now = Date.now();
    await this.open(products, now);
    await this.#insertDemand(products, days, civilDay(now - DAY_MS, "UTC"));
    await this.#observe(products, competitors, now);
  }

  /** Puts a key and the catalogue into the tables. */
  async open(products: readonly ShopProduct[], now: number): Promise<void> {
    await this.#insertKey(now);
    await this.#insertProducts(products, now);
  }

  async #insertKey(now: number): Promise<void> {
    await this.runtime.database
      .prepare(
        `INSERT INTO api_keys (hash, id, name, scopes, created_at, created_by) VALUES (?1, 'bench', 'bench', '["admin"]', ?2, 'bench')`,
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

  async #observe(products: readonly ShopProduct[], competitors: number, now: number): Promise<void> {
    await this.post(
      "observations",
      observationsOf(products, { competitors, size: OBSERVATIONS_PER_REQUEST, now }),
    );
  }

  /** Posts batches of rows and waits until all are done. */
  async post(kind: "observations" | "demand", batches: Iterable<Record<string, unknown>[]>): Promise<void> {
    const list = kind === "demand" ? "rows" : kind;
    const waiting = batches[Symbol.iterator]();
    const ids: string[] = [];
    const connection = async () => {
      for (let next = waiting.next(); !next.done; next = waiting.next()) {
        const body = { source: SOURCE, [list]: next.value };
        ids.push((await this.call<{ batchId: string }>("POST", `/api/ingest/${kind}`, body)).batchId);
      }
    };
    await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, connection));
    for (const id of ids) await this.#untilDone(`/api/ingest/batches/${id}?source=${SOURCE}`);
  }

  async #untilDone(path: string): Promise<void> {
    for (;;) {
      const { status } = await this.call<{ status: string }>("GET", path);
      if (status === "done") return;
      if (status === "parked") throw new Error(`${path} is parked`);
      await sleep(200);
    }
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
