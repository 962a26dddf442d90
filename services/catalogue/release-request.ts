import { readProduct } from "../../db/reads/products.ts";
import type { heldPrices } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { reasonOfTwo } from "../../domain/ledger/held-evidence.ts";
import { commitOnce, readHeads } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertNotOverridden, overridesAt } from "../overrides/read-overrides.ts";
import { priceWrite } from "../pricing/commit-prices.ts";
import { assertMayRelease } from "../pricing/high-risk.ts";
import { assertAllowedPrices } from "../pricing/price-limits.ts";
import { readSettings } from "../settings/settings.ts";

/**
 * Puts a price in force that somebody asked for and that needs a second person; inside a turn. `decision`: the statements
 * that take it off the list.
 *
 * @throws ProblemError forbidden to whoever asked for it, as long as somebody else may approve; reason_required to a
 *   machine, and where there is nobody else; guardrail_blocked, price_held; stale_or_mismatch if the price has changed
 */
export async function releaseRequest(
  ctx: ServiceContext,
  held: typeof heldPrices.$inferSelect,
  note: string | null,
  decision: readonly D1PreparedStatement[],
): Promise<void> {
  const { db, now } = ctx;
  await assertMayRelease(ctx, held.actor, note);
  const product = await readProduct(db, held.sku);
  if (!product) throw new ProblemError("not_found", `there is no product ${held.sku} any more`);
  const { settings } = await readSettings(ctx.d1);
  assertAllowedPrices([product], held.price, settings);
  assertNotOverridden(await overridesAt(db, now), product, now);
  if (product.price !== held.from)
    throw new ProblemError("stale_or_mismatch", "the price has changed since it was asked for");
  const { sku, price: from, version, currency } = product;
  const change = { sku, from, version, currency, to: held.price, source: "applied" as const };
  const reason = reasonOfTwo(held.reason, held.actor, note);
  const write = priceWrite(ctx, [
    { ...change, cause: { kind: "manual", id: held.id }, proposalId: null, note: null, reason },
  ]);
  await commitOnce(ctx, await readHeads(ctx), {
    ...write,
    statements: (ledger) => [...decision, ...write.statements(ledger)],
  });
}
