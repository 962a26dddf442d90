import { and, type SQL } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { listSignalIds, readSignal, type SignalQuery, type SignalRecord } from "../../db/reads/market.ts";
import { signals } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

/** Signals that one request changes, in one batch. */
export const CHANGED_MAX = 200;
const TRIES = 3;

/** Those named, or all of a list. */
export type WhichSignals = { ids: readonly string[] } | { filter: SignalQuery };

/** What a person does to signals. */
interface SignalChange {
  /** the signals that it may be done to; others are left alone */
  where: SQL | undefined;
  set: Partial<Pick<SignalRecord, "status" | "acknowledgedBy" | "assignee">>;
  /** of the audit entry */
  action: string;
  detail?: Readonly<Record<string, string | null>>;
}

export interface ChangedSignals {
  /** as they are now */
  changed: SignalRecord[];
  /** those named that were left alone */
  skipped: number;
  /** further ones of the list, which this request did not come to */
  remaining: number;
}

/**
 * Changes signals in one batch, each with its audit entry.
 *
 * @throws ProblemError unavailable if the signals keep changing meanwhile
 */
export async function changeSignals(
  ctx: ServiceContext,
  which: WhichSignals,
  change: SignalChange,
): Promise<ChangedSignals> {
  const ids =
    "ids" in which ? [...new Set(which.ids)] : await listSignalIds(ctx.db, which.filter, change.where);
  const asked = ids.slice(0, CHANGED_MAX);
  for (let tried = 1; ; tried++) {
    try {
      const changed = await commit(ctx, asked, change);
      return { changed, skipped: asked.length - changed.length, remaining: ids.length - asked.length };
    } catch (error) {
      if (!(error instanceof BatchConflict)) throw error;
      // one of them changed meanwhile: what may be changed is read again
      if (tried === TRIES) throw new ProblemError("unavailable", "the signals keep changing: ask again");
    }
  }
}

/**
 * The signal that a request was about, after the change.
 *
 * @param verb what was asked for, for the message
 * @throws ProblemError not_found; illegal_transition if it is resolved
 */
export async function readChanged(
  { db }: ServiceContext,
  id: string,
  verb: string,
): Promise<{ signal: SignalRecord; title: string | null }> {
  const found = orNotFound(await readSignal(db, id), "no such signal");
  if (found.signal.status === "resolved")
    throw new ProblemError("illegal_transition", `cannot ${verb} a signal that is resolved`);
  return found;
}

async function commit(
  ctx: ServiceContext,
  ids: readonly string[],
  { where, set, action, detail }: SignalChange,
): Promise<SignalRecord[]> {
  const { d1, db } = ctx;
  const may = (these: readonly string[]) => and(isAmong(signals.id, these), where);
  const found = await db.select().from(signals).where(may(ids));
  if (found.length === 0) return [];
  const meant = may(found.map(({ id }) => id));
  await commitChained(ctx, {
    audit: found.map(({ id, sku, type }) => ({ action, subject: id, detail: { sku, type, ...detail } })),
    statements: () => [
      guardCount(d1, db.$count(signals, meant), found.length),
      prepare(d1, db.update(signals).set(set).where(meant)),
    ],
  });
  return found.map((signal) => ({ ...signal, ...set }));
}
