import { eq } from "drizzle-orm";
import type { SignalRecord } from "../../db/reads/market.ts";
import { signals } from "../../db/schema.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { ServiceContext } from "../context.ts";
import { type ChangedSignals, changeSignals, readChanged, type WhichSignals } from "./change-signals.ts";

/** Marks open signals as seen by somebody; they still resolve by themselves. One that is not open is left alone. */
export async function acknowledgeSignals(ctx: ServiceContext, which: WhichSignals): Promise<ChangedSignals> {
  return changeSignals(ctx, which, {
    where: eq(signals.status, "open"),
    set: { status: "acknowledged", acknowledgedBy: actorLabel(ctx.actor) },
    action: "signal.acknowledge",
  });
}

/**
 * The same for one signal. Repeating it changes nothing.
 *
 * @throws ProblemError not_found; illegal_transition if it is resolved
 */
export async function acknowledgeSignal(
  ctx: ServiceContext,
  id: string,
): Promise<{ signal: SignalRecord; title: string | null }> {
  await acknowledgeSignals(ctx, { ids: [id] });
  return readChanged(ctx, id, "acknowledge");
}
