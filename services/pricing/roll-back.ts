import { and, desc, lt, ne } from "drizzle-orm";
import { isOfSku, isPriceChange } from "../../db/reads/lineage.ts";
import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import { priceLedger } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { PriceSource } from "../../domain/ledger/served-price.ts";
import { inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertNotOverridden, overridesAt } from "../overrides/read-overrides.ts";
import { readSettings } from "../settings/settings.ts";
import { assertAllowedPrices } from "./price-limits.ts";
import { commitPrice } from "./set-price.ts";

type Decided = typeof priceLedger.$inferSelect;

/**
 * Takes back the newest price that was decided or imported: the one before it is in force again, if the limits of today
 * allow it. Taking back again goes one step further. What overrides did and undid is no step.
 *
 * @throws ProblemError not_found, guardrail_blocked, price_held, stale_or_mismatch; conflict if there is no earlier price
 */
export function rollBack(
  ctx: ServiceContext,
  sku: string,
  input: { reason?: string | undefined },
): Promise<ProductRecord> {
  return inTurn(ctx, [], (inside) => rollBackInTurn(inside, sku, input));
}

async function rollBackInTurn(
  ctx: ServiceContext,
  sku: string,
  input: { reason?: string | undefined },
): Promise<ProductRecord> {
  const product = await readProduct(ctx.db, sku);
  if (!product) throw new ProblemError("not_found", "no such product");
  assertNotOverridden(await overridesAt(ctx.db, ctx.now), product, ctx.now);
  const undone = await newestInEffect(ctx, sku);
  const before = undone && (await newestBefore(ctx, sku, undone.seq));
  if (!undone || !before) throw new ProblemError("conflict", "there is no price before this one");
  const { settings } = await readSettings(ctx.d1);
  assertAllowedPrices([product], before.to, settings);
  return commitPrice(ctx, product, {
    ...{ to: before.to, source: before.source as PriceSource, reason: input.reason ?? null },
    cause: { kind: "rollback", id: String(undone.seq) },
  });
}

/** The newest entry that is in effect: a rollback stands for what came before the entry that it took back. */
async function newestInEffect(ctx: ServiceContext, sku: string): Promise<Decided | undefined> {
  let entry = await newestBefore(ctx, sku, Number.MAX_SAFE_INTEGER);
  while (entry?.causeKind === "rollback") entry = await newestBefore(ctx, sku, Number(entry.causeId));
  return entry;
}

async function newestBefore({ db }: ServiceContext, sku: string, seq: number): Promise<Decided | undefined> {
  const isDecided = and(ne(priceLedger.source, "override"), ne(priceLedger.causeKind, "override"));
  const [entry] = await db
    .select()
    .from(priceLedger)
    .where(and(isOfSku(sku), lt(priceLedger.seq, seq), isDecided, isPriceChange()))
    .orderBy(desc(priceLedger.seq))
    .limit(1);
  return entry;
}
