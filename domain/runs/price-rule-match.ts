import { nearestMinor } from "../base/money.ts";
import { competitorKey } from "../intake/competitor-name.ts";
import type { SkuFeatures } from "../learning/features/sku-features.ts";
import { isBuyable } from "../messages/rows.ts";
import { knownEconomics, marginShare } from "../pricing/unit-economics.ts";
import { isFreshOffer } from "../settings/freshness.ts";
import { type ResolvedRule, type RuleMatch, resolveRule } from "../settings/price-rules.ts";
import type { Settings } from "../settings/settings.ts";
import type { PricedProduct } from "./priced-product.ts";

/** What the conditions of a rule ask of a product. Money in minor units. */
type MatchedProduct = Pick<
  PricedProduct,
  "sku" | "brand" | "category" | "tags" | "family" | "currency" | "price" | "stock" | Costs
>;
type Costs = "unitCost" | "taxRate" | "feeRate" | "unitFee";

/** Whether a value is among those named; without names every value is. */
function isAmong(names: readonly string[] | undefined, value: string | null | undefined): boolean {
  return names === undefined || (value != null && names.includes(value));
}

/** Whether a number is between two bounds; an unknown number is within no bound. */
function isWithin(value: number | null, from: number | undefined, to: number | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  return value !== null && (from === undefined || value >= from) && (to === undefined || value <= to);
}

function marginNow(own: MatchedProduct, settings: Pick<Settings, "pricesIncludeTax">): number | null {
  const economics = knownEconomics(own, settings);
  return economics && marginShare(own.price, economics);
}

/** Whether a rule asks which competitors there are. */
export function asksForMarket({ competitorsFrom, competitorsTo, competitors }: RuleMatch): boolean {
  return competitorsFrom !== undefined || competitorsTo !== undefined || competitors !== undefined;
}

function fitsMarket(match: RuleMatch, present: readonly string[]): boolean {
  const { competitorsFrom, competitorsTo, competitors } = match;
  if (!isWithin(present.length, competitorsFrom, competitorsTo)) return false;
  const keys = new Set(present.map(competitorKey));
  return competitors === undefined || competitors.some((competitor) => keys.has(competitorKey(competitor)));
}

/**
 * Whether a product meets every condition of a rule.
 *
 * @param present the competitors whose offers count; asked for only where a condition needs it
 */
export function fitsRule(
  match: RuleMatch,
  own: MatchedProduct,
  present: () => readonly string[],
  settings: Pick<Settings, "pricesIncludeTax">,
): boolean {
  const { skus, categories, brands, families, tags, marginFrom, marginTo } = match;
  const { currency, price } = own;
  const bound = (amount: string | undefined) =>
    amount === undefined ? undefined : nearestMinor(amount, currency);
  return (
    isAmong(skus, own.sku) &&
    isAmong(categories, own.category) &&
    isAmong(brands, own.brand) &&
    isAmong(families, own.family) &&
    (tags === undefined || (own.tags ?? []).some((tag) => tags.includes(tag))) &&
    isWithin(price, bound(match.priceFrom), bound(match.priceTo)) &&
    isWithin(own.stock, match.stockFrom, match.stockTo) &&
    (marginFrom === undefined && marginTo === undefined
      ? true
      : isWithin(marginNow(own, settings), marginFrom, marginTo)) &&
    (!asksForMarket(match) || fitsMarket(match, present()))
  );
}

/** The price rule for a product: of the active rules the first that fits it, by the order of the settings; null if none does. */
export function ruleFor(
  own: PricedProduct,
  features: SkuFeatures,
  settings: Settings,
  asOf: number,
): ResolvedRule | null {
  const present = () =>
    features.offers
      .filter((offer) => isBuyable(offer.availability) && isFreshOffer(offer, asOf, settings.signals))
      .map(({ competitor }) => competitor);
  const rule = settings.priceRules.find(
    ({ active, match }) => active && fitsRule(match, own, present, settings),
  );
  // a run of before there were strategies has none in its settings
  const { priceStrategies = [] } = settings as Partial<Settings>;
  return rule ? resolveRule(rule, priceStrategies) : null;
}
