import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import { products, storeListings } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { DAY_MS, HOUR_MS } from "../../domain/base/time.ts";
import { minorOf } from "../../domain/connectors/amount.ts";
import type { StoreProduct, StoreSale } from "../../domain/connectors/store.ts";
import type { StoreMode } from "../../domain/messages/names.ts";
import type { BatchKind } from "../../domain/messages/queue.ts";
import { importProducts } from "../catalogue/import-products.ts";
import { acceptBatch } from "../ingest/accept-batch.ts";
import { ensureSource } from "../ingest/sources.ts";
import type { StoreJob } from "./store-job.ts";
import { ask, type StoreContext, type StoreLink } from "./store-link.ts";
import type { StoreRecord } from "./stores.ts";

/** Problems that a job keeps. */
const PROBLEMS_MAX = 50;

/** Whose stock and sales these are, where they are posted. */
function sourceOf(store: Pick<StoreRecord, "id">): string {
  return `store:${store.id}`;
}

/**
 * Reads one page of products: the catalogue takes them as it takes a file, the store's listings are remembered, and the stock
 * is posted as counted.
 */
export async function importCatalogue(
  ctx: StoreContext,
  link: StoreLink,
  job: StoreJob,
): Promise<string | null> {
  const { store } = link;
  const [page] = await ask(ctx, link, link.adapter.products(job.cursor));
  const { items, next, skipped } = page!;
  const known = await knownSkus(ctx, items);
  const lines = items.map((item, at) => ({
    line: at + 1,
    value: rowOf(item, known.has(item.sku), store.mode),
  }));
  const inside = { ...ctx, now: ctx.clock() };
  const receipt = await importProducts(inside, lines, { dryRun: job.dryRun });
  const { inserted, updated, unchanged, rejected, held } = receipt;
  const counted = { inserted, updated, unchanged, rejected: rejected.length, skipped, read: items.length };
  const heldCount = Object.values(held).reduce((sum, n) => sum + n, 0);
  addCounts(job, { ...counted, held: heldCount });
  for (const { line, code, message } of rejected)
    if (job.problems.length < PROBLEMS_MAX)
      job.problems.push({ sku: items[line - 1]?.sku ?? "", code, message });
  if (job.dryRun) return next;
  await saveListings(ctx, link, items);
  const counts = items.filter(({ stock, sku }) => stock !== null && stock >= 0 && sku !== "");
  await post(
    ctx,
    store,
    "inventory",
    counts.map((item) => stockRow(item, store, job.startedAt)),
  );
  return next;
}

function addCounts(job: StoreJob, counts: Record<string, number>): void {
  for (const [name, n] of Object.entries(counts)) job.counts[name] = (job.counts[name] ?? 0) + n;
}

async function knownSkus({ db }: StoreContext, items: readonly StoreProduct[]): Promise<ReadonlySet<string>> {
  const skus = items.map(({ sku }) => sku);
  const rows = await db.select({ sku: products.sku }).from(products).where(isAmong(products.sku, skus));
  return new Set(rows.map(({ sku }) => sku));
}

const GTIN = /^\d{8}$|^\d{12,14}$/;
/** Of a new product that the store has in no category. */
const NO_CATEGORY = "uncategorised";

/**
 * The row that the catalogue takes: what the store does not name stays as it is. Where we write the prices, the price of a
 * known product is ours, and another one in the store is for a person to decide, not to be imported.
 */
function rowOf(item: StoreProduct, isKnown: boolean, mode: StoreMode): Record<string, unknown> {
  const { sku, title, category, brand, gtin, price, unitCost, currency, isActive } = item;
  const isPositive = (amount: string | null): amount is string => amount !== null && Number(amount) > 0;
  const takesPrice = !isKnown || mode !== "live";
  return {
    ...{ sku, title: title.slice(0, 500), currency },
    ...(category !== null ? { category: category.slice(0, 200) } : isKnown ? {} : { category: NO_CATEGORY }),
    ...(brand === null ? {} : { brand: brand.slice(0, 200) }),
    ...(gtin !== null && GTIN.test(gtin) ? { gtin } : {}),
    ...(takesPrice && isPositive(price) ? { price } : {}),
    ...(isPositive(unitCost) ? { unitCost } : {}),
    // later a person may have taken it off sale here
    ...(isKnown || isActive ? {} : { status: "inactive" }),
  };
}

/** Where the store keeps each SKU. The price of a listing that is known is left to the comparison of prices. */
async function saveListings(
  ctx: StoreContext,
  link: StoreLink,
  items: readonly StoreProduct[],
): Promise<void> {
  const known = await knownSkus(ctx, items);
  const readAt = ctx.clock();
  const rows = items
    .filter(({ sku }) => known.has(sku))
    .map(({ sku, remoteId, remoteGroup, remotePrice, currency, price }) => ({
      ...{ storeId: link.store.id, sku, remoteId, remoteGroup, currency, readAt },
      ...(remotePrice === null ? {} : { remotePrice }),
      price: price === null ? null : minorOf(price, currency),
    }));
  const unique = [...new Map(rows.map((row) => [row.sku, row])).values()];
  const statements = bulkUpsert(ctx.d1, storeListings, unique, ON_KNOWN);
  if (statements.length > 0) await commitBatch(ctx.d1, statements);
}

const ON_KNOWN = { keep: ["price", "readAt", "remotePrice"] } as const;

function stockRow({ sku, stock }: StoreProduct, { id }: StoreRecord, at: number) {
  const instant = new Date(at).toISOString();
  return { id: `stock ${sku} ${at}`, sku, warehouse: id, type: "snapshot", quantity: stock, at: instant };
}

/** Changes of an order that reached the store's list a little later than their instant says. */
const OVERLAP_MS = HOUR_MS;
/** Sales that the first import reads: older events are not taken. */
const FIRST_SALES_MS = 3 * DAY_MS;

/** Reads one page of orders; their lines are posted as events, which count once however often they are read. */
export async function importSales(ctx: StoreContext, link: StoreLink, job: StoreJob): Promise<string | null> {
  const { store, adapter } = link;
  if (adapter.sales === null) return null;
  const since = store.salesUntil === null ? job.startedAt - FIRST_SALES_MS : store.salesUntil - OVERLAP_MS;
  const [page] = await ask(ctx, link, adapter.sales(since, job.cursor));
  const { items, next, skipped } = page!;
  const sales = items.filter(({ at }) => Number.isFinite(at) && at > job.startedAt - FIRST_SALES_MS);
  addCounts(job, { sales: sales.length, ordersSkipped: skipped, salesTooOld: items.length - sales.length });
  if (!job.dryRun)
    await post(
      ctx,
      store,
      "events",
      sales.map((sale) => saleRow(sale, link.currency)),
    );
  return next;
}

function saleRow({ id, type, sku, quantity, price, session, at }: StoreSale, currency: string) {
  const minor = price === null ? null : minorOf(price, currency);
  return {
    ...{
      id,
      type,
      sku,
      quantity: Math.min(quantity, 1e6),
      sessionId: session,
      at: new Date(at).toISOString(),
    },
    ...(minor === null || minor < 0 ? {} : { price: formatMinor(minor, currency) }),
  };
}

/** Posts rows as any source does: they are taken once, and judged one by one. */
async function post(
  ctx: StoreContext,
  store: StoreRecord,
  kind: BatchKind,
  rows: readonly object[],
): Promise<void> {
  if (rows.length === 0) return;
  const source = sourceOf(store);
  const now = ctx.clock();
  await ensureSource(ctx.db, source, now);
  const envelope = { kind, source, batchId: undefined, rows: [...rows] };
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  await acceptBatch({ inboxes: ctx.ports.inboxes, vault: ctx.ports.vault, now }, envelope, bytes);
}
