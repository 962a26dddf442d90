import { and, eq, isNull } from "drizzle-orm";
import { skuRenames } from "../../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../../db/write.ts";
import { ProblemError } from "../../../domain/contract/problem.ts";
import { actorLabel } from "../../../domain/identity/rights.ts";
import { commitChained } from "../../chains/commit-chained.ts";
import { type RenameRecord, readAlias } from "./aliases.ts";
import { clearRename, type RenameContext } from "./rename-product.ts";

/**
 * Ends an alias: the SKU leads nowhere, and a new product may have it. What was written under it before stays with the
 * product that had it.
 *
 * @throws ProblemError not_found
 */
export async function endAlias(ctx: RenameContext, alias: string): Promise<RenameRecord> {
  const row = await readAlias(ctx.db, alias);
  if (!row) throw new ProblemError("not_found", "no such alias");
  // before it is free: what is left of it must not become the new product's
  await clearRename(ctx, row);
  await ctx.renames.readmit(alias);
  const isOpen = and(eq(skuRenames.id, row.id), isNull(skuRenames.endedAt));
  const ended = { endedAt: ctx.now, endedBy: actorLabel(ctx.actor) };
  try {
    await commitChained(ctx, {
      audit: [{ action: "alias.end", subject: alias, detail: { alias, skus: [alias, row.sku] } }],
      statements: () => [
        guardCount(ctx.d1, ctx.db.$count(skuRenames, isOpen), 1),
        prepare(ctx.d1, ctx.db.update(skuRenames).set(ended).where(isOpen)),
      ],
    });
  } catch (error) {
    if (!(error instanceof BatchConflict)) throw error;
    throw new ProblemError("not_found", "somebody else has ended the alias");
  }
  return { ...row, ...ended };
}
