import { desc, sql } from "drizzle-orm";
import { bulkInsert, bulkUpsert, excluded } from "../../db/bulk.ts";
import { insertEvents } from "../../db/events.ts";
import { audit, auditInstants, auditSkus, priceLedger } from "../../db/schema.ts";
import { BatchConflict, type BatchFailure, commitBatch } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorId, actorLabel } from "../../domain/identity/rights.ts";
import { auditedSkus } from "../../domain/ledger/audited-skus.ts";
import { appendEntries, type ChainHead, GENESIS, type LedgerEntry } from "../../domain/ledger/entries.ts";
import { priceEvents } from "../../domain/ledger/price-events.ts";
import type { EventBody } from "../../domain/messages/events.ts";
import type { ServiceContext } from "../context.ts";
import { type ChainHeads, turnTaken } from "./turns.ts";

/** Writers come one after the other: only what is written without an audit entry can still come between. */
const TRIES = 5;
const JITTER_MS = 40;

export type LedgerBody = Omit<LedgerEntry, "seq" | "prevHash" | "hash">;

/** What an audited act says of itself; time and actor are the context's. */
export interface AuditBody {
  action: string;
  subject: string;
  detail: unknown;
}

export interface ChainedWrite {
  ledger?: readonly LedgerBody[];
  audit: readonly AuditBody[];
  /** what else is told outside; the events of the ledger entries come by themselves, before these */
  events?: readonly EventBody[];
  /** the statements that go with the entries; they see the numbered ledger entries */
  statements(ledger: readonly LedgerEntry[]): D1PreparedStatement[];
}

/** The two queries that read the heads, for a batch; `headsOf` takes their rows. */
export function headQueries({ db }: Pick<ServiceContext, "db">) {
  return [
    db
      .select({ seq: priceLedger.seq, hash: priceLedger.hash })
      .from(priceLedger)
      .orderBy(desc(priceLedger.seq))
      .limit(1),
    db.select({ seq: audit.seq, hash: audit.hash }).from(audit).orderBy(desc(audit.seq)).limit(1),
  ] as const;
}

type HeadRow = { seq: number; hash: string };

export function headsOf([ledger, audited]: readonly [HeadRow[], HeadRow[]]): ChainHeads {
  const head = ([row]: HeadRow[]) => (row ? { count: row.seq, hash: row.hash } : { count: 0, hash: GENESIS });
  return { ledger: head(ledger), audit: head(audited) };
}

export async function readHeads(ctx: Pick<ServiceContext, "db">): Promise<ChainHeads> {
  return headsOf(await ctx.db.batch(headQueries(ctx)));
}

/**
 * Reads, decides and commits while no other writer of the chains does. What is read inside is still so at the commit,
 * unless somebody wrote without an audit entry: then the attempt is made again, and told why the one before it failed.
 * The context that it is given takes no further turn, and its `now` is the instant of this one: what was written by those
 * who came before is in the past, however long the request has waited for its turn.
 *
 * @param retried the failures after which to try again; any other is thrown
 * @throws ProblemError `unavailable` when something came between every time
 */
export function inTurn<T>(
  ctx: ServiceContext,
  retried: readonly BatchFailure[],
  attempt: (ctx: ServiceContext, failure: BatchFailure | null) => Promise<T>,
): Promise<T> {
  return ctx.turns.take(async (at, note) => {
    const inside = { ...ctx, turns: turnTaken(ctx.turns, note), now: Math.max(ctx.now, at) };
    let failure: BatchFailure | null = null;
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(inside, failure);
      } catch (error) {
        if (!(error instanceof BatchConflict) || !retried.includes(error.failure)) throw error;
        if (tries === TRIES)
          throw new ProblemError("unavailable", "too many changes at the same time", { retryAfter: 1 });
        failure = error.failure;
        await ctx.sleep(ctx.random() * JITTER_MS * tries);
      }
    }
  });
}

/**
 * Commits statements together with their ledger and audit entries in one batch, once.
 *
 * @throws BatchConflict `head_moved` when another writer took the chain's next number, `guard_failed` when an update of
 *   the batch did not hit
 */
export async function commitOnce(
  ctx: ServiceContext,
  heads: ChainHeads,
  write: ChainedWrite,
): Promise<LedgerEntry[]> {
  const id = actorId(ctx.actor);
  const who = { at: ctx.now, actor: actorLabel(ctx.actor), ...(id !== null && { actorId: id }) };
  const ledger = appendEntries(heads.ledger, write.ledger ?? []);
  const audited = appendEntries(
    heads.audit,
    // as it will be read again: what JSON leaves out is not hashed either
    write.audit.map(({ detail, ...act }) => ({ ...who, ...act, detail: JSON.parse(JSON.stringify(detail)) })),
  );
  const skus = audited.flatMap(({ seq, action, detail }) =>
    auditedSkus(action, detail).map((sku) => ({ sku, seq })),
  );
  const told = [...priceEvents(ledger), ...(write.events ?? [])];
  await commitBatch(ctx.d1, [
    ...bulkInsert(ctx.d1, priceLedger, ledger),
    ...bulkInsert(ctx.d1, audit, audited),
    ...bulkUpsert(ctx.d1, auditInstants, instantOf(ctx.now, audited), SAME_INSTANT),
    ...bulkInsert(ctx.d1, auditSkus, skus),
    ...insertEvents(ctx.d1, told, ctx.now),
    ...write.statements(ledger),
  ]);
  const to = { ledger: endOf(heads.ledger, ledger), audit: endOf(heads.audit, audited) };
  ctx.turns.note?.({ from: heads, to });
  return ledger;
}

function endOf(before: ChainHead, appended: readonly { seq: number; hash: string }[]): ChainHead {
  const last = appended.at(-1);
  return last ? { count: last.seq, hash: last.hash } : before;
}

/** Another commit of the same millisecond: their entries are looked through together. */
const SAME_INSTANT = {
  update: [],
  set: {
    from: sql`min(${auditInstants.from}, ${excluded(auditInstants.from)})`,
    to: sql`max(${auditInstants.to}, ${excluded(auditInstants.to)})`,
  },
} as const;

function instantOf(at: number, audited: readonly { seq: number }[]) {
  const [first, last] = [audited[0], audited.at(-1)];
  return first && last ? [{ at, from: first.seq, to: last.seq }] : [];
}

/**
 * Commits a write that does not depend on what other writers do, in a turn of its own, as of the caller's `now`.
 *
 * @throws BatchConflict `guard_failed` when an update of the batch did not hit
 * @throws ProblemError `unavailable`
 */
export async function commitChained(ctx: ServiceContext, write: ChainedWrite): Promise<LedgerEntry[]> {
  return inTurn(ctx, ["head_moved"], async ({ turns }) =>
    commitOnce({ ...ctx, turns }, await readHeads(ctx), write),
  );
}
