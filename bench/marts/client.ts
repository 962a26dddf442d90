import { BENCH_KEY, type Runtime } from "../ingest/runtime.ts";
import { categoryOf, skuOf } from "./shop.ts";

export const HEADERS = {
  authorization: `Bearer ${BENCH_KEY}`,
  "content-type": "application/json",
};
const ROWS_PER_BATCH = 500;
const SETTLED = new Set(["done", "parked"]);

/** Asks the API, again where it is busy. */
export async function ask<T>({ url }: Runtime, method: string, path: string, body?: unknown): Promise<T> {
  for (let tries = 0; ; tries++) {
    const response = await fetch(new URL(path, url), {
      ...{ method, headers: HEADERS },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    if (tries > 20 || (response.status !== 429 && response.status !== 503))
      throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Has the days of a span rolled up again, and waits until the last mart of the pass has its newest day. */
export async function rebuild(runtime: Runtime, span: { from: string; to: string }): Promise<void> {
  await ask(runtime, "POST", "/api/marts/rebuild", span);
  for (;;) {
    const { items } = await ask<{ items: { name: string; lastDay: string | null }[] }>(
      runtime,
      ...(["GET", "/api/marts"] as const),
    );
    if (items.find(({ name }) => name === "product_performance")?.lastDay === span.to) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const LISTS = { events: "events", demand: "rows", observations: "observations" } as const;
type Kind = keyof typeof LISTS;

let batches = 0;

/** Posts rows and waits until all of them have their verdict. Answers how many were accepted. */
export async function post(
  runtime: Runtime,
  kind: Kind,
  rows: readonly object[],
  size = ROWS_PER_BATCH,
): Promise<number> {
  const ids: string[] = [];
  for (let start = 0; start < rows.length; start += size) {
    const batchId = `bench-${batches++}`;
    const cut = rows.slice(start, start + size);
    const body = { batchId, source: "shop", [LISTS[kind]]: cut };
    await ask(runtime, "POST", `/api/ingest/${kind}`, body);
    ids.push(batchId);
  }
  let accepted = 0;
  for (const id of ids)
    for (;;) {
      const receipt = await ask<{ status: string; accepted: number }>(
        runtime,
        "GET",
        `/api/ingest/batches/${id}`,
      );
      if (SETTLED.has(receipt.status)) {
        accepted += receipt.accepted;
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  return accepted;
}

/** Imports products of twelve categories. */
export async function importShop(runtime: Runtime, skus: number): Promise<void> {
  for (let start = 0; start < skus; start += ROWS_PER_BATCH) {
    const lines = Array.from({ length: Math.min(ROWS_PER_BATCH, skus - start) }, (_, i) => {
      const sku = skuOf(start + i);
      return JSON.stringify({ sku, title: sku, category: categoryOf(sku), currency: "EUR", price: "20.00" });
    });
    const headers = { ...HEADERS, "content-type": "application/x-ndjson" };
    const answer = await fetch(new URL("/api/import/products", runtime.url), {
      method: "POST",
      headers,
      body: lines.join("\n"),
    });
    if (!answer.ok) throw new Error(`import: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  }
}
