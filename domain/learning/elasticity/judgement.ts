import { distrustOf, historyAlone, isUnrelated, likelihoodUnder, ownEstimate } from "./confounding.ts";
import { type Change, changeOf, driftEvidence, sharedEvidence, withoutLoudest } from "./drift.ts";
import { type EndogeneityEvidence, pooledStatistics } from "./endogeneity.ts";
import type { Identification } from "./identification.ts";
import type { Evidence } from "./instruments.ts";
import type { Reason } from "./own-price.ts";
import { type PromotionBias, USUAL_PROMOTIONS } from "./prior.ts";
import type { Likelihood } from "./sufficient.ts";
import { type UnrelatedEffects, unrelatedEffects } from "./unrelated.ts";

/** What is held for true of a whole shop's history, before its elasticities are pooled. Plain JSON. */
export interface Judgement {
  /** Evidence on a change of elasticity of late, of the shop and by category, where all may have changed alike. */
  drift: Evidence | null;
  /** How biased it is what promotions teach; absent in what was judged before that was learned. */
  promotions?: PromotionBias;
  /** What parts of prices that are no evidence seem to do; absent in what was judged before that was learned. */
  unrelated?: UnrelatedEffects;
  categories: Record<string, { distrust: Reason | null; drift: Evidence | null }>;
}

/** A SKU as it is judged. */
export interface Judged {
  category: string;
  endogeneity: EndogeneityEvidence;
  identification: Identification;
}

/** |t| of a SKU's own price feedback above which its prices follow its demand. */
const FEEDBACK_T = 2.5;

/** Judges a shop's history; the SKUs in SKU order. `promotions`: how biased they are by what was learned so far. */
export function judge(skus: readonly Judged[], promotions = USUAL_PROMOTIONS): Judgement {
  // what is held against a history is not taken back because proposals have taught better since
  const estimates = skus.map(({ category, identification }) =>
    identification.reason === null
      ? ownEstimate(likelihoodUnder({ category, identification: historyAlone(identification) }, null))
      : null,
  );
  const drifts = skus.map(({ identification }) => driftEvidence(identification));
  const shop = {
    estimates: estimates.filter((estimate) => estimate !== null),
    zeros: skus.map(({ identification }) => identification.zeros),
  };
  const groups = Map.groupBy(skus.keys(), (i) => skus[i]!.category);
  const categories = [...groups.keys()].sort().map((name) => {
    const members = groups.get(name)!;
    const charges = {
      estimates: members.flatMap((i) => estimates[i] ?? []),
      zeros: members.map((i) => skus[i]!.identification.zeros),
      feedback: pooledStatistics(
        members.map((i) => skus[i]!.endogeneity),
        1,
      ).priceFeedback,
    };
    const drift = sharedEvidence(withoutLoudest(members.map((i) => drifts[i]!)));
    return [name, { distrust: distrustOf(charges, shop), drift }] as const;
  });
  const known = Object.fromEntries(categories);
  return {
    drift: sharedEvidence(categories.map(([, { drift }]) => drift)),
    promotions,
    unrelated: unrelatedEffects(
      skus.map(({ category, identification }) => ({
        identification,
        isUnrelated: (name) => isUnrelated(name, known[category]!.distrust ?? identification.reason),
      })),
    ),
    categories: known,
  };
}

/** What is believed of a change of a SKU's elasticity of late. */
export function changeUnder({ identification, category }: Judged, judgement: Judgement): Change {
  const own = driftEvidence(identification);
  return changeOf(own, judgement.categories[category]?.drift ?? null, judgement.drift);
}

/** A SKU's likelihood for pooling, under what is held for true of the shop. */
export function judgedLikelihood(sku: Judged, judgement: Judgement): Likelihood {
  const distrust = judgement.categories[sku.category]?.distrust ?? null;
  return likelihoodUnder(sku, distrust, {
    isSuspect: isSuspect(sku),
    change: changeUnder(sku, judgement),
    ...(judgement.promotions && { promotions: judgement.promotions }),
    unrelated: judgement.unrelated,
  });
}

/** Whether a SKU's prices follow its own demand. */
function isSuspect({ endogeneity }: Pick<Judged, "endogeneity">): boolean {
  return Math.abs(pooledStatistics([endogeneity], 1).priceFeedback ?? 0) > FEEDBACK_T;
}

/**
 * Why a SKU's own history says little or nothing of its elasticity, the most telling first; empty where it can be learned
 * from, or where proposals and drawn prices, which are not concerned, have told it since (`isKnown`).
 */
export function reasonsOf(sku: Judged, judgement: Judgement, isKnown: boolean): Reason[] {
  const { reason, isProposedOfLate } = sku.identification;
  const distrust = judgement.categories[sku.category]?.distrust ?? null;
  const held = reason ?? distrust ?? (isSuspect(sku) ? "demand-driven" : null);
  if (held !== null && !(isKnown && isProposedOfLate)) return [held];
  const own = ownEstimate(judgedLikelihood(sku, judgement));
  return own && own.mean > 0 ? ["wrong-sign"] : [];
}

/** The reasons in words. */
export const REASON_TEXT: Readonly<Record<Reason, string>> = {
  "few-days": "fewer than 28 days of sales are known",
  "price-still": "the price hardly ever moved",
  "trend-or-season": "the price moved with trend or season, as demand does by itself",
  calendar: "the price moved with weekdays or days of the month, as demand does by itself",
  promotions: "the price moved only with promotions, which move demand by themselves",
  category: "the price moved only together with the whole category",
  cycle: "the price repeats itself in a cycle that may have been timed by demand",
  "demand-driven": "the price followed demand",
  "wrong-sign": "demand seems to rise with the price: something else moved both",
  implausible: "the effect of price is larger than any known: something else moved both",
  "sold-out-zeros": "days without a sale look like empty shelves: report them as out of stock",
  "unflagged-promotions": "the price was cut and raised again without a promotion being reported",
};
