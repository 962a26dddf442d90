import { and, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { bulkUpsert, excluded, isAmong, jsonTable } from "../../db/bulk.ts";
import { readStoredProducts } from "../../db/reads/products.ts";
import { overrides, products, proposals } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { type ImportStep, planImport } from "../../domain/catalogue/plan-import.ts";
import { type CatalogueProduct, parseProduct } from "../../domain/catalogue/product-row.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { LedgerEntry } from "../../domain/ledger/entries.ts";
import { priceOverrideInForce } from "../../domain/ledger/overrides.ts";
import { commitChained, type LedgerBody } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { overridesAt } from "../overrides/read-overrides.ts";
import { oursOutbox } from "../pricing/price-news.ts";
import { recheckOpen } from "../proposals/recheck.ts";
import { readSettings } from "../settings/settings.ts";

/** Products of one atomic batch: their ledger entries hash in a few milliseconds and stay well under a statement's size. */
const SEGMENT_PRODUCTS = 500;
/** A segment is planned again when the catalogue has changed meanwhile. */
const PLAN_TRIES = 3;

export interface ImportReceipt {
  inserted: number;
  updated: number;
  unchanged: number;
  rejected: { line: number; code: string; message: string }[];
}

/** One row of an import: where it stood in the file, and what it says. */
export interface ImportLine {
  line: number;
  value: unknown;
}

interface Candidate {
  line: number;
  product: CatalogueProduct;
}

/**
 * Imports products. A bad row is rejected with its line and code, its neighbours go through; a SKU named twice counts
 * once, the later line. With `dryRun` nothing is written.
 */
export async function importProducts(
  ctx: ServiceContext,
  lines: readonly ImportLine[],
  options: { dryRun: boolean },
): Promise<ImportReceipt> {
  const { settings } = await readSettings(ctx.d1);
  const receipt: ImportReceipt = { inserted: 0, updated: 0, unchanged: 0, rejected: [] };
  const bySku = new Map<string, Candidate>();
  for (const { line, value } of lines) {
    const parsed = parseProduct(value, settings.currency);
    if (!parsed.ok) {
      const { path, code, message } = parsed.problem;
      receipt.rejected.push({ line, code, message: path ? `${path}: ${message}` : message });
    } else {
      if (bySku.has(parsed.product.sku)) receipt.unchanged++;
      bySku.set(parsed.product.sku, { line, product: parsed.product });
    }
  }
  const all = [...bySku.values()];
  for (let start = 0; start < all.length; start += SEGMENT_PRODUCTS) {
    const done = await importSegment(
      ctx,
      all.slice(start, start + SEGMENT_PRODUCTS),
      options.dryRun,
      receipt.rejected,
    );
    receipt.inserted += done.inserted;
    receipt.updated += done.updated;
    receipt.unchanged += done.unchanged;
  }
  return receipt;
}

async function importSegment(
  ctx: ServiceContext,
  candidates: readonly Candidate[],
  dryRun: boolean,
  rejected: ImportReceipt["rejected"],
) {
  for (let attempt = 1; ; attempt++) {
    const stored = await readStoredProducts(
      ctx.db,
      candidates.map(({ product }) => product.sku),
    );
    const inOtherCurrency = ({ product }: Candidate) =>
      (stored.get(product.sku)?.currency ?? product.currency) !== product.currency;
    const fitting = candidates.filter((candidate) => !inOtherCurrency(candidate));
    const inForce = await overridesAt(ctx.db, ctx.now);
    const plan = planImport(
      fitting.map(({ product }) => product),
      stored,
      (product) => inForce.length > 0 && priceOverrideInForce(inForce, product, ctx.now) !== null,
    );
    try {
      if (!dryRun && plan.steps.length > 0) {
        await savePlan(ctx, plan.steps);
        await recheckOpen(
          ctx,
          plan.steps.map(({ product }) => product.sku),
        );
      }
      for (const { line } of candidates.filter(inOtherCurrency))
        rejected.push({ line, code: "currency_mismatch", message: "currency: that of a SKU cannot change" });
      return plan;
    } catch (error) {
      if (!(error instanceof BatchConflict) || attempt === PLAN_TRIES) throw error;
    }
  }
}

async function savePlan(ctx: ServiceContext, steps: readonly ImportStep[]): Promise<void> {
  const priced = steps.filter((step) => step.kind === "insert" || step.rebase);
  const counts = { inserted: steps.filter((s) => s.kind === "insert").length, changed: steps.length };
  await commitChained(ctx, {
    ledger: priced.map((step) => ledgerBody(ctx, step)),
    audit: [{ action: "products.import", subject: "products", detail: counts }],
    statements: (ledger) => saveStatements(ctx, steps, ledger),
  });
}

function ledgerBody(ctx: ServiceContext, step: ImportStep): LedgerBody {
  const { product } = step;
  return {
    sku: product.sku,
    from: step.kind === "insert" ? null : step.stored.price,
    to: product.basePrice,
    currency: product.currency,
    source: "base",
    causeKind: "import",
    causeId: null,
    actor: actorLabel(ctx.actor),
    at: ctx.now,
    reason: null,
  };
}

/** Whether the product comes into other scopes than it was in. */
function isMoved(step: ImportStep): boolean {
  if (step.kind === "insert") return true;
  const { product, stored } = step;
  return product.category !== stored.category || product.brand !== stored.brand;
}

/** What says in `priceSeq` of an imported row that the served price stays, with its source and its ledger entry. */
const PRICE_STAYS = 0;

function rowOf(ctx: ServiceContext, step: ImportStep, seq: number | undefined): typeof products.$inferInsert {
  const { product } = step;
  return {
    ...product,
    version: step.kind === "insert" ? 1 : step.stored.version + 1,
    price: product.basePrice,
    priceSource: "base",
    priceSince: ctx.now,
    priceSeq: seq ?? PRICE_STAYS,
    baseWaitsSince: step.kind === "update" && step.waits ? ctx.now : null,
    createdAt: ctx.now,
    updatedAt: ctx.now,
  };
}

/** One upsert for the whole segment, guarded by each product's version. */
function saveStatements(ctx: ServiceContext, steps: readonly ImportStep[], ledger: readonly LedgerEntry[]) {
  const seqOf = new Map(ledger.map((entry) => [entry.sku, entry.seq]));
  const rows = steps.map((step) => rowOf(ctx, step, seqOf.get(step.product.sku)));
  const skus = rows.map(({ sku }) => sku);
  const rebased = steps.flatMap((step) =>
    step.kind === "update" && (step.rebase || step.waits) ? [step.product.sku] : [],
  );
  return [
    ...bulkUpsert(ctx.d1, products, rows, ON_KNOWN_SKU),
    ...(rebased.length > 0 ? [supersedeProposals(ctx, rebased)] : []),
    ...(steps.some(isMoved) ? [settleFixedPricesAgain(ctx)] : []),
    ...oursOutbox(ctx, skus),
    guardSaved(ctx, rows),
  ];
}

const stays = sql`${excluded(products.priceSeq)} = ${sql.raw(`${PRICE_STAYS}`)}`;
const unlessItStays = (column: SQLiteColumn) =>
  sql`CASE WHEN ${stays} THEN ${column} ELSE ${excluded(column)} END`;

const ON_KNOWN_SKU = {
  keep: ["createdAt"] as const,
  set: {
    price: unlessItStays(products.price),
    priceSource: unlessItStays(products.priceSource),
    priceSince: unlessItStays(products.priceSince),
    priceSeq: unlessItStays(products.priceSeq),
    baseWaitsSince: sql`coalesce(${excluded(products.baseWaitsSince)},
      CASE WHEN ${stays} THEN ${products.baseWaitsSince} END)`,
  },
  where: sql`${products.version} = ${excluded(products.version)} - 1`,
};

function supersedeProposals(ctx: ServiceContext, skus: readonly string[]): D1PreparedStatement {
  const superseded = { status: "superseded", decidedAt: ctx.now, decidedBy: "system:import" } as const;
  const isOpen = inArray(proposals.status, ["pending", "approved"]);
  return prepare(
    ctx.d1,
    ctx.db
      .update(proposals)
      .set(superseded)
      .where(and(isOpen, isAmong(proposals.sku, skus))),
  );
}

/** Fixed prices of a scope also concern what comes into it: the minute tick looks at them again. */
function settleFixedPricesAgain(ctx: ServiceContext): D1PreparedStatement {
  const ofScopes = and(
    eq(overrides.kind, "FIXED_PRICE"),
    ne(overrides.scope, "sku"),
    isNull(overrides.endedAt),
  );
  return prepare(ctx.d1, ctx.db.update(overrides).set({ settled: false }).where(ofScopes));
}

function guardSaved(
  ctx: ServiceContext,
  rows: readonly (typeof products.$inferInsert)[],
): D1PreparedStatement {
  const saved = jsonTable("saved", ["sku", "version", "priceSeq"], rows);
  const hits = sql`SELECT count(*) FROM ${saved.table} JOIN ${products} ON ${products.sku} = ${saved.sku}
    WHERE ${products.version} = ${saved.version} AND ${products.updatedAt} = ${ctx.now}
      AND ${saved.priceSeq} IN (${products.priceSeq}, ${PRICE_STAYS})`;
  return guardCount(ctx.d1, hits, rows.length);
}
