import { readStoredProducts } from "../../db/reads/products.ts";
import { judgeFeedPrice } from "../../domain/catalogue/feed-price.ts";
import type { ImportRules, WantedProduct } from "../../domain/catalogue/plan-import.ts";
import { type ImportPlan, planImport, type StoredProduct } from "../../domain/catalogue/plan-import.ts";
import { type CatalogueProduct, parseProduct } from "../../domain/catalogue/product-row.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { may } from "../../domain/identity/rights.ts";
import { priceOverrideInForce } from "../../domain/ledger/overrides.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { overridesAt } from "../overrides/read-overrides.ts";
import { recheckOpen } from "../proposals/recheck.ts";
import { readSettings } from "../settings/settings.ts";
import { pricesServedLately } from "./echoes.ts";
import { renamesOf } from "./rename/aliases.ts";
import { withPresentSkus } from "./rename/follow-aliases.ts";
import { saveImport } from "./save-import.ts";

/** Products of one atomic batch, which takes some 20 queries. */
const SEGMENT_PRODUCTS = 2_500;
/** Products of one file: more would be over the queries that D1 allows an invocation. */
const PRODUCTS_MAX = 100_000;

export interface ImportReceipt {
  inserted: number;
  updated: number;
  unchanged: number;
  rejected: { line: number; code: string; message: string }[];
  /** stored values that change, counted by field */
  changes?: Record<string, number>;
  /** prices that wait for a person, counted by why */
  held?: Record<string, number>;
  /** prices that we ourselves served: no new base prices */
  echoes?: number;
}

/** One row of an import: where it stood in the file, and what it says. A field of null is to be cleared. */
export interface ImportLine {
  line: number;
  value: unknown;
}

/** All that a file says of one SKU. */
interface SkuLines {
  sku: string;
  lines: ImportLine[];
}

/** What the rows of a segment come to. */
interface ReadRows {
  wanted: WantedProduct[];
  rejected: ImportReceipt["rejected"];
  /** rows whose SKU comes again in the file */
  repeated: number;
}

/**
 * Imports products. A field that a row does not have stays as it is. A bad row is rejected with its line and code, its
 * neighbours go through; a SKU named twice counts once, its rows one after the other. A changed price is judged before it
 * becomes the base price. With `dryRun` nothing is written.
 */
export async function importProducts(
  ctx: ServiceContext,
  lines: readonly ImportLine[],
  options: { dryRun: boolean },
): Promise<Required<ImportReceipt>> {
  const { settings } = await readSettings(ctx.d1);
  const receipt: Required<ImportReceipt> = {
    ...{ inserted: 0, updated: 0, unchanged: 0, rejected: [] },
    ...{ changes: {}, held: {}, echoes: 0 },
  };
  const bySku = new Map<string, SkuLines>();
  for (const one of await withPresentSkus(ctx.db, lines)) {
    const sku = (one.value as { sku?: unknown } | null)?.sku;
    if (typeof sku === "string") bySku.set(sku, { sku, lines: [...(bySku.get(sku)?.lines ?? []), one] });
    else receipt.rejected.push(...readRows([{ sku: "", lines: [one] }], new Map(), settings).rejected);
  }
  const all = [...bySku.values()];
  if (all.length > PRODUCTS_MAX)
    throw new ProblemError(
      "too_large",
      `the file has ${all.length} products, at most ${PRODUCTS_MAX} fit: split it`,
    );
  for (let start = 0; start < all.length; start += SEGMENT_PRODUCTS) {
    const segment = all.slice(start, start + SEGMENT_PRODUCTS);
    const { read, plan } = await importSegment(ctx, segment, settings, options.dryRun);
    receipt.inserted += plan.inserted;
    receipt.updated += plan.updated;
    receipt.unchanged += plan.unchanged + read.repeated;
    receipt.echoes += plan.echoed.length;
    receipt.rejected.push(...read.rejected);
    for (const [field, n] of Object.entries(plan.changes)) add(receipt.changes, field, n);
    for (const { code } of plan.held) add(receipt.held, code, 1);
  }
  return receipt;
}

function add(counts: Record<string, number>, name: string, n: number): void {
  counts[name] = (counts[name] ?? 0) + n;
}

/** What was read of the catalogue and the overrides is still so when the plan is saved: both are done in one turn. */
async function importSegment(
  ctx: ServiceContext,
  segment: readonly SkuLines[],
  settings: Settings,
  dryRun: boolean,
): Promise<{ read: ReadRows; plan: ImportPlan }> {
  if (dryRun) return planSegment(ctx, segment, settings);
  const imported = await inTurn(ctx, ["guard_failed"], async (inside) => {
    const planned = await planSegment(inside, segment, settings);
    await saveImport(inside, planned.plan);
    return planned;
  });
  const changed = imported.plan.steps.map(({ product }) => product.sku);
  if (changed.length > 0) await recheckOpen(ctx, changed);
  return imported;
}

async function planSegment(
  ctx: ServiceContext,
  segment: readonly SkuLines[],
  settings: Settings,
): Promise<{ read: ReadRows; plan: ImportPlan }> {
  const stored = await readStoredProducts(
    ctx.db,
    segment.map(({ sku }) => sku),
  );
  const taken = await takenNames(ctx, segment, stored);
  const read = readRows(
    segment.filter(({ sku }) => !taken.has(sku)),
    stored,
    settings,
  );
  for (const { sku, lines } of segment)
    for (const { line } of taken.has(sku) ? lines : [])
      read.rejected.push({ line, code: "conflict", message: `sku: ${taken.get(sku)}` });
  const plan = planImport(read.wanted, stored, await rulesFor(ctx, read.wanted, stored, settings));
  return { read, plan };
}

/** SKUs that no new product may have, with why: a product had them before, or is about to get them. */
async function takenNames(
  { db }: ServiceContext,
  segment: readonly SkuLines[],
  stored: ReadonlyMap<string, StoredProduct>,
): Promise<Map<string, string>> {
  const isNew = segment.flatMap(({ sku }) => (stored.has(sku) ? [] : [sku]));
  if (isNew.length === 0) return new Map();
  const why = (await renamesOf(db, isNew)).flatMap(({ alias, sku }): [string, string][] => [
    [alias, `${alias} is an alias of ${sku}`],
    [sku, `${alias} is being renamed to ${sku}`],
  ]);
  return new Map(why.filter(([sku]) => isNew.includes(sku)));
}

function readRows(
  segment: readonly SkuLines[],
  stored: ReadonlyMap<string, StoredProduct>,
  { currency }: Settings,
): ReadRows {
  const read: ReadRows = { wanted: [], rejected: [], repeated: 0 };
  for (const { sku, lines } of segment) {
    const before: CatalogueProduct | null = stored.get(sku) ?? null;
    const products: CatalogueProduct[] = [];
    let isPriced = false;
    for (const { line, value } of lines) {
      const parsed = parseProduct(value, products.at(-1) ?? before, currency);
      if (parsed.ok) {
        products.push(parsed.product);
        isPriced ||= (value as { price?: unknown }).price !== undefined;
      } else {
        const { path, code, message } = parsed.problem;
        read.rejected.push({ line, code, message: path ? `${path}: ${message}` : message });
      }
    }
    const product = products.at(-1);
    if (product !== undefined) {
      read.wanted.push({ product, isPriced });
      read.repeated += products.length - 1;
    }
  }
  return read;
}

async function rulesFor(
  ctx: ServiceContext,
  wanted: readonly WantedProduct[],
  stored: ReadonlyMap<string, StoredProduct>,
  settings: Settings,
): Promise<ImportRules> {
  const repriced = wanted.filter(({ product }) => {
    const before = stored.get(product.sku);
    return before !== undefined && before.basePrice !== product.basePrice;
  });
  const inForce = repriced.length > 0 ? await overridesAt(ctx.db, ctx.now) : [];
  const skus = repriced.map(({ product }) => product.sku);
  const served = await pricesServedLately(ctx, skus, settings.feedEchoDays);
  const mayApprove = may(ctx.actor, "approve");
  return {
    isOverridden: (product) => inForce.length > 0 && priceOverrideInForce(inForce, product, ctx.now) !== null,
    judge: (product, before) =>
      judgeFeedPrice(product, before, {
        settings,
        mayApprove,
        servedLately: served.get(product.sku) ?? new Set(),
      }),
  };
}
