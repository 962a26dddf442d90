import { env, exports } from "cloudflare:workers";
import { expect, vi } from "vitest";
import type { RowProblem } from "../../domain/messages/verdict.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { createKey } from "../../services/identity/keys.ts";

/** What a test says of a product; the rest is given. Prices in cents. */
export interface TestProduct {
  sku: string;
  price?: number;
  gtin?: string;
  currency?: string;
  stock?: number;
}

/** Puts products into the catalogue as if imported: the shards hear of them with the first row that names them. */
export async function addProducts(...products: TestProduct[]): Promise<void> {
  const insert = env.DB.prepare(
    `INSERT INTO products (sku, title, category, gtin, currency, price, price_source, price_since, version, price_seq,
       base_price, status, stock, created_at, updated_at)
     VALUES (?1, ?1, 'test', ?2, ?3, ?4, 'base', 0, 1, 0, ?4, 'active', ?5, 0, 0)`,
  );
  await env.DB.batch(
    products.map(({ sku, price = 10_000, gtin = null, currency = "EUR", stock = null }) =>
      insert.bind(sku, gtin, currency, price, stock),
    ),
  );
}

let key: ReturnType<typeof createKey> | undefined;

/** A key that may do everything, made once for each test file. */
export async function adminKey(): Promise<string> {
  key ??= createKey(serviceContext(env, systemActor("test")), { name: "test", scopes: ["admin"] });
  return (await key).key;
}

export interface Answer<Body = Record<string, unknown>> {
  status: number;
  body: Body;
  headers: Headers;
}

/** A request to the Worker with the admin key. A string or bytes go as they are, anything else as JSON. */
export async function call<Body = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  const raw =
    body === undefined || typeof body === "string" || body instanceof Uint8Array
      ? body
      : JSON.stringify(body);
  const response = await exports.default.fetch(`https://shop.test${path}`, {
    method,
    headers: { authorization: `Bearer ${await adminKey()}`, "content-type": "application/json", ...headers },
    ...(raw === undefined ? {} : { body: raw }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === "" ? {} : JSON.parse(text)) as Body,
    headers: response.headers,
  };
}

/** A request with the admin key, for answers that are no JSON. */
export async function fetchAs(path: string): Promise<Response> {
  const headers = { authorization: `Bearer ${await adminKey()}` };
  return exports.default.fetch(`https://shop.test${path}`, { headers });
}

export interface ReceiptBody {
  status: string;
  received: number;
  accepted: number;
  duplicates: number;
  quarantined: number;
  rejected: number;
  problems: RowProblem[];
}

/** The receipt once its batch has reached a status; it must always add up when done. */
export async function receiptOf(batchId: string, status = "done", source?: string): Promise<ReceiptBody> {
  const query = source === undefined ? "" : `?source=${encodeURIComponent(source)}`;
  const receipt = await vi.waitUntil(
    async () => {
      const { body } = await call<ReceiptBody>(
        "GET",
        `/api/ingest/batches/${encodeURIComponent(batchId)}${query}`,
      );
      return body.status === status ? body : null;
    },
    { timeout: 100_000, interval: 50 },
  );
  if (status === "done")
    expect(receipt.accepted + receipt.duplicates + receipt.quarantined + receipt.rejected).toBe(
      receipt.received,
    );
  return receipt;
}

/** A row that is fine: a price in euros of a competitor, seen a minute ago. */
export function observation(sku: string, price: unknown, more: Record<string, unknown> = {}) {
  return { sku, competitor: "acme", price, observedAt: new Date(Date.now() - 60_000).toISOString(), ...more };
}

/** Posts observations and waits until they are done. */
export async function postObservations(
  source: string,
  batchId: string,
  observations: unknown[],
): Promise<ReceiptBody> {
  const { status } = await call("POST", "/api/ingest/observations", { source, batchId, observations });
  expect(status).toBe(202);
  return receiptOf(batchId, "done", source);
}

export async function offersOf(sku: string) {
  const { results } = await env.DB.prepare("SELECT * FROM offers WHERE sku = ?1 ORDER BY competitor")
    .bind(sku)
    .all<{ competitor: string; price: number; availability: string; observed_at: number; version: number }>();
  return results;
}
