import { and, eq } from "drizzle-orm";
import { readSignal, type SignalRecord } from "../../db/reads/market.ts";
import { signals } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

/** Marks an open signal as seen by somebody; it still resolves by itself. Repeating it changes nothing. */
export async function acknowledgeSignal(
  ctx: ServiceContext,
  id: string,
): Promise<{ signal: SignalRecord; title: string | null }> {
  const found = await readSignal(ctx.db, id);
  if (!found) throw new ProblemError("not_found", "no such signal");
  if (found.signal.status === "acknowledged") return found;
  if (found.signal.status === "resolved")
    throw new ProblemError("illegal_transition", "cannot acknowledge a signal that is resolved");
  try {
    await acknowledge(ctx, found.signal);
  } catch (error) {
    if (!(error instanceof BatchConflict)) throw error;
    // it changed meanwhile: acknowledged by somebody else is as good, resolved is not
    return acknowledgeSignal(ctx, id);
  }
  return (await readSignal(ctx.db, id))!;
}

async function acknowledge(ctx: ServiceContext, { id, sku, type }: SignalRecord): Promise<void> {
  const isOpen = and(eq(signals.id, id), eq(signals.status, "open"));
  const acknowledged = { status: "acknowledged", acknowledgedBy: actorLabel(ctx.actor) } as const;
  await commitChained(ctx, {
    audit: [{ action: "signal.acknowledge", subject: id, detail: { sku, type } }],
    statements: () => [
      guardCount(ctx.d1, ctx.db.$count(signals, isOpen), 1),
      prepare(ctx.d1, ctx.db.update(signals).set(acknowledged).where(isOpen)),
    ],
  });
}
