import { and, eq, isNull } from "drizzle-orm";
import { overrides } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertMayEnd } from "../incidents/may-end.ts";
import { overrideEvent } from "./override-event.ts";
import { type OverrideRecord, readOverride } from "./read-overrides.ts";
import { SETTLED_AT_END, settleOverride, settlePrices } from "./settle-overrides.ts";

/**
 * Ends an override before its time. What a fixed price replaced, or what a freeze kept back, is in force in the same turn.
 *
 * @throws ProblemError not_found, illegal_transition if it has ended
 */
export function endOverride(ctx: ServiceContext, id: string): Promise<OverrideRecord> {
  return inTurn(ctx, [], (inside) => endInTurn(inside, id));
}

async function endInTurn(ctx: ServiceContext, id: string): Promise<OverrideRecord> {
  const { d1, db, now, actor } = ctx;
  const found = await readOverride(db, id);
  if (!found) throw new ProblemError("not_found", "no such override");
  if (found.endedAt !== null || found.expiresAt <= now)
    throw new ProblemError("illegal_transition", "the override has ended");
  await assertMayEnd(ctx, id);
  const { scope, key, kind } = found;
  const isOpen = and(eq(overrides.id, id), isNull(overrides.endedAt));
  const end = { endedAt: now, endedBy: actorLabel(actor), settled: SETTLED_AT_END };
  try {
    await commitChained(ctx, {
      audit: [{ action: "override.end", subject: id, detail: { scope, key, kind } }],
      events: [overrideEvent("override.ended", { ...found, endedBy: actorLabel(actor) })],
      statements: () => [
        guardCount(d1, db.$count(overrides, isOpen), 1),
        prepare(d1, db.update(overrides).set(end).where(isOpen)),
      ],
    });
  } catch (error) {
    if (!(error instanceof BatchConflict)) throw error;
    throw new ProblemError("illegal_transition", "somebody else ended it first");
  }
  if (kind === "FIXED_PRICE") await settleOverride(ctx, (await readOverride(db, id))!);
  if (kind === "PRICE_FREEZE") await settlePrices(ctx);
  return (await readOverride(db, id))!;
}
