import { formatMoney, formatPercent, nearestMinor } from "../../base/money.ts";
import { median } from "../../base/quantile.ts";
import { competitorKey } from "../../intake/competitor-name.ts";
import { type MarketOffer, weightedMean } from "../../learning/features/market.ts";
import type { RuleStep } from "../../settings/price-rules.ts";
import type { PricingInputs } from "../inputs.ts";
import type { Strategy } from "./strategy.ts";

/** What a rule's step measures from, in minor units, and in words. */
interface Anchor {
  price: number;
  words: string;
}

/** Offers that count for a step, cheapest first. */
function offersOf({ market }: PricingInputs, { only, except }: RuleStep): readonly MarketOffer[] {
  const { offers = [] } = market;
  if (only === undefined && except === undefined) return offers;
  const [included, excluded] = [only?.map(competitorKey), except?.map(competitorKey)];
  return offers.filter(({ competitor }) => {
    const key = competitorKey(competitor);
    return (included?.includes(key) ?? true) && !(excluded?.includes(key) ?? false);
  });
}

/** The average of a step: by the rule's own weights where it has any. */
function averageOf(offers: readonly MarketOffer[], weights: RuleStep["weights"]): number {
  const given = new Map(Object.entries(weights ?? {}).map(([name, weight]) => [competitorKey(name), weight]));
  return weightedMean(
    offers.map((offer) => ({ ...offer, weight: given.get(competitorKey(offer.competitor)) ?? offer.weight })),
  );
}

const OUR_ANCHORS: ReadonlySet<RuleStep["anchor"]> = new Set(["cost", "base", "msrp"]);

function ourAnchor({ unitCost, msrp, basePrice, price }: PricingInputs, { anchor }: RuleStep): Anchor | null {
  if (anchor === "cost") return unitCost === null ? null : { price: unitCost, words: "the unit cost" };
  if (anchor === "msrp") return msrp === null ? null : { price: msrp, words: "the recommended price" };
  return { price: basePrice ?? price, words: "the price of the catalogue" };
}

/** The one offer that a step measures from, and in words which it is. */
function oneOffer(offers: readonly MarketOffer[], { anchor, n, competitor }: RuleStep) {
  if (anchor === "cheapest") return { offer: offers[0], words: "the cheapest competitor" };
  if (anchor === "highest") return { offer: offers.at(-1), words: "the dearest competitor" };
  if (anchor === "nth") return { offer: offers[n! - 1], words: `number ${n} from the cheapest` };
  const key = competitorKey(competitor!);
  return { offer: offers.find((one) => competitorKey(one.competitor) === key), words: "the offer asked for" };
}

function anchorOf(inputs: PricingInputs, step: RuleStep): Anchor | null {
  if (OUR_ANCHORS.has(step.anchor)) return ourAnchor(inputs, step);
  const offers = offersOf(inputs, step);
  if (offers.length === 0) return null;
  const money = (minor: number) => formatMoney(Math.round(minor), inputs.currency);
  if (step.anchor === "average" || step.anchor === "median") {
    const isMedian = step.anchor === "median";
    const price = isMedian ? median(offers.map((one) => one.price)) : averageOf(offers, step.weights);
    return { price, words: `the competitors' ${step.anchor}, ${money(price)}` };
  }
  const { offer, words } = oneOffer(offers, step);
  return offer
    ? { price: offer.price, words: `${words} (${offer.competitor}, ${money(offer.price)})` }
    : null;
}

function distanceInWords({ share, amount }: RuleStep, currency: string): string {
  const parts = [];
  if (share !== 0) parts.push(`${formatPercent(Math.abs(share))} ${share < 0 ? "below" : "above"}`);
  const minor = nearestMinor(amount, currency);
  if (minor !== 0) parts.push(`${formatMoney(Math.abs(minor), currency)} ${minor < 0 ? "below" : "above"}`);
  return parts.length === 0 ? "equal to" : parts.join(" and ");
}

/**
 * A price rule: the first step whose anchor is known says what is wanted, anchor · (1 + share) + amount. Without any it
 * leaves the decision to what the rule names otherwise.
 *
 * @example cheapest 80.00, share -0.02, amount "-0.40" // 80.00 · 0.98 - 0.40 = 78.00
 */
export const priceRule: Strategy = {
  name: "price_rule",
  // the rule itself says how far from the market: guards against undercutting oneself would bend it
  followsMarket: false,
  plan: (inputs, { rule }) => {
    const by = rule?.strategyName === undefined ? "" : ` by strategy "${rule.strategyName}"`;
    for (const step of rule?.steps ?? []) {
      const anchor = anchorOf(inputs, step);
      if (anchor === null) continue;
      const price = anchor.price * (1 + step.share) + nearestMinor(step.amount, inputs.currency);
      return {
        kind: "target",
        price: Math.max(price, 1),
        confidence: OUR_ANCHORS.has(step.anchor) ? 1 : inputs.market.confidence,
        why: `rule "${rule!.name}"${by}: ${distanceInWords(step, inputs.currency)} ${anchor.words}`,
      };
    }
    const why = `rule "${rule?.name}"${by}: none of its anchors is known`;
    return { kind: "hold", confidence: 0, why, isStranded: true };
  },
};
