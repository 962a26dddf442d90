import { and, eq, exists, inArray, isNull, or, sql } from "drizzle-orm";
import { jsonTable } from "../../db/bulk.ts";
import { products, proposals } from "../../db/schema.ts";
import { guardCount, prepare } from "../../db/write.ts";
import { MINUTE_MS } from "../../domain/base/time.ts";
import { iso } from "../../domain/contract/answers.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { LedgerEntry } from "../../domain/ledger/entries.ts";
import type { PriceSource } from "../../domain/ledger/served-price.ts";
import { PROPOSAL_ACTIONS } from "../../domain/messages/proposal.ts";
import { type ChainedWrite, commitOnce, headQueries, headsOf, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { oursOutbox } from "./price-news.ts";

/** Prices of one atomic batch: one segment of the ledger. */
export const SEGMENT_PRICES = 500;
/** Segments that one invocation commits: each takes up to 17 queries of the thousand that D1 allows it. */
const SEGMENTS_MAX = 40;
/** Prices that one invocation changes; the next minute goes on with what is left. */
export const INVOCATION_PRICES = SEGMENTS_MAX * SEGMENT_PRICES;

/**
 * What one invocation does of all that is due, in segments. Where it is too much for one, each minute begins further on:
 * what has to stay due must not keep the rest from its turn.
 */
export function segmentsOf<T>(due: readonly T[], now: number): T[][] {
  const isAll = due.length <= INVOCATION_PRICES;
  const start = isAll ? 0 : (Math.floor(now / MINUTE_MS) * INVOCATION_PRICES) % due.length;
  const turned = isAll ? due : [...due.slice(start), ...due.slice(0, start)].slice(0, INVOCATION_PRICES);
  return Array.from({ length: Math.ceil(turned.length / SEGMENT_PRICES) }, (_, i) =>
    turned.slice(i * SEGMENT_PRICES, (i + 1) * SEGMENT_PRICES),
  );
}

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
  /** of a proposal, ms: when the price before it comes back */
  until?: number | null;
  note: string | null;
  reason: string | null;
}

interface CommittedPrices {
  applied: { change: PriceChange; entry: LedgerEntry }[];
  /** compare-and-set no longer holds: the price, the product or the proposal changed meanwhile */
  mismatched: PriceChange[];
}

/**
 * Puts up to SEGMENT_PRICES prices in force: price, proposal, ledger, audit and outbox in one batch that commits whole
 * or not at all. If the batch fails, prices whose compare-and-set no longer holds are taken out and the rest is
 * hashed and sent again.
 */
export async function commitPrices(
  ctx: ServiceContext,
  changes: readonly PriceChange[],
): Promise<CommittedPrices> {
  if (changes.length > SEGMENT_PRICES) throw new RangeError(`at most ${SEGMENT_PRICES} prices a segment`);
  const mismatched: PriceChange[] = [];
  let rest = [...changes];
  return inTurn(ctx, ["head_moved", "guard_failed"], async (inside, failure) => {
    const [holding, ...heads] = await inside.db.batch([holdingQuery(inside, rest), ...headQueries(inside)]);
    if (failure === "guard_failed") {
      const possible = new Set(holding.map(({ position }) => rest[position]!));
      mismatched.push(...rest.filter((change) => !possible.has(change)));
      rest = rest.filter((change) => possible.has(change));
    }
    if (rest.length === 0) return { applied: [], mismatched };
    const entries = await commitOnce(inside, headsOf(heads), priceWrite(inside, rest));
    return { applied: rest.map((change, i) => ({ change, entry: entries[i]! })), mismatched };
  });
}

/** The write that puts prices in force; it fails its batch unless every one of them still can be. */
export function priceWrite(ctx: ServiceContext, changes: readonly PriceChange[]): ChainedWrite {
  const actor = actorLabel(ctx.actor);
  return {
    ledger: changes.map(({ sku, from, to, currency, source, cause, reason }) => ({
      ...{ sku, from, to, currency, source, causeKind: cause.kind, causeId: cause.id },
      ...{ actor, at: ctx.now, reason },
    })),
    audit: changes.map(({ sku, from, to, proposalId, until = null, note, reason }) => ({
      action: proposalId === null ? "price.set" : "proposal.apply",
      subject: proposalId ?? sku,
      detail: { sku, from, to, until, note, reason },
    })),
    events: changes.flatMap(({ sku, from, to, currency, proposalId, until = null, note }) => {
      if (proposalId === null) return [];
      const data = { id: proposalId, sku, from, to, currency, until: until && iso(until), note };
      return [{ type: "proposal.applied" as const, sku, subject: proposalId, data }];
    }),
    statements: (ledger) => segmentStatements(ctx, changes, ledger),
  };
}

function segmentStatements(
  ctx: ServiceContext,
  changes: readonly PriceChange[],
  ledger: readonly LedgerEntry[],
): D1PreparedStatement[] {
  const { d1, db, now } = ctx;
  const rows = changes.map((change, i) => ({ ...change, seq: ledger[i]!.seq }));
  const ofProposals = rows.flatMap(({ proposalId, until = null, ...row }) =>
    proposalId === null ? [] : [{ ...row, proposalId, until }],
  );
  const price = jsonTable("price", ["sku", "from", "version", "to", "source", "seq"], rows);
  const decided = jsonTable("decided", ["proposalId", "seq", "note", "to", "until"], ofProposals);
  const setPrices = db
    .update(products)
    .set({
      price: price.to,
      priceSource: price.source,
      priceSince: now,
      priceSeq: price.seq,
      baseWaitsSince: sql`CASE ${price.source} WHEN 'override' THEN ${products.baseWaitsSince} END`,
      version: sql`${products.version} + 1`,
      updatedAt: now,
    })
    .from(price.table)
    .where(
      and(eq(products.sku, price.sku), eq(products.price, price.from), eq(products.version, price.version)),
    );
  const setProposals = db
    .update(proposals)
    .set({
      status: "applied",
      ledgerSeq: decided.seq,
      note: sql`coalesce(${decided.note}, ${proposals.note})`,
      to: decided.to,
      until: decided.until,
      decidedBy: sql`coalesce(${proposals.decidedBy}, ${actorLabel(ctx.actor)})`,
      decidedAt: sql`coalesce(${proposals.decidedAt}, ${now})`,
    })
    .from(decided.table)
    .where(and(eq(proposals.id, decided.proposalId), inArray(proposals.status, PROPOSAL_ACTIONS.apply.from)));
  const pricesHit = sql`(SELECT count(*) FROM ${price.table} JOIN ${products}
    ON ${products.sku} = ${price.sku} AND ${products.priceSeq} = ${price.seq})`;
  const proposalsHit = sql`(SELECT count(*) FROM ${decided.table} JOIN ${proposals}
    ON ${proposals.id} = ${decided.proposalId} AND ${proposals.ledgerSeq} = ${decided.seq})`;
  return [
    prepare(d1, setPrices),
    ...(ofProposals.length > 0 ? [prepare(d1, setProposals)] : []),
    ...oursOutbox(
      ctx,
      changes.map(({ sku }) => sku),
    ),
    guardCount(d1, sql`${pricesHit} + ${proposalsHit}`, rows.length + ofProposals.length),
  ];
}

/** The positions of the changes that could still be made as they were meant. */
function holdingQuery({ db }: ServiceContext, changes: readonly PriceChange[]) {
  const rows = changes.map(({ sku, from, version, proposalId }, position) => ({
    ...{ position, sku, from, version, proposalId },
  }));
  const wanted = jsonTable("wanted", ["position", "sku", "from", "version", "proposalId"], rows);
  const undecided = db
    .select({ id: proposals.id })
    .from(proposals)
    .where(and(eq(proposals.id, wanted.proposalId), inArray(proposals.status, PROPOSAL_ACTIONS.apply.from)));
  return db
    .select({ position: sql<number>`${wanted.position}` })
    .from(products)
    .innerJoin(wanted.table, eq(products.sku, wanted.sku))
    .where(
      and(
        ...[eq(products.price, wanted.from), eq(products.version, wanted.version)],
        or(isNull(wanted.proposalId), exists(undecided)),
      ),
    );
}
