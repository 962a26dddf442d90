import { uniform } from "../base/keyed-random.ts";
import type { Hyper } from "../learning/elasticity/em.ts";
import type { Judgement } from "../learning/elasticity/judgement.ts";
import { OWN } from "../learning/elasticity/prior.ts";
import { leastWorth, trialCost, trialWorth } from "../pricing/decision/trial-worth.ts";
import { textKey } from "../pricing/optimisation/thompson.ts";
import type { Pooled, PoolInput } from "./learned.ts";
import type { RunManifest } from "./manifest.ts";
import { believedOf, judgedOf } from "./sku-posterior.ts";

/** SKUs that tell how much trying is worth and costs: of a larger catalogue a sample, drawn by name, tells it as well. */
const SAMPLED = 5_000;

/** A chance of the shop's prices being right that is small enough to be done with. */
const RULED_OUT = 0.05;

/** What a sold unit leaves in the mean over all units of a currency, as far as it is known. */
export function contributionsOf(sorted: readonly PoolInput[]): Record<string, number> {
  const sums = new Map<string, { money: number; units: number }>();
  for (const { currency, contribution, meanUnits } of sorted) {
    if (contribution === undefined || !(meanUnits > 0)) continue;
    const known = sums.get(currency) ?? { money: 0, units: 0 };
    sums.set(currency, known);
    known.money += contribution * meanUnits;
    known.units += meanUnits;
  }
  return Object.fromEntries([...sums].map(([currency, { money, units }]) => [currency, money / units]));
}

/**
 * By currency, what a trial has to be worth to be made for certain, so that all trials of the next night's decisions together
 * keep to the budget. None as long as the shop's prices may be right: that is a question to all products together. A product of
 * unknown cost is not tried.
 */
export function trialsByWorth(
  inputs: readonly PoolInput[],
  { hyper, judgement }: { hyper: Hyper; judgement: Judgement },
  { seed, settings }: RunManifest,
): Pick<Pooled, "leastWorth"> {
  const { each, inTheMean } = hyper.pricesRight ?? { each: 0, inTheMean: 0 };
  if (each + inTheMean > RULED_OUT) return {};
  const { weeklyBudget, step } = settings.exploration;
  const share = SAMPLED / inputs.length;
  const sample = inputs.filter(
    ({ sufficient: { sku }, contribution, meanUnits }) =>
      contribution !== undefined && meanUnits > 0 && uniform(seed, textKey(sku)) < share,
  );
  const least = [...Map.groupBy(sample, ({ currency }) => currency)].map(([currency, members]) => {
    const earned = members.map((member) => member.contribution! * member.meanUnits);
    const offers = members.map((member, i) => {
      const { mean, covariance } = believedOf(judgedOf(member), hyper, judgement).slopes;
      const response = { mean: mean[OWN]!, sd: Math.sqrt(covariance[0]!) };
      const worth = trialWorth(response, member.meanUnits / member.dispersion);
      return { worth, cost: trialCost(response, step) * earned[i]! };
    });
    const budget = weeklyBudget * earned.reduce((sum, money) => sum + money, 0);
    return [currency, leastWorth(offers, budget)] as const;
  });
  return { leastWorth: Object.fromEntries(least) };
}
