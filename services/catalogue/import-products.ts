import { jsonColumns, jsonRows } from "../../db/bulk.ts";
import { readStoredProducts } from "../../db/reads/products.ts";
import { BatchConflict, guardStatement } from "../../db/write.ts";
import { type ImportStep, planImport } from "../../domain/catalogue/plan-import.ts";
import { type CatalogueProduct, parseProduct } from "../../domain/catalogue/product-row.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { LedgerEntry } from "../../domain/ledger/entries.ts";
import { priceOverrideInForce } from "../../domain/ledger/overrides.ts";
import { commitChained, type LedgerBody } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { overridesAt } from "../overrides/read-overrides.ts";
import { oursOutbox } from "../pricing/price-news.ts";
import { readSettings } from "../settings/settings.ts";

/** Products of one atomic batch: their ledger entries hash in a few milliseconds and stay well under a statement's size. */
const SEGMENT_PRODUCTS = 500;
/** A segment is planned anew when the catalogue changed under it. */
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
  const products = new Map<string, Candidate>();
  for (const { line, value } of lines) {
    const parsed = parseProduct(value, settings.currency);
    if (!parsed.ok) {
      const { path, code, message } = parsed.problem;
      receipt.rejected.push({ line, code, message: path ? `${path}: ${message}` : message });
    } else {
      if (products.has(parsed.product.sku)) receipt.unchanged++;
      products.set(parsed.product.sku, { line, product: parsed.product });
    }
  }
  const all = [...products.values()];
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
      ctx.d1,
      candidates.map(({ product }) => product.sku),
    );
    const inOtherCurrency = ({ product }: Candidate) =>
      (stored.get(product.sku)?.currency ?? product.currency) !== product.currency;
    const fitting = candidates.filter((candidate) => !inOtherCurrency(candidate));
    const overrides = await overridesAt(ctx.db, ctx.now);
    const plan = planImport(
      fitting.map(({ product }) => product),
      stored,
      (product) => overrides.length > 0 && priceOverrideInForce(overrides, product, ctx.now) !== null,
    );
    try {
      if (!dryRun && plan.steps.length > 0) await savePlan(ctx, plan.steps);
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

const FIELDS = [
  ...[
    "title",
    "brand",
    "category",
    "gtin",
    "mpn",
    "currency",
    "base_price",
    "unit_cost",
    "tax_rate",
    "fee_rate",
  ],
  ...["unit_fee", "min_price", "max_price", "map_price", "msrp", "family", "pack_size", "line_rank"],
  ...["clearance_date", "salvage_value", "restock_date", "launch_date", "status", "tags"],
] as const;

function fieldValues(p: CatalogueProduct): unknown[] {
  const tags = p.tags === null ? null : JSON.stringify(p.tags);
  return [
    ...[
      p.title,
      p.brand,
      p.category,
      p.gtin,
      p.mpn,
      p.currency,
      p.basePrice,
      p.unitCost,
      p.taxRate,
      p.feeRate,
    ],
    ...[p.unitFee, p.minPrice, p.maxPrice, p.mapPrice, p.msrp, p.family, p.packSize, p.lineRank],
    ...[p.clearanceDate, p.salvageValue, p.restockDate, p.launchDate, p.status, tags],
  ];
}

/** Fixed prices of scopes concern what comes into them: the minute tick looks at them again. */
const FIXED_AGAIN = `UPDATE overrides SET settled = 0
  WHERE kind = 'FIXED_PRICE' AND scope <> 'sku' AND ended_at IS NULL`;

/** Whether the product comes into other scopes than it was in. */
function isMoved(step: ImportStep): boolean {
  if (step.kind === "insert") return true;
  const { product, stored } = step;
  return product.category !== stored.category || product.brand !== stored.brand;
}

/**
 * One upsert for the whole segment, guarded by each product's version. `price_seq` is the ledger entry that set the
 * price; where the base price did not change, the price, its source and its entry stay.
 */
function saveStatements(ctx: ServiceContext, steps: readonly ImportStep[], ledger: readonly LedgerEntry[]) {
  const seqOf = new Map(ledger.map((entry) => [entry.sku, entry.seq]));
  const rows = steps.map((step) => {
    const seq = seqOf.get(step.product.sku) ?? null;
    const version = step.kind === "insert" ? 0 : step.stored.version;
    const waitsSince = step.kind === "update" && step.waits ? ctx.now : null;
    return [step.product.sku, version + 1, seq, ...fieldValues(step.product), waitsSince];
  });
  const names = ["sku", "version", "price_seq", ...FIELDS, "base_waits_since"];
  const save = ctx.d1
    .prepare(
      `INSERT INTO products (${names.join(", ")}, price, price_source, price_since, created_at, updated_at)
       SELECT ${jsonColumns(2)}, coalesce(value ->> 2, 0), ${[...FIELDS, ""].map((_, i) => `value ->> ${i + 3}`).join(", ")},
         value ->> ${3 + FIELDS.indexOf("base_price")}, 'base', ?2, ?2, ?2 FROM json_each(?1) WHERE true
       ON CONFLICT (sku) DO UPDATE SET
         ${FIELDS.map((name) => `${name} = excluded.${name}`).join(", ")},
         version = excluded.version,
         base_waits_since = coalesce(excluded.base_waits_since,
           CASE excluded.price_seq WHEN 0 THEN base_waits_since END),
         price = CASE excluded.price_seq WHEN 0 THEN price ELSE excluded.price END,
         price_source = CASE excluded.price_seq WHEN 0 THEN price_source ELSE 'base' END,
         price_since = CASE excluded.price_seq WHEN 0 THEN price_since ELSE excluded.price_since END,
         price_seq = CASE excluded.price_seq WHEN 0 THEN price_seq ELSE excluded.price_seq END,
         updated_at = excluded.updated_at
       WHERE products.version = excluded.version - 1`,
    )
    .bind(jsonRows(rows), ctx.now);
  const rebased = steps.flatMap((step) =>
    step.kind === "update" && (step.rebase || step.waits) ? [step.product.sku] : [],
  );
  const supersede = ctx.d1
    .prepare(
      `UPDATE proposals SET status = 'superseded', decided_at = ?2, decided_by = 'system:import'
       WHERE status IN ('pending', 'approved') AND sku IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(rebased), ctx.now);
  const hits = `SELECT count(*) FROM json_each(?1) j JOIN products p ON p.sku = j.value ->> 0
    WHERE p.version = j.value ->> 1 AND p.updated_at = ?2 AND coalesce(p.price_seq = j.value ->> 2, true)`;
  return [
    save,
    ...(rebased.length > 0 ? [supersede] : []),
    ...(steps.some(isMoved) ? [FIXED_AGAIN] : []).map((sql) => ctx.d1.prepare(sql)),
    ...oursOutbox(
      ctx,
      steps.map((step) => step.product.sku),
    ),
    guardStatement(ctx.d1, hits, [jsonRows(rows), ctx.now], rows.length),
  ];
}
