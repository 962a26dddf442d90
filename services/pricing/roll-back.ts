import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { ServiceContext } from "../context.ts";
import { assertNotHeld } from "../overrides/assert-not-held.ts";
import { commitPrices } from "./commit-prices.ts";
import { assertAllowedPrice } from "./set-price.ts";

interface Decided {
  seq: number;
  price: number;
  source: "base" | "applied" | "scheduled";
  causeKind: string;
  causeId: string | null;
}

/**
 * Takes back the newest price that was decided or imported: the one before it is in force again, if the limits of today
 * allow it. Taking back again goes one further back. What overrides did and undid is no step.
 *
 * @throws ProblemError not_found, guardrail_blocked, price_held, stale_or_mismatch; conflict where nothing was before
 */
export async function rollBack(
  ctx: ServiceContext,
  sku: string,
  input: { reason?: string | undefined },
): Promise<ProductRecord> {
  const product = await readProduct(ctx.db, sku);
  if (!product) throw new ProblemError("not_found", "no such product");
  await assertNotHeld(ctx, product);
  const undone = await undoneBy(ctx, sku, Number.MAX_SAFE_INTEGER);
  const before = undone && (await newestBefore(ctx, sku, undone.seq));
  if (!undone || !before) throw new ProblemError("conflict", "there is no price before this one");
  await assertAllowedPrice(ctx, product, before.price);
  const { applied } = await commitPrices(ctx, [
    {
      sku,
      from: product.price,
      version: product.version,
      to: before.price,
      currency: product.currency,
      source: before.source,
      cause: { kind: "rollback", id: String(undone.seq) },
      proposalId: null,
      note: null,
      reason: input.reason ?? null,
    },
  ]);
  if (applied.length === 0)
    throw new ProblemError("stale_or_mismatch", "the price changed meanwhile; look again");
  return (await readProduct(ctx.db, sku))!;
}

/** The newest entry that is in effect: a rollback stands for what came before the entry that it took back. */
async function undoneBy(ctx: ServiceContext, sku: string, before: number): Promise<Decided | null> {
  let entry = await newestBefore(ctx, sku, before);
  while (entry?.causeKind === "rollback") entry = await newestBefore(ctx, sku, Number(entry.causeId));
  return entry;
}

async function newestBefore(ctx: ServiceContext, sku: string, seq: number): Promise<Decided | null> {
  return ctx.d1
    .prepare(
      `SELECT seq, to_price AS price, source, cause_kind AS causeKind, cause_id AS causeId
       FROM price_ledger WHERE sku = ?1 AND seq < ?2 AND source <> 'override' AND cause_kind <> 'override'
       ORDER BY seq DESC LIMIT 1`,
    )
    .bind(sku, seq)
    .first<Decided>();
}
