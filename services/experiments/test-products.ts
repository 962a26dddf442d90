import { and, asc, eq, inArray, type SQL } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { priceTestMembers, priceTests, products } from "../../db/schema.ts";
import { civilDay, dayNumber } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { type SkuDays, skuDays } from "../../domain/evaluation/sku-days.ts";
import { hasHoldOut, isHeldOut } from "../../domain/experiments/hold-out.ts";
import type { TestDefinition } from "../../domain/experiments/test-definition.ts";
import { type ClusterHistory, PRE_DAYS } from "../../domain/experiments/test-plan.ts";
import { knownEconomics } from "../../domain/pricing/unit-economics.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { followSkus } from "../catalogue/rename/aliases.ts";
import type { ServiceContext } from "../context.ts";
import { readShopDays } from "../evaluation/read-days.ts";

/** Products of one test: their days are read and compared in one request. */
const PRODUCTS_MAX = 5_000;
/** Days of history that a plan looks at, and the fewest that tell anything. */
const HISTORY_DAYS = 84;
const HISTORY_LEAST = PRE_DAYS + 14;

type ProductRow = typeof products.$inferSelect;

export interface TestProducts {
  skus: { sku: string; cluster: string; days: SkuDays }[];
  histories: ClusterHistory[];
  /** products of the scope that cannot take part, by why */
  left: { cost: number; currency: number; heldOut: number; otherTest: number; region: number; sales: number };
}

/**
 * The products that a test may have, with their history.
 *
 * @throws ProblemError invalid if they are too many, none, or their history is too short
 */
export async function readTestProducts(
  ctx: ServiceContext,
  definition: TestDefinition,
  settings: Settings,
): Promise<TestProducts> {
  const rows = await productsInScope(ctx, definition);
  const catalogue = await ctx.db.$count(products, eq(products.status, "active"));
  const tested = await skusUnderTest(ctx);
  const left = { cost: 0, currency: 0, heldOut: 0, otherTest: 0, region: 0, sales: 0 };
  const isKept = (row: ProductRow) =>
    hasHoldOut(settings.holdOut, catalogue) && isHeldOut(row, settings.holdOut);
  const able = rows.filter((row) => {
    const why = tested.has(row.sku)
      ? "otherTest"
      : isKept(row)
        ? "heldOut"
        : row.currency !== settings.currency
          ? "currency"
          : row.unitCost === null
            ? "cost"
            : clusterOf(row, definition) === null
              ? "region"
              : null;
    if (why !== null) left[why]++;
    return why === null;
  });
  if (able.length === 0) throw refusal("no product of the scope can take part in a test", left);
  const skus = await withDays(ctx, able, definition, settings);
  const selling = skus.filter(({ days }) => days.units.some((units) => units > 0));
  left.sales = skus.length - selling.length;
  if (selling.length === 0) throw refusal("no product of the scope has sold anything", left);
  return { skus: selling, histories: byCluster(selling, able), left };
}

function refusal(message: string, left?: TestProducts["left"]): ProblemError {
  return new ProblemError("invalid", message, {
    errors: [{ path: "scope", code: "invalid", message }],
    ...(left && { extra: { left } }),
  });
}

async function productsInScope({ db }: ServiceContext, { scope }: TestDefinition): Promise<ProductRow[]> {
  const { category, brand, skus } = scope;
  const named = skus && (await followSkus(db, skus));
  const wanted: (SQL | undefined)[] = [
    eq(products.status, "active"),
    category === undefined ? undefined : eq(products.category, category),
    brand === undefined ? undefined : eq(products.brand, brand),
    named && isAmong(products.sku, named),
  ];
  const rows = await db
    .select()
    .from(products)
    .where(and(...wanted))
    .orderBy(asc(products.sku))
    .limit(PRODUCTS_MAX + 1);
  if (rows.length > PRODUCTS_MAX) throw refusal(`a test has at most ${PRODUCTS_MAX} products`);
  return rows;
}

async function skusUnderTest({ db }: ServiceContext): Promise<Set<string>> {
  const rows = await db
    .select({ sku: priceTestMembers.sku })
    .from(priceTestMembers)
    .innerJoin(priceTests, eq(priceTests.id, priceTestMembers.testId))
    .where(inArray(priceTests.status, ["running"]));
  return new Set(rows.map(({ sku }) => sku));
}

/** What is assigned together: the region of a tag `region:north`, else the family, else the product by itself. */
function clusterOf({ sku, family, tags }: ProductRow, { design, regionTag }: TestDefinition): string | null {
  if (design !== "region") return family === null ? sku : `family ${family}`;
  const tag = (tags ?? []).find((one) => one.startsWith(`${regionTag}:`));
  return tag ?? null;
}

async function withDays(
  ctx: ServiceContext,
  rows: readonly ProductRow[],
  definition: TestDefinition,
  settings: Settings,
): Promise<TestProducts["skus"]> {
  const today = dayNumber(civilDay(ctx.now, settings.timeZone));
  const asked = { first: today - HISTORY_DAYS, last: today - 1 };
  const found = await readShopDays(
    ctx,
    rows.map(({ sku }) => sku),
    asked,
  );
  let first = today;
  for (const days of found.values()) first = Math.min(first, days[0]?.day ?? today);
  if (today - first < HISTORY_LEAST)
    throw refusal(`there are ${today - first} days of demand; a plan needs ${HISTORY_LEAST}`);
  const span = { first, last: asked.last };
  return rows.map((row) => ({
    sku: row.sku,
    cluster: clusterOf(row, definition)!,
    days: skuDays(found.get(row.sku) ?? [], knownEconomics(row, settings)!, span),
  }));
}

/** The products' days, summed over those that are assigned together. */
function byCluster(skus: TestProducts["skus"], rows: readonly ProductRow[]): ClusterHistory[] {
  const categoryOf = new Map(rows.map(({ sku, category }) => [sku, category]));
  const clusters = new Map<string, ClusterHistory>();
  for (const { sku, cluster, days } of skus) {
    const sum = clusters.get(cluster) ?? {
      ...{ cluster, category: categoryOf.get(sku)! },
      profit: days.profit.map(() => 0),
      units: days.units.map(() => 0),
      revenue: days.revenue.map(() => 0),
    };
    for (const of of ["profit", "units", "revenue"] as const)
      for (let day = 0; day < days[of].length; day++) sum[of][day]! += days[of][day]!;
    clusters.set(cluster, sum);
  }
  return [...clusters.values()].sort((a, b) => (a.cluster < b.cluster ? -1 : 1));
}
