import { chancesOf } from "../../base/chances.ts";
import { Account, usualPrior } from "./account.ts";
import type { Hyper } from "./em.ts";
import { PROMOTION_CONFOUNDING, PROMOTION_SD, type PromotionBias, USUAL_PROMOTIONS } from "./prior.ts";
import type { Likelihood } from "./sufficient.ts";

/** Sds of biases, and the chance of each before any data. */
const OWN = [
  { sd: 0.3, chance: 0.15 },
  { sd: 0.6, chance: 0.25 },
  { sd: USUAL_PROMOTIONS.own, chance: 0.4 },
  { sd: 2, chance: 0.2 },
];
const BETWEEN = [
  { sd: 0.3, chance: 0.2 },
  { sd: 1, chance: 0.3 },
  { sd: USUAL_PROMOTIONS.between, chance: 0.5 },
];
/** So many SKUs tell it as well as all. */
const SKUS_MAX = 1_000;

/**
 * How biased it is what promotions and cycles teach, learned from how the effects of a SKU's promotions, of its other moves and of
 * what was drawn at random agree over the catalogue: Hausman's (1978) comparison, with the variances of its difference by evidence,
 * everything else integrated out. The root of the mean variance over a few sds, each weighed by its chance beforehand and by how
 * likely the data are under it. Where promotions are no more than cuts their effects are those of price, and they are believed as
 * other moves are; where they are advertised alike, what they have in common is soon known. The next run goes by it.
 *
 * @param categories the SKUs of each, by its name
 * @param likelihoodUnder a SKU's likelihood as it is pooled, if promotions are so biased
 */
export function promotionBias<T>(
  categories: ReadonlyMap<string, readonly T[]>,
  hyper: Hyper,
  likelihoodUnder: (member: T, promotions: PromotionBias) => Likelihood,
): PromotionBias {
  const at = hyper.names.indexOf(PROMOTION_CONFOUNDING);
  if (at < 0) return USUAL_PROMOTIONS;
  const every = Math.ceil(hyper.skus / SKUS_MAX);
  const prior = usualPrior(hyper);
  const found = OWN.flatMap((own) => {
    const account = new Account(hyper, hyper, prior);
    for (const [name, members] of categories) {
      const asked = members.filter((_, k) => k % every === 0);
      const told = asked.map((member) => likelihoodUnder(member, { ...USUAL_PROMOTIONS, own: own.sd }));
      account.add(told, hyper.categories[name]!.designEffect);
    }
    return BETWEEN.map((between) => ({
      ...{ own: own.sd, between: between.sd },
      log: Math.log(own.chance * between.chance) + account.evidence(withBetween(hyper, at, between.sd)),
    }));
  });
  const chances = chancesOf(found.map(({ log }) => log));
  const mean = (square: (one: PromotionBias) => number) =>
    Math.sqrt(found.reduce((sum, one, k) => sum + square(one) * chances[k]!, 0));
  return { own: mean(({ own }) => own ** 2), between: mean(({ between }) => between ** 2) };
}

/** The covariance of categories with another sd of the bias of their promotions. */
function withBetween({ between, names }: Hyper, at: number, sd: number): number[] {
  const d = names.length;
  return between.map((value, k) => (k === at * (d + 1) ? (sd / PROMOTION_SD) ** 2 : value));
}
