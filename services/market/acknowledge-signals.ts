import { and, eq } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { listOpenSignalIds, type SignalFilter, type SignalRecord } from "../../db/reads/market.ts";
import { signals } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

/** Signals that one request acknowledges, in one batch. */
export const ACKNOWLEDGED_MAX = 200;
const TRIES = 3;

/** Those named, or all of a list that are open. */
type WhichSignals =
  | { ids: readonly string[] }
  | { filter: SignalFilter & { q?: string | undefined; sort?: string | undefined } };

interface AcknowledgedSignals {
  /** as they are now; those that were not open stay as they were */
  changed: SignalRecord[];
  skipped: number;
  /** open ones that this request did not come to */
  remaining: number;
}

/** Marks open signals as seen by somebody; they still resolve by themselves. One that is not open is left alone. */
export async function acknowledgeSignals(
  ctx: ServiceContext,
  which: WhichSignals,
): Promise<AcknowledgedSignals> {
  const ids = "ids" in which ? [...new Set(which.ids)] : await listOpenSignalIds(ctx.db, which.filter);
  const asked = ids.slice(0, ACKNOWLEDGED_MAX);
  for (let tried = 1; ; tried++) {
    try {
      const changed = await acknowledge(ctx, asked);
      return { changed, skipped: asked.length - changed.length, remaining: ids.length - asked.length };
    } catch (error) {
      if (!(error instanceof BatchConflict)) throw error;
      // one of them changed meanwhile: what is open is read again
      if (tried === TRIES) throw new ProblemError("unavailable", "the signals keep changing: ask again");
    }
  }
}

async function acknowledge(
  { d1, db, ...ctx }: ServiceContext,
  ids: readonly string[],
): Promise<SignalRecord[]> {
  const isOpen = (these: readonly string[]) => and(isAmong(signals.id, these), eq(signals.status, "open"));
  const open = await db.select().from(signals).where(isOpen(ids));
  if (open.length === 0) return [];
  const meant = isOpen(open.map(({ id }) => id));
  const acknowledged = { status: "acknowledged", acknowledgedBy: actorLabel(ctx.actor) } as const;
  await commitChained(
    { d1, db, ...ctx },
    {
      audit: open.map(({ id, sku, type }) => ({
        action: "signal.acknowledge",
        subject: id,
        detail: { sku, type },
      })),
      statements: () => [
        guardCount(d1, db.$count(signals, meant), open.length),
        prepare(d1, db.update(signals).set(acknowledged).where(meant)),
      ],
    },
  );
  return open.map((signal) => ({ ...signal, ...acknowledged }));
}
