import { and, eq } from "drizzle-orm";
import { storeListings } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { setPrice } from "../pricing/set-price.ts";
import { resolveSignals } from "../signals/resolve-signals.ts";
import type { ListingRecord } from "./listing.ts";
import { pushPrices } from "./push-prices.ts";
import { readStore } from "./stores.ts";

/**
 * Decides about a price that somebody else put into a store. `accept`: it becomes our price, within the limits of a manual
 * price and through the ledger. `overwrite`: ours is written over it, and over a sale that the store runs itself.
 *
 * @throws ProblemError `not_found`, `illegal_transition` when there is nothing to decide, `conflict` when the store is not
 *   live, and whatever refuses a manual price
 */
export async function decideEdit(
  ctx: ServiceContext,
  storeId: string,
  sku: string,
  { action, note }: { action: "accept" | "overwrite"; note: string },
): Promise<ListingRecord> {
  const store = await readStore(ctx.db, storeId);
  const { editedPrice, currency, signalId } = await readEdited(ctx, storeId, sku);
  if (action === "overwrite" && store.mode !== "live")
    throw new ProblemError("conflict", "the store is not live: nothing is written to it");
  if (action === "accept")
    await setPrice(ctx, sku, { price: formatMinor(editedPrice, currency), reason: note });
  const known = { price: editedPrice, readAt: ctx.now, editedPrice: null, editedAt: null, signalId: null };
  const isAsSeen = and(
    ...[eq(storeListings.storeId, storeId), eq(storeListings.sku, sku)],
    eq(storeListings.editedPrice, editedPrice),
  );
  await commitChained(ctx, {
    audit: [
      {
        action: `store.price_${action}`,
        subject: `store:${storeId}`,
        detail: { sku, price: formatMinor(editedPrice, currency), note },
      },
    ],
    statements: () => [
      prepare(ctx.d1, ctx.db.update(storeListings).set(known).where(isAsSeen)),
      ...(signalId === null ? [] : [resolveSignals(ctx, [signalId], ctx.now)]),
    ],
  });
  if (store.mode !== "read_only") await pushPrices(ctx, store, [sku], { isForced: action === "overwrite" });
  return readListing(ctx, storeId, sku);
}

async function readListing({ db }: ServiceContext, storeId: string, sku: string): Promise<ListingRecord> {
  const ofSku = and(eq(storeListings.storeId, storeId), eq(storeListings.sku, sku));
  const [listing] = await db.select().from(storeListings).where(ofSku);
  if (!listing) throw new ProblemError("not_found", `store ${storeId} has no ${sku}`);
  return listing;
}

async function readEdited(ctx: ServiceContext, storeId: string, sku: string) {
  const listing = await readListing(ctx, storeId, sku);
  const { editedPrice } = listing;
  if (editedPrice === null)
    throw new ProblemError("illegal_transition", "nobody else changed this price in the store");
  return { ...listing, editedPrice };
}
