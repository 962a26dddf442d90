import { and, eq, isNull, sql } from "drizzle-orm";
import { bulkInsert } from "../../../db/bulk.ts";
import { RENAME_CAUSE } from "../../../db/reads/lineage.ts";
import { type ProductRecord, readProduct } from "../../../db/reads/products.ts";
import { products, settings as settingsTable, skuRenames } from "../../../db/schema.ts";
import { guardCount, prepare } from "../../../db/write.ts";
import { actorLabel } from "../../../domain/identity/rights.ts";
import { changedFields } from "../../../domain/ledger/changed-fields.ts";
import type { LedgerEntry } from "../../../domain/ledger/entries.ts";
import { settingsDigest } from "../../../domain/ledger/evidence.ts";
import { settingsWithSku } from "../../../domain/settings/renamed-sku.ts";
import { type AuditBody, commitOnce, type LedgerBody, readHeads } from "../../chains/commit-chained.ts";
import type { ServiceContext } from "../../context.ts";
import { oursOutbox } from "../../pricing/price-news.ts";
import { underlyingPrices } from "../../pricing/served-price.ts";
import { readSettings } from "../../settings/settings.ts";
import type { RenameRecord } from "./aliases.ts";
import { carryStatements, forecastStatements, testStatements } from "./carry.ts";

/**
 * Puts the new SKU in force, with all rows that name the product, in one batch; inside a turn. Once it is done it does
 * nothing. The ledger's earlier entries stay as they are: a new one links the two SKUs.
 */
export async function commitRename(ctx: ServiceContext, id: string): Promise<void> {
  const [rename] = await ctx.db.select().from(skuRenames).where(eq(skuRenames.id, id));
  if (!rename || rename.seq !== null) return;
  const product = await readProduct(ctx.db, rename.alias);
  if (!product) throw new Error(`the product ${rename.alias} is gone`);
  const [ledger, settings, tests, forecast] = await Promise.all([
    linkEntries(ctx, rename, product),
    renamedSettings(ctx, rename),
    testStatements(ctx, rename.alias, rename.sku),
    forecastStatements(ctx, rename.alias, rename.sku),
  ]);
  const { alias: from, sku: to, reason } = rename;
  await commitOnce(ctx, await readHeads(ctx), {
    ledger,
    audit: [
      { action: "product.rename", subject: to, detail: { from, to, skus: [from, to], reason } },
      ...settings.audit,
    ],
    statements: (entries) => [
      ...carryStatements(ctx, from, to),
      ...forecast,
      ...productStatements(ctx, rename, product, entries),
      ...settings.statements,
      ...tests,
      ...oursOutbox(ctx, [to]),
    ],
  });
}

/**
 * What the ledger says of the price under the new SKU: the price that was decided, and over it the one that an override
 * fixes. They replace none, so no reader takes them for a change.
 */
async function linkEntries(
  ctx: ServiceContext,
  { alias, sku, reason }: RenameRecord,
  product: ProductRecord,
): Promise<LedgerBody[]> {
  const { price, priceSource, currency } = product;
  const decided = (await underlyingPrices(ctx.db, [{ ...product, at: ctx.now }])).get(alias);
  const under = priceSource === "override" && decided ? [decided] : [];
  return [...under, { price, source: priceSource }].map((one) => ({
    ...{ sku, from: null, to: one.price, currency, source: one.source },
    ...{ causeKind: RENAME_CAUSE, causeId: alias, actor: actorLabel(ctx.actor), at: ctx.now, reason },
  }));
}

async function renamedSettings(
  ctx: ServiceContext,
  { alias, sku }: RenameRecord,
): Promise<{ audit: AuditBody[]; statements: D1PreparedStatement[] }> {
  const { version: before, settings } = await readSettings(ctx.d1);
  const body = settingsWithSku(settings, alias, sku);
  if (body === null) return { audit: [], statements: [] };
  const version = before + 1;
  const detail = { version, ...changedFields(settings, body), digest: settingsDigest(body) };
  const row = { version, body, at: ctx.now, actor: actorLabel(ctx.actor) };
  return {
    audit: [{ action: "settings.change", subject: "settings", detail }],
    statements: bulkInsert(ctx.d1, settingsTable, [row]),
  };
}

function productStatements(
  { d1, db, now, actor }: ServiceContext,
  { id, alias: from, sku: to }: RenameRecord,
  { version }: ProductRecord,
  entries: readonly LedgerEntry[],
): D1PreparedStatement[] {
  const isAsRead = and(eq(products.sku, from), eq(products.version, version));
  const priceSeq = entries.at(-1)!.seq;
  const product = { sku: to, priceSeq, priceSince: now, version: version + 1, updatedAt: now };
  const isFreed = and(eq(skuRenames.alias, to), isNull(skuRenames.endedAt));
  return [
    ...[
      db.update(products).set(product).where(isAsRead),
      db
        .update(skuRenames)
        .set({ endedAt: now, endedBy: actorLabel(actor) })
        .where(isFreed),
      // earlier SKUs lead to the newest at once
      db.update(skuRenames).set({ sku: to }).where(eq(skuRenames.sku, from)),
      db
        .update(skuRenames)
        .set({ seq: entries[0]!.seq })
        .where(and(eq(skuRenames.id, id), isNull(skuRenames.seq))),
    ].map((statement) => prepare(d1, statement)),
    guardCount(
      d1,
      sql`${db.$count(products, and(eq(products.sku, to), eq(products.priceSeq, priceSeq)))}
        + ${db.$count(skuRenames, and(eq(skuRenames.id, id), eq(skuRenames.seq, entries[0]!.seq)))}`,
      2,
    ),
  ];
}
