import { and, count, isNull, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { lakeParts, lakeState, priceLedger } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { DERIVED_TABLES, type LakeTableName } from "../../domain/lake/tables.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { ARCHIVE_PREFIX } from "../retention/archive.ts";
import { endLease, takeLease, unshow } from "./lake-state.ts";

/** Whether rows of a derived table have left D1: the lake could not take those again. */
async function hasLeft({ db, lake }: ServiceContext, table: LakeTableName): Promise<boolean> {
  if (table !== "ledger")
    return (await lake.list({ prefix: `${ARCHIVE_PREFIX}${table}/`, limit: 1 })).objects.length > 0;
  const [ledger] = await db
    .select({ entries: count(), newest: sql<number>`coalesce(max(${priceLedger.seq}), 0)` })
    .from(priceLedger);
  return ledger!.entries < ledger!.newest;
}

/**
 * Empties tables of the lake. What is taken from D1 is taken again from the beginning by the next export; of posted rows,
 * and of what has left D1 since, the lake has the only copy: those go only if `discard` says so. The files are deleted a while later.
 *
 * @throws ProblemError `conflict_state` while a pass is open or another job is at the lake, `reason_required` for posted
 * rows without `discard`
 */
export async function resetLake(
  ctx: ServiceContext,
  tables: readonly LakeTableName[],
  { discard }: { discard: boolean },
): Promise<void> {
  const derived = new Set<string>(DERIVED_TABLES);
  const only: string[] = [];
  for (const table of tables) if (!derived.has(table) || (await hasLeft(ctx, table))) only.push(table);
  if (only.length > 0 && !discard)
    throw new ProblemError(
      "invalid",
      `the lake has the only copy of ${only.join(", ")}: say "discard": true`,
    );
  const state = await takeLease(ctx);
  if (state === null || state.isOpen)
    throw new ProblemError("unavailable", "an export is under way", { retryAfter: 60 });
  const marks = Object.fromEntries(
    Object.entries(state.to).filter(([mark]) => !tables.some((t) => t === mark)),
  );
  await commitChained(ctx, {
    audit: [{ action: "lake.reset", subject: "lake", detail: { tables, discard } }],
    statements: () => [
      prepare(
        ctx.d1,
        ctx.db
          .update(lakeParts)
          .set({ replacedAt: ctx.now })
          .where(and(isAmong(lakeParts.tableName, tables), isNull(lakeParts.replacedAt))),
      ),
      prepare(ctx.d1, ctx.db.update(lakeState).set({ to: marks })),
      prepare(ctx.d1, unshow(ctx)),
    ],
  });
  await endLease(ctx);
}
