import { and, eq } from "drizzle-orm";
import { bulkInsert } from "../../db/bulk.ts";
import { type ProductRecord, readProduct } from "../../db/reads/products.ts";
import { heldPrices } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { parseMinor } from "../../domain/base/money.ts";
import { SECOND_PERSON } from "../../domain/catalogue/feed-price.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { HeldPriceRecord } from "../catalogue/held-prices.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { doOrRequest } from "./high-risk.ts";
import { type ManualPrice, setPrice } from "./set-price.ts";

/**
 * Sets a person's price, or holds it for a second person among the held prices.
 *
 * @throws ProblemError as `setPrice`
 */
export function setOrRequestPrice(
  ctx: ServiceContext,
  sku: string,
  input: ManualPrice,
): Promise<{ done: ProductRecord } | { held: HeldPriceRecord }> {
  return doOrRequest(
    ctx,
    () => setPrice(ctx, sku, input),
    (inside) => requestPrice(inside, sku, input),
  );
}

/** Takes the place of whatever waits for the SKU. */
async function requestPrice(
  ctx: ServiceContext,
  sku: string,
  { price, reason }: ManualPrice,
): Promise<HeldPriceRecord> {
  const { d1, db, now } = ctx;
  const product = await readProduct(db, sku);
  const amount = product && parseMinor(price, product.currency);
  if (!product || !amount?.ok)
    throw new ProblemError("conflict", "the product changed meanwhile; look again");
  const actor = actorLabel(ctx.actor);
  const row: HeldPriceRecord = {
    ...{ id: ctx.newId("hld"), sku, from: product.price, price: amount.minor, currency: product.currency },
    ...{ code: SECOND_PERSON, limit: null, status: "held", actor, heldAt: now, reason },
    ...{ note: null, decidedBy: null, decidedAt: null },
  };
  const waits = and(eq(heldPrices.sku, sku), eq(heldPrices.status, "held"));
  const over = { status: "superseded", decidedAt: now, decidedBy: actor } as const;
  await commitChained(ctx, {
    audit: [
      {
        action: "price.request",
        subject: row.id,
        detail: { sku, from: row.from, price: row.price, currency: row.currency, reason },
      },
    ],
    statements: () => [
      prepare(d1, db.update(heldPrices).set(over).where(waits)),
      ...bulkInsert(d1, heldPrices, [row]),
    ],
  });
  return row;
}
