import { and, eq, isNull, ne, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { bulkInsert, bulkUpsert, excluded, isAmong, jsonTable } from "../../db/bulk.ts";
import { jsonParts } from "../../db/json-parts.ts";
import { heldPrices, overrides, products, proposals, statusChanges } from "../../db/schema.ts";
import { guardCount, prepare } from "../../db/write.ts";
import type { HeldPrice, ImportPlan, ImportStep } from "../../domain/catalogue/plan-import.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { changedFields } from "../../domain/ledger/changed-fields.ts";
import type { LedgerEntry } from "../../domain/ledger/entries.ts";
import { BY_IMPORT, heldDetail } from "../../domain/ledger/held-price-evidence.ts";
import {
  type AuditBody,
  commitOnce,
  headQueries,
  headsOf,
  inTurn,
  type LedgerBody,
} from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { oursOutbox } from "../pricing/price-news.ts";
import { openProposals, supersede } from "../proposals/end-together.ts";

/** What of a base price that was held the ledger has to say. */
interface Release {
  heldId: string;
  note: string | null;
  statements(): D1PreparedStatement[];
}

/**
 * Saves what an import plans, in one batch: products, ledger, audit, outbox, and prices that wait for a person.
 * `release`: the held price that the plan puts in force.
 *
 * @throws BatchConflict when a product has changed since it was read
 */
export async function saveImport(ctx: ServiceContext, plan: ImportPlan, release?: Release): Promise<void> {
  const { steps } = plan;
  const priced = steps.filter((step) => step.kind === "insert" || step.rebase);
  const rebased = steps.flatMap((step) =>
    step.kind === "update" && (step.rebase || step.waits) ? [step.product.sku] : [],
  );
  await inTurn(ctx, ["head_moved"], async ({ turns }) => {
    const held = await heldChanges(ctx, plan);
    if (steps.length === 0 && held.superseded.length === 0 && held.added.length === 0) return;
    const [open, ...heads] = await ctx.db.batch([
      openProposals(ctx, isAmong(proposals.sku, rebased)),
      ...headQueries(ctx),
    ]);
    const over = supersede(ctx, open, "system:import");
    await commitOnce({ ...ctx, turns }, headsOf(heads), {
      ledger: priced.map((step) => ledgerBody(ctx, step, release)),
      audit: [...(release ? [releaseEntry(steps[0]!, release)] : importEntries(plan, held)), ...over.audit],
      statements: (ledger) => [
        ...(release?.statements() ?? []),
        ...heldStatements(ctx, held),
        ...over.statements(),
        ...(steps.length > 0 ? saveStatements(ctx, steps, ledger) : []),
      ],
    });
  });
}

function releaseEntry({ product }: ImportStep, { heldId, note }: Release): AuditBody {
  return { action: "price.release", subject: heldId, detail: { sku: product.sku, note } };
}

/**
 * What the audit says of an import: new SKUs, whose first price is in the ledger, and what each of the others was before.
 * What does not fit one entry goes on in further ones.
 */
function importEntries({ steps, inserted }: ImportPlan, { added, superseded }: HeldChanges): AuditBody[] {
  const skus = steps.flatMap((step) => (step.kind === "insert" ? [step.product.sku] : []));
  const changes = steps.flatMap((step) => {
    if (step.kind === "insert") return [];
    const { product } = step;
    const known: Readonly<Record<string, unknown>> = { ...step.stored };
    const before = Object.fromEntries(Object.keys(product).map((name) => [name, known[name]]));
    return [{ sku: product.sku, ...changedFields(before, product) }];
  });
  const [first, ...more] = jsonParts(changes).map((part): unknown => JSON.parse(part));
  const counts = { inserted, changed: steps.length, ...heldDetail(added, superseded) };
  return [{ ...counts, skus, changes: first ?? [] }, ...more.map((rest) => ({ changes: rest }))].map(
    (detail) => ({ action: "products.import", subject: "products", detail }),
  );
}

interface HeldChanges {
  /** ids of prices that no longer wait */
  superseded: string[];
  added: (HeldPrice & { id: string })[];
}

/** The same price, held for the same reason, waits on; another one of the feed's takes its place. */
async function heldChanges(
  { db, newId }: ServiceContext,
  { held, settled }: ImportPlan,
): Promise<HeldChanges> {
  const skus = [...settled, ...held.map(({ sku }) => sku)];
  if (skus.length === 0) return { superseded: [], added: [] };
  const waiting = await db
    .select()
    .from(heldPrices)
    .where(and(eq(heldPrices.status, "held"), isAmong(heldPrices.sku, skus)));
  const bySku = new Map(waiting.map((row) => [row.sku, row]));
  const isAsBefore = (one: HeldPrice) => {
    const before = bySku.get(one.sku);
    return before?.price === one.price && before.code === one.code && before.limit === one.limit;
  };
  const waitingOn = new Set(held.filter(isAsBefore).map(({ sku }) => sku));
  return {
    superseded: waiting.filter(({ sku }) => !waitingOn.has(sku)).map(({ id }) => id),
    added: held.filter(({ sku }) => !waitingOn.has(sku)).map((one) => ({ ...one, id: newId("hld") })),
  };
}

function heldStatements(ctx: ServiceContext, { superseded, added }: HeldChanges): D1PreparedStatement[] {
  const { d1, db, now } = ctx;
  const over = { status: "superseded", decidedAt: now, decidedBy: BY_IMPORT } as const;
  const rows = added.map((one) => ({
    ...one,
    ...{ status: "held" as const, actor: actorLabel(ctx.actor), heldAt: now },
  }));
  return [
    ...(superseded.length > 0
      ? [prepare(d1, db.update(heldPrices).set(over).where(isAmong(heldPrices.id, superseded)))]
      : []),
    ...bulkInsert(d1, heldPrices, rows),
  ];
}

function ledgerBody(ctx: ServiceContext, step: ImportStep, release?: Release): LedgerBody {
  const { product } = step;
  return {
    sku: product.sku,
    from: step.kind === "insert" ? null : step.stored.price,
    to: product.basePrice,
    currency: product.currency,
    source: "base",
    causeKind: "import",
    causeId: release?.heldId ?? null,
    actor: actorLabel(ctx.actor),
    at: ctx.now,
    reason: release?.note ?? null,
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
  const before = step.kind === "update" ? step.stored : null;
  const isOnSale = product.status === "active" || before?.status === "active";
  return {
    ...product,
    version: (before?.version ?? 0) + 1,
    price: product.basePrice,
    priceSource: "base",
    priceSince: ctx.now,
    priceSeq: seq ?? PRICE_STAYS,
    baseWaitsSince: step.kind === "update" && step.waits ? ctx.now : null,
    firstOnSaleAt: before?.firstOnSaleAt ?? (isOnSale ? ctx.now : null),
    createdAt: ctx.now,
    updatedAt: ctx.now,
  };
}

/** One upsert for the whole segment, guarded by each product's version. */
function saveStatements(ctx: ServiceContext, steps: readonly ImportStep[], ledger: readonly LedgerEntry[]) {
  const seqOf = new Map(ledger.map((entry) => [entry.sku, entry.seq]));
  const rows = steps.map((step) => rowOf(ctx, step, seqOf.get(step.product.sku)));
  const skus = rows.map(({ sku }) => sku);
  return [
    ...bulkUpsert(ctx.d1, products, rows, ON_KNOWN_SKU),
    ...bulkUpsert(
      ctx.d1,
      statusChanges,
      steps.flatMap((step) => statusChange(ctx, step)),
    ),
    ...(steps.some(isMoved) ? [settleFixedPricesAgain(ctx)] : []),
    ...oursOutbox(ctx, skus),
    guardSaved(ctx, rows),
  ];
}

/** A product is on sale from its first row on, unless this says otherwise. */
function statusChange({ now }: ServiceContext, step: ImportStep): (typeof statusChanges.$inferInsert)[] {
  const { sku, status } = step.product;
  const before = step.kind === "insert" ? "active" : step.stored.status;
  return status === before ? [] : [{ sku, status, at: now }];
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
