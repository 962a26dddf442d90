import { desc, eq, isNull, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { readProduct } from "../../db/reads/products.ts";
import { kviScores, products } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { isKeyValueItem, KVI_TAG } from "../../domain/market/key-value-items.ts";
import { saveProduct } from "../catalogue/save-product.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

const IS_TAGGED = sql<number>`EXISTS (SELECT 1 FROM json_each(${products.tags}) WHERE value = ${KVI_TAG})`;

export const KVI_LIST = {
  source: sql`${products} LEFT JOIN ${kviScores} ON ${kviScores.sku} = ${products.sku}`,
  id: products.sku,
  sorts: { score: sql`coalesce(${kviScores.score}, 0)`, sku: products.sku, title: products.title },
  sort: "-score",
  search: [products.sku, products.title],
  facets: { tier: kviScores.tier, category: products.category },
} as const satisfies ListShape;

/** Those that somebody tagged, those that look like it and nobody has decided about, or both. */
export const KVI_VIEWS = ["all", "tagged", "suggested"] as const;

/** One page of key value items and suggestions. */
export function listItems(db: Database, query: ListQuery, view: (typeof KVI_VIEWS)[number]) {
  const isSuggested = sql`${kviScores.sku} IS NOT NULL AND ${isNull(kviScores.dismissedAt)} AND NOT ${IS_TAGGED}`;
  const shown = {
    tagged: sql`${IS_TAGGED}`,
    suggested: isSuggested,
    all: sql`(${IS_TAGGED} OR (${isSuggested}))`,
  };
  return readPage(db, KVI_LIST, query, [shown[view]], ({ place, cut }) =>
    cut(
      db
        .select({ product: products, score: kviScores, isTagged: IS_TAGGED.as("is_tagged"), ...place })
        .from(products)
        .leftJoin(kviScores, eq(kviScores.sku, products.sku))
        .$dynamic(),
    ),
  );
}

/** When the products were scored last, ms; null = never. */
export async function scoredAt(db: Database): Promise<number | null> {
  const [newest] = await db
    .select({ at: kviScores.scoredAt })
    .from(kviScores)
    .orderBy(desc(kviScores.scoredAt))
    .limit(1);
  return newest?.at ?? null;
}

/**
 * Says whether a product is a key value item: the tag is added or taken away, as a file of products may do it too. One that is
 * none is not suggested again.
 *
 * @throws ProblemError `not_found`
 */
export async function decideItem(ctx: ServiceContext, sku: string, isKvi: boolean): Promise<void> {
  const product = await readProduct(ctx.db, sku);
  if (!product) throw new ProblemError("not_found", "no such product");
  const { d1, db, now } = ctx;
  const dismissed = isKvi
    ? { dismissedAt: null, dismissedBy: null }
    : { dismissedAt: now, dismissedBy: actorLabel(ctx.actor) };
  await commitChained(ctx, {
    audit: [
      { action: "product.kvi", subject: sku, detail: { sku, before: isKeyValueItem(product), after: isKvi } },
    ],
    statements: () => [prepare(d1, db.update(kviScores).set(dismissed).where(eq(kviScores.sku, sku)))],
  });
  if (isKeyValueItem(product) === isKvi) return;
  const others = (product.tags ?? []).filter((tag) => tag !== KVI_TAG);
  const tags = isKvi ? [...others, KVI_TAG] : others;
  await saveProduct(ctx, { mode: "patch", row: { sku, tags: tags.length > 0 ? tags : null } });
}
