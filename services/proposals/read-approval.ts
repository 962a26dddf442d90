import { and, count, eq, inArray, ne } from "drizzle-orm";
import type { ProductRecord } from "../../db/reads/products.ts";
import type { ProposalRecord } from "../../db/reads/proposals.ts";
import { products, proposals, users } from "../../db/schema.ts";
import { ROLE_SCOPES, type Role } from "../../domain/identity/rights.ts";
import type { Override } from "../../domain/ledger/overrides.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { type ChainHeads, headQueries, headsOf } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { asOverride, overridesInForce } from "../overrides/read-overrides.ts";
import { latestSettings, settingsOf } from "../settings/settings.ts";

/** All that the decision about a proposal depends on, read at one instant. */
export interface ApprovalState {
  proposal: ProposalRecord;
  /** null once the product is gone from the catalogue */
  product: ProductRecord | null;
  /** in force now, whatever they concern */
  overrides: Override[];
  settings: Settings;
  /** whether somebody besides the caller may approve */
  hasColleagues: boolean;
  heads: ChainHeads;
}

const MAY_APPROVE = (Object.keys(ROLE_SCOPES) as Role[]).filter((role) =>
  (ROLE_SCOPES[role] as readonly string[]).includes("approve"),
);

/** Reads them in one round trip; null if there is no such proposal. */
export async function readApproval(ctx: ServiceContext, id: string): Promise<ApprovalState | null> {
  const { db, now, actor } = ctx;
  const caller = actor.kind === "user" ? actor.id : "";
  const [[proposal], [product], overrides, versions, [others], ...heads] = await db.batch([
    db.select().from(proposals).where(eq(proposals.id, id)),
    db
      .select()
      .from(products)
      .where(eq(products.sku, db.select({ sku: proposals.sku }).from(proposals).where(eq(proposals.id, id)))),
    overridesInForce(db, now),
    latestSettings(db),
    db
      .select({ n: count() })
      .from(users)
      .where(and(eq(users.active, true), inArray(users.role, MAY_APPROVE), ne(users.id, caller))),
    ...headQueries(ctx),
  ]);
  if (!proposal) return null;
  return {
    proposal,
    product: product ?? null,
    overrides: overrides.map(asOverride),
    settings: settingsOf(versions[0]).settings,
    hasColleagues: (others?.n ?? 0) > 0,
    heads: headsOf(heads),
  };
}
