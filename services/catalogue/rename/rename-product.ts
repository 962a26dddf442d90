import { and, eq, isNull, lt, max, or } from "drizzle-orm";
import { bulkInsert } from "../../../db/bulk.ts";
import { type ProductRecord, readProduct } from "../../../db/reads/products.ts";
import { shardGenerations, skuRenames } from "../../../db/schema.ts";
import { prepare } from "../../../db/write.ts";
import { MINUTE_MS } from "../../../domain/base/time.ts";
import { ProblemError } from "../../../domain/contract/problem.ts";
import { inTurn } from "../../chains/commit-chained.ts";
import type { ServiceContext } from "../../context.ts";
import { forgetProducts } from "../../ingest/known-products.ts";
import type { RenamePort } from "../../ports.ts";
import { type RenameRecord, readAlias, renamesOf } from "./aliases.ts";
import { clearStatements } from "./carry.ts";
import { commitRename } from "./commit-rename.ts";

export type RenameContext = ServiceContext & { renames: RenamePort };

/** A rename that is not done after this time was interrupted: the minute tick goes on with it. */
const INTERRUPTED_MS = MINUTE_MS;
/** Whatever had begun before the rename has ended after this time. */
const LATE_MS = 15 * MINUTE_MS;

/**
 * Gives a product another SKU, and everything that is known of it with it. The SKU before leads to the new one from then
 * on. Interrupted, it goes on within a minute or with the next request of the same kind; rows that arrive meanwhile wait in
 * their queue.
 *
 * @throws ProblemError not_found; invalid if the SKU is the same; conflict if the new one is taken, or another change of
 *   SKUs or shards is under way; unavailable if the shards do not answer
 */
export async function renameProduct(
  ctx: RenameContext,
  sku: string,
  input: { to: string; reason: string },
): Promise<ProductRecord> {
  const alias = await readAlias(ctx.db, sku);
  if (alias?.sku === input.to) return (await readProduct(ctx.db, input.to))!;
  const present = alias?.sku ?? sku;
  const rename = await inTurn(ctx, [], (inside) => beginRename(inside, present, input));
  try {
    await finishRename(ctx, rename);
  } catch (error) {
    console.error({ event: "rename.interrupted", from: sku, to: input.to, error: String(error) });
    throw new ProblemError("unavailable", "the rename has begun, and goes on by itself within some minutes", {
      retryAfter: 60,
    });
  }
  return (await readProduct(ctx.db, rename.sku))!;
}

async function beginRename(
  ctx: ServiceContext,
  sku: string,
  { to, reason }: { to: string; reason: string },
): Promise<RenameRecord> {
  const { db } = ctx;
  if (sku === to)
    throw new ProblemError("invalid", "the product has this SKU already", {
      errors: [{ path: "to", code: "invalid", message: "is the same SKU" }],
    });
  const [open, [before], generations] = await db.batch([
    renamesOf(db, [sku, to]),
    db
      .select({ seq: max(skuRenames.seq) })
      .from(skuRenames)
      .where(eq(skuRenames.alias, sku)),
    db.select().from(shardGenerations).where(eq(shardGenerations.status, "next")),
  ]);
  const begun = open.find(({ alias, seq }) => alias === sku && seq === null);
  if (begun?.sku === to) return begun;
  if (begun) throw new ProblemError("conflict", `${sku} is being renamed to ${begun.sku}`);
  if (!(await readProduct(db, sku))) throw new ProblemError("not_found", "no such product");
  if (await readProduct(db, to)) throw new ProblemError("conflict", `there is a product ${to} already`);
  // renamed back to a SKU that it had: that SKU stops being an alias
  const taken = open.find((row) => row.alias === to && !(row.sku === sku && row.seq !== null));
  if (taken) throw new ProblemError("conflict", `${to} is an alias of ${taken.sku}: end the alias first`);
  if (open.some((row) => row.sku === to && row.seq === null))
    throw new ProblemError("conflict", `another product is being renamed to ${to}`);
  if (generations.length > 0)
    throw new ProblemError("conflict", "a reshard is under way: rename the product when it is done");
  const row: RenameRecord = {
    ...{ id: ctx.newId("ren"), alias: sku, sku: to, fromSeq: before?.seq ?? 0, seq: null, reason },
    ...{ actor: ctx.actor, startedAt: ctx.now, clearedAt: null, endedAt: null, endedBy: null },
  };
  await ctx.d1.batch(bulkInsert(ctx.d1, skuRenames, [row]));
  return row;
}

/** Does what is left of a rename; each step may come again. */
async function finishRename(ctx: RenameContext, rename: RenameRecord): Promise<void> {
  const { id, alias: from, sku: to, actor } = rename;
  await ctx.renames.handOver({ id, from, to });
  await inTurn({ ...ctx, actor }, ["head_moved", "guard_failed"], (inside) => commitRename(inside, id));
  forgetProducts([from, to]);
  await ctx.renames.drop(from);
}

/** Goes on with renames that were interrupted, and clears away what was written late under the SKUs before. */
export async function settleRenames(ctx: RenameContext): Promise<void> {
  const { seq, startedAt, clearedAt } = skuRenames;
  const due = await ctx.db
    .select()
    .from(skuRenames)
    .where(
      and(
        isNull(clearedAt),
        or(and(isNull(seq), lt(startedAt, ctx.now - INTERRUPTED_MS)), lt(startedAt, ctx.now - LATE_MS)),
      ),
    )
    .limit(50);
  for (const rename of due) {
    if (rename.seq === null) await finishRename(ctx, rename);
    else await clearRename(ctx, rename);
  }
}

/** Clears away what was written late under the SKU before, unless a product has it again. */
export async function clearRename(ctx: RenameContext, { id, alias, sku }: RenameRecord): Promise<void> {
  await ctx.renames.drop(alias);
  await inTurn(ctx, [], async ({ d1, db, now }) => {
    const isTaken = (await readProduct(db, alias)) !== null;
    const cleared = db.update(skuRenames).set({ clearedAt: now }).where(eq(skuRenames.id, id));
    await d1.batch([...(isTaken ? [] : clearStatements({ d1, db }, alias, sku)), prepare(d1, cleared)]);
  });
}
