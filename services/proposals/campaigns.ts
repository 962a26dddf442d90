import { and, eq, inArray, isNull, lte, max, ne, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { isOfProducts, isPriceChange, ownerOf } from "../../db/reads/lineage.ts";
import type { ProductRecord } from "../../db/reads/products.ts";
import { priceLedger, products, proposals } from "../../db/schema.ts";
import { guardCount, prepare } from "../../db/write.ts";
import { type Override, priceOverrideInForce } from "../../domain/ledger/overrides.ts";
import { limitOfMove } from "../../domain/pricing/hard-limits.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { type ChainedWrite, commitOnce, headQueries, headsOf, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { asOverride, overridesInForce } from "../overrides/read-overrides.ts";
import { type PriceChange, priceWrite, segmentsOf } from "../pricing/commit-prices.ts";
import { latestSettings, settingsOf } from "../settings/settings.ts";

/** A campaign whose time is over: an applied proposal with its product. */
interface EndedCampaign {
  proposal: Pick<typeof proposals.$inferSelect, "id" | "sku" | "from" | "to" | "currency" | "ledgerSeq">;
  /** null once it is gone from the catalogue */
  product: ProductRecord | null;
  /** the SKU's newest ledger entry that no override caused */
  newest: number | null;
}

/** What is done about a campaign: the price before it comes back, or stays what it is, for a reason. */
type CampaignEnd = { change: PriceChange } | { stays: string } | "waits";

/**
 * Brings back the price before each campaign whose time is over. A price that somebody has changed meanwhile stays, and
 * so does one whose return the limits of today forbid: the audit says so. While an override holds the price, the
 * return waits.
 */
export async function endCampaigns(ctx: ServiceContext): Promise<{ returned: number; stayed: number }> {
  const isOver = and(
    ...[eq(proposals.status, "applied"), lte(proposals.until, ctx.now), isNull(proposals.returnedAt)],
  );
  const due = await ctx.db
    .select({ id: proposals.id })
    .from(proposals)
    .where(isOver)
    .orderBy(proposals.until);
  const counts = { returned: 0, stayed: 0 };
  for (const segment of segmentsOf(due, ctx.now)) {
    const ids = segment.map(({ id }) => id);
    const ends = await inTurn(ctx, ["head_moved", "guard_failed"], (inside) => endSegment(inside, ids));
    for (const end of ends) if (end !== "waits") counts["change" in end ? "returned" : "stayed"]++;
  }
  return counts;
}

async function endSegment(ctx: ServiceContext, ids: readonly string[]): Promise<CampaignEnd[]> {
  const { db, now } = ctx;
  const isAsked = and(isAmong(proposals.id, ids), isNull(proposals.returnedAt));
  const skus = db.select({ sku: proposals.sku }).from(proposals).where(isAsked);
  const isDecided = and(ne(priceLedger.source, "override"), ne(priceLedger.causeKind, "override"));
  const [ended, stored, entries, inForce, versions, ...heads] = await db.batch([
    db.select().from(proposals).where(isAsked),
    db.select().from(products).where(inArray(products.sku, skus)),
    db
      .select({ sku: ownerOf().as("owner"), seq: max(priceLedger.seq).as("newest") })
      .from(priceLedger)
      .where(
        and(
          isOfProducts((sku) => sql`${sku} IN ${skus}`),
          isDecided,
          isPriceChange(),
        ),
      )
      .groupBy(ownerOf()),
    overridesInForce(db, now),
    latestSettings(db),
    ...headQueries(ctx),
  ]);
  const { settings } = settingsOf(versions[0]);
  const overrides = inForce.map(asOverride);
  const productOf = new Map(stored.map((product) => [product.sku, product]));
  const newestOf = new Map(entries.map(({ sku, seq }) => [sku, seq]));
  const planned = ended.map((proposal) => {
    const product = productOf.get(proposal.sku) ?? null;
    const campaign = { proposal, product, newest: newestOf.get(proposal.sku) ?? null };
    return { campaign, end: endOf(campaign, overrides, settings, now) };
  });
  const done = planned.filter(({ end }) => end !== "waits");
  if (done.length > 0) await commitOnce(ctx, headsOf(heads), writeOf(ctx, done));
  return planned.map(({ end }) => end);
}

function endOf(
  { proposal, product, newest }: EndedCampaign,
  overrides: readonly Override[],
  settings: Settings,
  now: number,
): CampaignEnd {
  if (!product) return { stays: "the product is gone" };
  if (newest !== proposal.ledgerSeq) return { stays: "the price has changed since" };
  if (priceOverrideInForce(overrides, product, now) !== null || product.priceSource === "override")
    return "waits";
  const broken = limitOfMove(product, product.price, proposal.from, settings);
  if (broken !== null) return { stays: `the price before it breaks ${broken.name} by now` };
  const { id, sku, from: to, currency } = proposal;
  const change = { sku, from: product.price, version: product.version, to, currency };
  return {
    change: {
      ...{ ...change, source: product.basePrice === to ? "base" : "applied" },
      ...{ cause: { kind: "campaign", id }, proposalId: null, note: null, reason: "the campaign has ended" },
    },
  };
}

function writeOf(
  ctx: ServiceContext,
  done: readonly { campaign: EndedCampaign; end: CampaignEnd }[],
): ChainedWrite {
  const { d1, db, now } = ctx;
  const changes = done.flatMap(({ end }) => (typeof end === "object" && "change" in end ? [end.change] : []));
  const prices = changes.length > 0 ? priceWrite(ctx, changes) : null;
  const ids = done.map(({ campaign }) => campaign.proposal.id);
  const isOpen = and(isAmong(proposals.id, ids), isNull(proposals.returnedAt));
  const stayed = done.flatMap(({ campaign: { proposal }, end }) =>
    typeof end === "object" && "stays" in end
      ? [{ action: "campaign.stays", subject: proposal.id, detail: { sku: proposal.sku, why: end.stays } }]
      : [],
  );
  return {
    ledger: prices?.ledger ?? [],
    audit: [...(prices?.audit ?? []), ...stayed],
    events: prices?.events ?? [],
    statements: (ledger) => [
      guardCount(d1, db.$count(proposals, isOpen), ids.length),
      prepare(d1, db.update(proposals).set({ returnedAt: now }).where(isOpen)),
      ...(prices?.statements(ledger) ?? []),
    ],
  };
}
