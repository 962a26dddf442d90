import { jsonRows } from "../../db/bulk.ts";
import { BatchConflict, guardStatement } from "../../db/write.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { LedgerEntry } from "../../domain/ledger/entries.ts";
import type { PriceSource } from "../../domain/messages/names.ts";
import { type AuditBody, commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { oursOutbox } from "./price-news.ts";

/** Prices of one atomic batch: one segment of the ledger. */
export const SEGMENT_PRICES = 200;
/** Each failed guard takes at least one price out, and other writers are few. */
const GUARD_TRIES = 5;

/** A price to be put in force: only if the SKU still has `from` at `version`, and the proposal is still undecided. */
export interface PriceChange {
  sku: string;
  from: number;
  version: number;
  to: number;
  currency: string;
  source: PriceSource;
  cause: { kind: string; id: string | null };
  proposalId: string | null;
  note: string | null;
  reason: string | null;
}

export interface CommittedPrices {
  applied: { change: PriceChange; entry: LedgerEntry }[];
  /** compare-and-set no longer holds: the price, the product or the proposal changed meanwhile */
  mismatched: PriceChange[];
}

/**
 * Puts up to SEGMENT_PRICES prices in force: price, proposal, ledger, audit and outbox in one batch that commits whole
 * or not at all. Prices whose compare-and-set fails are taken out and the rest is hashed anew.
 */
export async function commitPrices(
  ctx: ServiceContext,
  changes: readonly PriceChange[],
): Promise<CommittedPrices> {
  if (changes.length > SEGMENT_PRICES) throw new RangeError(`at most ${SEGMENT_PRICES} prices a segment`);
  const mismatched: PriceChange[] = [];
  let rest = [...changes];
  for (let attempt = 1; rest.length > 0; attempt++) {
    try {
      const entries = await commitSegment(ctx, rest);
      return { applied: rest.map((change, i) => ({ change, entry: entries[i]! })), mismatched };
    } catch (error) {
      if (!(error instanceof BatchConflict) || error.failure !== "guard_failed" || attempt === GUARD_TRIES)
        throw error;
      const holds = await stillHolding(ctx, rest);
      mismatched.push(...rest.filter((change) => !holds.has(change)));
      rest = rest.filter((change) => holds.has(change));
    }
  }
  return { applied: [], mismatched };
}

function commitSegment(ctx: ServiceContext, changes: readonly PriceChange[]): Promise<LedgerEntry[]> {
  const actor = actorLabel(ctx.actor);
  return commitChained(ctx, {
    ledger: changes.map((change) => ({
      sku: change.sku,
      from: change.from,
      to: change.to,
      currency: change.currency,
      source: change.source,
      causeKind: change.cause.kind,
      causeId: change.cause.id,
      actor,
      at: ctx.now,
      reason: change.reason,
    })),
    audit: changes.map(auditOf),
    statements: (ledger) => segmentStatements(ctx, changes, ledger, actor),
  });
}

function auditOf(change: PriceChange): AuditBody {
  const { sku, from, to, proposalId, note, reason } = change;
  const action = proposalId === null ? "price.set" : "proposal.apply";
  return { action, subject: proposalId ?? sku, detail: { sku, from, to, note, reason } };
}

function segmentStatements(
  ctx: ServiceContext,
  changes: readonly PriceChange[],
  ledger: readonly LedgerEntry[],
  actor: string,
): D1PreparedStatement[] {
  const prices = jsonRows(changes.map((c, i) => [c.sku, c.from, c.version, c.to, c.source, ledger[i]!.seq]));
  const decided = jsonRows(
    changes.flatMap((c, i) => (c.proposalId === null ? [] : [[c.proposalId, ledger[i]!.seq, c.note, c.to]])),
  );
  const proposalCount = changes.filter((c) => c.proposalId !== null).length;
  const setPrices = ctx.d1
    .prepare(
      `UPDATE products SET price = j.new_price, price_source = j.source, price_since = ?2, price_seq = j.seq,
         base_waits_since = CASE j.source WHEN 'override' THEN base_waits_since END,
         version = products.version + 1, updated_at = ?2
       FROM (SELECT value ->> 0 AS sku, value ->> 1 AS old_price, value ->> 2 AS version, value ->> 3 AS new_price,
               value ->> 4 AS source, value ->> 5 AS seq FROM json_each(?1)) AS j
       WHERE products.sku = j.sku AND products.price = j.old_price AND products.version = j.version`,
    )
    .bind(prices, ctx.now);
  const setProposals = ctx.d1
    .prepare(
      `UPDATE proposals SET status = 'applied', ledger_seq = j.seq, note = coalesce(j.note, proposals.note),
         to_price = j.new_price, decided_by = coalesce(decided_by, ?2), decided_at = coalesce(decided_at, ?3)
       FROM (SELECT value ->> 0 AS id, value ->> 1 AS seq, value ->> 2 AS note, value ->> 3 AS new_price
             FROM json_each(?1)) AS j
       WHERE proposals.id = j.id AND proposals.status IN ('pending', 'approved')`,
    )
    .bind(decided, actor, ctx.now);
  const hits = `(SELECT count(*) FROM json_each(?1) j JOIN products p ON p.sku = j.value ->> 0
      WHERE p.price_seq = j.value ->> 5)
    + (SELECT count(*) FROM json_each(?2) j JOIN proposals p ON p.id = j.value ->> 0 WHERE p.ledger_seq = j.value ->> 1)`;
  return [
    setPrices,
    ...(proposalCount > 0 ? [setProposals] : []),
    ...oursOutbox(
      ctx,
      changes.map((c) => c.sku),
    ),
    guardStatement(ctx.d1, hits, [prices, decided], changes.length + proposalCount),
  ];
}

/** Which changes could still be made as they were meant. */
async function stillHolding(ctx: ServiceContext, changes: readonly PriceChange[]): Promise<Set<PriceChange>> {
  const rows = jsonRows(changes.map((c) => [c.sku, c.from, c.version, c.proposalId]));
  const { results } = await ctx.d1
    .prepare(
      `SELECT j.key AS position FROM json_each(?1) j JOIN products p ON p.sku = j.value ->> 0
       WHERE p.price = j.value ->> 1 AND p.version = j.value ->> 2
         AND (j.value ->> 3 IS NULL OR EXISTS (
           SELECT 1 FROM proposals q WHERE q.id = j.value ->> 3 AND q.status IN ('pending', 'approved')))`,
    )
    .bind(rows)
    .all<{ position: number }>();
  return new Set(results.map(({ position }) => changes[position]!));
}
