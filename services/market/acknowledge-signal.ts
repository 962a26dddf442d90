import { readSignal, type SignalRecord } from "../../db/reads/market.ts";
import { BatchConflict, guardStatement } from "../../db/write.ts";
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
  await commitChained(ctx, {
    audit: [{ action: "signal.acknowledge", subject: id, detail: { sku, type } }],
    statements: () => [
      guardStatement(ctx.d1, "SELECT count(*) FROM signals WHERE id = ?1 AND status = 'open'", [id], 1),
      ctx.d1
        .prepare("UPDATE signals SET status = 'acknowledged', acknowledged_by = ?2 WHERE id = ?1")
        .bind(id, actorLabel(ctx.actor)),
    ],
  });
}
