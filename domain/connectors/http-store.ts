import { z } from "zod";
import { type CsvLine, readCsv } from "../intake/files/csv-text.ts";
import { dialectOf } from "../intake/files/dialect.ts";
import { assertSuccess, type Exchange, readJson, StoreFault, type StoreReply, slicesOf } from "./exchange.ts";
import type {
  ListingRef,
  PriceToWrite,
  ReadPrice,
  StoreAdapter,
  StorePage,
  StoreProduct,
  WriteOutcome,
} from "./store.ts";

/**
 * Any shop that can serve a list of its products and take a list of prices over HTTP, as JSON or as CSV. Products are read
 * with GET; prices are sent with POST, each with the sequence of its ledger entry, so that the shop can ignore one that comes late.
 */
interface HttpStoreOptions {
  productsPath: string;
  pricesPath: string;
  format: "json" | "csv";
  /** of the Authorization header */
  authorization: string | null;
  currency: string;
  requestsPerSecond: number;
  batch: number;
}

export function httpStore(options: HttpStoreOptions): StoreAdapter {
  const { requestsPerSecond, productsPath, currency, batch } = options;
  const headers = options.authorization === null ? {} : { authorization: options.authorization };
  const page = <T>(path: string, read: (rows: Listed) => T, next?: Exchange<T>["next"]): Exchange<T> => ({
    cost: 1,
    request: { method: "GET", path, headers },
    read: (reply) => read(rowsOf(reply)),
    ...(next === undefined ? {} : { next }),
  });
  return {
    rate: { available: requestsPerSecond, max: requestsPerSecond, restorePerSecond: requestsPerSecond },
    concurrency: 2,
    readBatch: 10 * batch,
    // reading some prices reads them all
    slice: 10 * batch,
    unitsPerPrice: 1 / batch,
    facts: () =>
      page(productsPath, ({ rows }) => ({
        name: `${rows.length} products on the first page`,
        currency: rows[0]?.currency ?? null,
        pricesIncludeTax: null,
      })),
    products: (cursor) =>
      page(
        cursor ?? productsPath,
        ({ rows, next }): StorePage<StoreProduct> => ({
          items: rows.map((row) => productOf(row, currency)),
          next,
          skipped: 0,
        }),
      ),
    write: (items) =>
      slicesOf(items, batch).map((slice) => ({
        skus: slice.map(({ sku }) => sku),
        exchange: sent(slice, options, headers),
      })),
    prices: (listings) => [readPages(productsPath, listings, page)],
    sales: null,
  };
}

const text = z.union([z.string(), z.number()]).transform(String);
const optional = z
  .union([z.string(), z.number(), z.null()])
  .optional()
  .transform((value) => (value === "" || value === undefined || value === null ? null : `${value}`));
const Row = z.object({
  sku: text,
  title: optional,
  price: optional,
  currency: z.string().optional(),
  category: optional,
  brand: optional,
  gtin: optional,
  unitCost: optional,
  stock: optional,
  status: optional,
});
type Row = z.infer<typeof Row>;
interface Listed {
  rows: Row[];
  next: string | null;
}
const Json = z.union([z.array(Row), z.object({ items: z.array(Row), next: z.string().nullish() })]);

/** The rows of a reply in JSON (a list, or `{ items, next }`) or CSV; `next` is the path of the page that follows. */
function rowsOf(reply: StoreReply): Listed {
  assertSuccess(reply);
  if (!/^\s*[[{]/.test(reply.text)) return { rows: csvRows(reply.text), next: null };
  const body = readJson(reply, Json);
  return Array.isArray(body) ? { rows: body, next: null } : { rows: body.items, next: body.next ?? null };
}

function csvRows(file: string): Row[] {
  const dialect = dialectOf(file);
  if (dialect === null)
    throw new StoreFault("passing", "the store's answer is neither JSON nor CSV with a header");
  const lines: Extract<CsvLine, { cells: string[] }>[] = [];
  readCsv(file, dialect.separator, (line) => {
    if ("cells" in line && line.line > dialect.headerLine) lines.push(line);
    return true;
  });
  const names = dialect.header.map((name) => name.trim());
  return lines.flatMap(({ cells }) => {
    const row = Row.safeParse(Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ""])));
    return row.success ? [row.data] : [];
  });
}

function productOf(row: Row, currency: string): StoreProduct {
  const stock = row.stock === null ? Number.NaN : Number(row.stock);
  return {
    ...{ sku: row.sku.trim(), remoteId: row.sku.trim(), remoteGroup: null, remotePrice: null },
    ...{ title: row.title ?? row.sku, price: row.price, currency: row.currency || currency },
    ...{ category: row.category, brand: row.brand, gtin: row.gtin, unitCost: row.unitCost },
    stock: Number.isInteger(stock) ? stock : null,
    isActive: row.status === null || row.status === "active",
  };
}

const Answer = z.object({
  results: z.array(z.object({ sku: z.string(), ok: z.boolean(), error: z.string().optional() })).optional(),
});

function sent(
  slice: readonly PriceToWrite[],
  { pricesPath, format }: HttpStoreOptions,
  headers: Readonly<Record<string, string>>,
): Exchange<WriteOutcome[]> {
  const rows = slice.map(({ sku, price, currency, seq, priorPrice }) => ({
    sku,
    price,
    currency,
    sequence: seq,
    priorPrice,
  }));
  const csv = () =>
    [
      "sku,price,currency,sequence,priorPrice",
      ...rows.map((row) => Object.values(row).map(cell).join(",")),
    ].join("\n");
  return {
    cost: 1,
    request: {
      method: "POST",
      path: pricesPath,
      headers: {
        ...headers,
        "content-type": format === "csv" ? "text/csv" : "application/json",
      },
      body: format === "csv" ? `${csv()}\n` : JSON.stringify({ prices: rows }),
    },
    read: (reply) => {
      assertSuccess(reply);
      const answered = /^\s*\{/.test(reply.text) ? (readJson(reply, Answer).results ?? []) : [];
      const failed = new Map(
        answered.filter(({ ok }) => !ok).map(({ sku, error }) => [sku, error ?? "the store refused it"]),
      );
      return slice.map(({ sku }): WriteOutcome => {
        const message = failed.get(sku);
        return message === undefined ? { sku, ok: true } : { sku, ok: false, isPassing: false, message };
      });
    },
  };
}

function cell(value: unknown): string {
  const plain = value === null ? "" : String(value);
  return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** The whole list, page by page: what it says of these listings. */
function readPages(
  path: string,
  listings: readonly ListingRef[],
  page: <T>(path: string, read: (listed: Listed) => T, next?: Exchange<T>["next"]) => Exchange<T>,
): Exchange<ReadPrice[]> {
  const wanted = new Set(listings.map(({ sku }) => sku));
  return page(
    path,
    ({ rows }) =>
      rows.flatMap(({ sku, price }) => (wanted.has(sku.trim()) ? [{ sku: sku.trim(), price }] : [])),
    (reply) => {
      const { next } = rowsOf(reply);
      return next === null ? null : readPages(next, listings, page);
    },
  );
}
