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
import { commitChained, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { colleagues } from "../identity/colleagues.ts";
import { type ManualPrice, setPrice } from "./set-price.ts";

/** The product at its new price, or the price that waits for a second person. */
type SetOrRequested = { product: ProductRecord } | { held: HeldPriceRecord };

/**
 * Sets a person's price; where it needs a second person and there is one, it waits for them among the held prices.
 *
 * @throws ProblemError as `setPrice`
 */
export async function setOrRequestPrice(
  ctx: ServiceContext,
  sku: string,
  input: ManualPrice,
): Promise<SetOrRequested> {
  try {
    return { product: await setPrice(ctx, sku, input) };
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== "reason_required") throw error;
    if (ctx.actor.kind !== "user") throw error;
    const [others] = await colleagues(ctx.db, ctx.actor);
    if ((others?.n ?? 0) === 0) throw error;
  }
  return { held: await inTurn(ctx, [], (inside) => requestPrice(inside, sku, input)) };
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
      { action: "price.request", subject: row.id, detail: { sku, from: row.from, price: row.price, reason } },
    ],
    statements: () => [
      prepare(d1, db.update(heldPrices).set(over).where(waits)),
      ...bulkInsert(d1, heldPrices, [row]),
    ],
  });
  return row;
}
