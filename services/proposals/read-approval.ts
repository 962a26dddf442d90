import { getTableColumns, inArray } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import type { ProductRecord } from "../../db/reads/products.ts";
import type { ProposalRecord } from "../../db/reads/proposals.ts";
import { products, proposals } from "../../db/schema.ts";
import type { Override } from "../../domain/ledger/overrides.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { headQueries, headsOf } from "../chains/commit-chained.ts";
import type { ChainHeads } from "../chains/turns.ts";
import type { ServiceContext } from "../context.ts";
import { colleagues } from "../identity/colleagues.ts";
import { asOverride, overridesInForce } from "../overrides/read-overrides.ts";
import { latestSettings, settingsOf } from "../settings/settings.ts";

/** A proposal without its explanation, which is long and decides nothing. */
export type DecidedProposal = Omit<ProposalRecord, "explanation">;

/** All that the decision about a proposal depends on, read at one instant. */
export interface ApprovalState {
  proposal: DecidedProposal;
  /** null once the product is gone from the catalogue */
  product: ProductRecord | null;
  /** in force now, whatever they concern */
  overrides: Override[];
  settings: Settings;
  /** whether somebody besides the caller may approve */
  hasColleagues: boolean;
}

const { explanation: _explanation, ...DECIDED_COLUMNS } = getTableColumns(proposals);

/** Reads what is known of any number of proposals in one round trip, and the heads of the chains; by id. */
export async function readApprovals(
  ctx: ServiceContext,
  ids: readonly string[],
): Promise<{ states: Map<string, ApprovalState>; heads: ChainHeads }> {
  const { db, now, actor } = ctx;
  const isAsked = isAmong(proposals.id, ids);
  const skus = db.select({ sku: proposals.sku }).from(proposals).where(isAsked);
  const [found, stored, inForce, versions, [others], ...heads] = await db.batch([
    db.select(DECIDED_COLUMNS).from(proposals).where(isAsked),
    db.select().from(products).where(inArray(products.sku, skus)),
    overridesInForce(db, now),
    latestSettings(db),
    colleagues(db, actor),
    ...headQueries(ctx),
  ]);
  const overrides = inForce.map(asOverride);
  const { settings } = settingsOf(versions[0]);
  const hasColleagues = (others?.n ?? 0) > 0;
  const bySku = new Map(stored.map((product) => [product.sku, product]));
  const states = found.map((proposal): [string, ApprovalState] => {
    const product = bySku.get(proposal.sku) ?? null;
    return [proposal.id, { proposal, product, overrides, settings, hasColleagues }];
  });
  return { states: new Map(states), heads: headsOf(heads) };
}
