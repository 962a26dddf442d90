import { and, desc } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { isOfSku, isPriceChange } from "../../db/reads/lineage.ts";
import { type ProposedProduct, readProposal } from "../../db/reads/proposals.ts";
import { priceLedger } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";
import { type OverrideRecord, readOverride } from "../overrides/read-overrides.ts";
import { type ExplainedProposal, withExplanation } from "../proposals/explanations.ts";
import { readServedPrice, type ServedPriceNow } from "./served-price.ts";

/** Where the price of a product is from. */
export interface PriceExplanation {
  served: ServedPriceNow;
  /** the ledger entry that put it in force; null before the first */
  entry: typeof priceLedger.$inferSelect | null;
  /** the proposal that the entry applied, with its explanation */
  proposal: { proposal: ExplainedProposal; product: ProposedProduct | null } | null;
  /** the override that freezes or fixes it, or that the entry is from */
  override: OverrideRecord | null;
}

/** Why a product has the price that it has; null if there is no such product. */
export async function explainPrice(ctx: ServiceContext, sku: string): Promise<PriceExplanation | null> {
  const served = await readServedPrice(ctx.d1, sku, ctx.now);
  if (!served) return null;
  const entry = await newestChange(ctx.db, sku);
  const cause = (kind: string) => (entry?.causeKind === kind ? entry.causeId : null);
  const proposalId = cause("proposal");
  const overrideId = served.overrideId ?? cause("override");
  const [found, override] = await Promise.all([
    proposalId === null ? null : readProposal(ctx.db, proposalId),
    overrideId === null ? null : readOverride(ctx.db, overrideId),
  ]);
  const proposal = found && { ...found, proposal: await withExplanation(ctx, found.proposal) };
  return { served, entry, proposal, override };
}

/** The newest entry that changed the price: a rename changes none. */
async function newestChange(db: Database, sku: string): Promise<PriceExplanation["entry"]> {
  const [entry] = await db
    .select()
    .from(priceLedger)
    .where(and(isOfSku(sku), isPriceChange()))
    .orderBy(desc(priceLedger.seq))
    .limit(1);
  return entry ?? null;
}
