import { nearestMinor } from "../base/money.ts";
import { competitorKey } from "../intake/competitor-name.ts";
import type { SkuFeatures } from "../learning/features/sku-features.ts";
import { isBuyable } from "../messages/rows.ts";
import { knownEconomics, marginShare } from "../pricing/unit-economics.ts";
import { isFreshOffer } from "../settings/freshness.ts";
import type { PriceRule } from "../settings/price-rules.ts";
import type { Settings } from "../settings/settings.ts";
import type { PricedProduct } from "./priced-product.ts";

type Match = PriceRule["match"];

/** Whether a value is among those named; without names every value is. */
function isAmong(names: readonly string[] | undefined, value: string | null | undefined): boolean {
  return names === undefined || (value != null && names.includes(value));
}

/** Whether a number is between two bounds; an unknown number is within no bound. */
function isWithin(value: number | null, from: number | undefined, to: number | undefined): boolean {
  if (from === undefined && to === undefined) return true;
  return value !== null && (from === undefined || value >= from) && (to === undefined || value <= to);
}

function marginNow(own: PricedProduct, settings: Settings): number | null {
  const economics = knownEconomics(own, settings);
  return economics && marginShare(own.price, economics);
}

function fitsMarket(match: Match, features: SkuFeatures, settings: Settings, asOf: number): boolean {
  const { competitorsFrom, competitorsTo, competitors } = match;
  if (competitorsFrom === undefined && competitorsTo === undefined && competitors === undefined) return true;
  const present = features.offers
    .filter((offer) => isBuyable(offer.availability) && isFreshOffer(offer, asOf, settings.signals))
    .map(({ competitor }) => competitorKey(competitor));
  if (!isWithin(present.length, competitorsFrom, competitorsTo)) return false;
  return (
    competitors === undefined || competitors.some((competitor) => present.includes(competitorKey(competitor)))
  );
}

function fits(
  match: Match,
  own: PricedProduct,
  features: SkuFeatures,
  settings: Settings,
  asOf: number,
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
    fitsMarket(match, features, settings, asOf)
  );
}

/** The price rule for a product: of the active rules the first that fits it, by the order of the settings; null if none does. */
export function ruleFor(
  own: PricedProduct,
  features: SkuFeatures,
  settings: Settings,
  asOf: number,
): PriceRule | null {
  const rule = settings.priceRules.find(
    ({ active, match }) => active && fits(match, own, features, settings, asOf),
  );
  return rule ?? null;
}
