import { BatchConflict, guardStatement } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { type OverrideRecord, selectOverrides } from "./read-overrides.ts";
import { settleOverride } from "./settle-overrides.ts";

/**
 * Takes an override back. What a fixed price replaced is in force again in the same request.
 *
 * @throws ProblemError not_found, illegal_transition if it has ended
 */
export async function endOverride(ctx: ServiceContext, id: string): Promise<OverrideRecord> {
  const [found] = await selectOverrides(ctx.d1, "o.id = ?1", id);
  if (!found) throw new ProblemError("not_found", "no such override");
  if (found.endedAt !== null || found.expiresAt <= ctx.now)
    throw new ProblemError("illegal_transition", "the override has ended");
  try {
    await commitChained(ctx, {
      audit: [
        {
          action: "override.end",
          subject: id,
          detail: { scope: found.scope, key: found.key, kind: found.kind },
        },
      ],
      statements: () => [
        ctx.d1
          .prepare(
            `UPDATE overrides SET ended_at = ?2, ended_by = ?3, settled = (kind <> 'FIXED_PRICE')
             WHERE id = ?1 AND ended_at IS NULL`,
          )
          .bind(id, ctx.now, actorLabel(ctx.actor)),
        guardStatement(
          ctx.d1,
          "SELECT count(*) FROM overrides WHERE id = ?1 AND ended_at = ?2 AND ended_by = ?3",
          [id, ctx.now, actorLabel(ctx.actor)],
          1,
        ),
      ],
    });
  } catch (error) {
    if (!(error instanceof BatchConflict)) throw error;
    throw new ProblemError("illegal_transition", "somebody else ended it first");
  }
  const [ended] = await selectOverrides(ctx.d1, "o.id = ?1", id);
  if (found.kind === "FIXED_PRICE") await settleOverride(ctx, ended!);
  return (await selectOverrides(ctx.d1, "o.id = ?1", id))[0]!;
}
