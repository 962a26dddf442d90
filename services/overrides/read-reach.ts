import { count, eq } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import type { ProductRecord } from "../../db/reads/products.ts";
import { products } from "../../db/schema.ts";
import { concerns, hides, type OverriddenProduct, type Override } from "../../domain/ledger/overrides.ts";
import type { UnderlyingPrice } from "../../domain/ledger/served-price.ts";
import type { ServiceContext } from "../context.ts";
import { underlyingPrices } from "../pricing/served-price.ts";
import { asOverride, type OverrideRecord, overridesInForce } from "./read-overrides.ts";

/** What an override in force concerns, and what would be without it. */
export interface Reach {
  /** active products that it concerns */
  products: number;
  /** overrides in force that it stands in the way of, for one product at least */
  hides: OverrideRecord[];
  /** of one SKU: the price that would be served without any override, minor units */
  underneath: (UnderlyingPrice & { currency: string }) | null;
}

/** Products that every override concerns alike or not at all: those of a category and brand, or one SKU. */
interface Group extends OverriddenProduct {
  n: number;
}

/** The reach of each of these overrides, by id; of those that are over there is none. */
export async function readReach(
  ctx: ServiceContext,
  asked: readonly OverrideRecord[],
): Promise<Map<string, Reach>> {
  const { db, now } = ctx;
  const reach = new Map<string, Reach>();
  if (!asked.some(({ endedAt, expiresAt }) => endedAt === null && expiresAt > now)) return reach;
  const inForce = await overridesInForce(db, now);
  const skus = inForce.filter(({ scope }) => scope === "sku").map(({ key }) => key);
  const named = await db.select().from(products).where(isAmong(products.sku, skus));
  const groups = await readGroups(ctx, named);
  const underlying = await underlyingPrices(
    db,
    named.map((row) => ({ ...row, at: now })),
  );
  const known = inForce.map((record) => ({ record, override: asOverride(record) }));
  for (const { record, override } of known) {
    const concerned = groups.filter((group) => concerns(override, group));
    const isMet = (other: Override) => concerned.some((group) => concerns(other, group));
    const product = record.scope === "sku" ? named.find(({ sku }) => sku === record.key) : undefined;
    const underneath = product && underlying.get(product.sku);
    reach.set(record.id, {
      products: concerned.reduce((sum, { n }) => sum + n, 0),
      hides: known
        .filter((other) => hides(override, other.override) && isMet(other.override))
        .map((other) => other.record),
      underneath: underneath && product ? { ...underneath, currency: product.currency } : null,
    });
  }
  return reach;
}

async function readGroups({ db }: ServiceContext, named: readonly ProductRecord[]): Promise<Group[]> {
  const { category, brand, currency } = products;
  const all = await db
    .select({ category, brand, currency, n: count() })
    .from(products)
    .where(eq(products.status, "active"))
    .groupBy(category, brand, currency);
  const single = named.map((row) => ({ ...row, n: row.status === "active" ? 1 : 0 }));
  const isSame = (group: Omit<Group, "sku">, one: Group) =>
    group.category === one.category && group.brand === one.brand && group.currency === one.currency;
  const rest = all.map((group) => ({
    ...group,
    sku: "",
    n: group.n - single.filter((one) => isSame(group, one)).reduce((sum, { n }) => sum + n, 0),
  }));
  return [...rest.filter(({ n }) => n > 0), ...single];
}
