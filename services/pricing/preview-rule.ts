import { and, asc, eq, gt } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { products } from "../../db/schema.ts";
import { asksForMarket, fitsRule } from "../../domain/runs/price-rule-match.ts";
import type { RuleMatch } from "../../domain/settings/price-rules.ts";
import type { ServiceContext } from "../context.ts";
import { countingOffers } from "../market/market-products.ts";
import { readSettings } from "../settings/settings.ts";

const PRODUCTS_PER_READ = 2_000;
/** Products that are named in the answer. */
const NAMED_MAX = 10;

interface RulePreview {
  /** products on sale that the rule is for */
  products: number;
  /** products on sale */
  of: number;
  /** the first of them, by SKU */
  named: { sku: string; title: string }[];
}

/** For which products on sale a rule would be, whatever the rules before it take; nothing is kept. */
export async function previewRule(ctx: ServiceContext, match: RuleMatch): Promise<RulePreview> {
  const { settings } = await readSettings(ctx.d1);
  const found: RulePreview = { products: 0, of: 0, named: [] };
  found.of = await ctx.db.$count(products, eq(products.status, "active"));
  let after = "";
  while (true) {
    const page = await readCandidates(ctx, match, after);
    const offers = asksForMarket(match)
      ? await countingOffers(
          ctx,
          settings.signals,
          page.map(({ sku }) => sku),
        )
      : null;
    for (const product of page) {
      const present = () => (offers?.get(product.sku) ?? []).map(({ competitor }) => competitor);
      if (!fitsRule(match, product, present, settings)) continue;
      found.products += 1;
      if (found.named.length < NAMED_MAX) found.named.push({ sku: product.sku, title: product.title });
    }
    const last = page.at(-1);
    if (page.length < PRODUCTS_PER_READ || !last) return found;
    after = last.sku;
  }
}

/** Products on sale that meet the conditions which are lists of names, so that few are read for a narrow rule. */
function readCandidates({ db }: ServiceContext, match: RuleMatch, after: string) {
  const { sku, title, brand, category, tags, family, currency, price, stock } = products;
  const { unitCost, taxRate, feeRate, unitFee } = products;
  return db
    .select({
      ...{ sku, title, brand, category, tags, family, currency, price, stock },
      ...{ unitCost, taxRate, feeRate, unitFee },
    })
    .from(products)
    .where(
      and(
        eq(products.status, "active"),
        gt(sku, after),
        match.skus && isAmong(sku, match.skus),
        match.categories && isAmong(category, match.categories),
        match.brands && isAmong(brand, match.brands),
        match.families && isAmong(family, match.families),
      ),
    )
    .orderBy(asc(sku))
    .limit(PRODUCTS_PER_READ);
}
