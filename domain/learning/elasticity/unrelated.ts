import { type EffectPrior, effectEvidence } from "./effect-evidence.ts";
import type { Identification } from "./identification.ts";
import type { Evidence } from "./instruments.ts";
import { coefficientDefaults } from "./prior.ts";

/** Effects of parts of the price that are no evidence, by the part's name. */
export type UnrelatedEffects = Readonly<Record<string, EffectPrior>>;

/**
 * What a price that moved with something else seems to do before any is seen: it may be far from an elasticity. Of a price that
 * follows a tenth of a season it is that of price and ten more.
 */
const USUAL: EffectPrior = { centre: coefficientDefaults("own").centre, variance: 8 ** 2 };
/** One SKU's worth of that is kept in how widely the effects spread. */
const USUAL_SKUS = 1;

/** What is known of the effect of such a part. */
export function unrelatedPrior(effects: UnrelatedEffects | undefined, name: string): EffectPrior {
  return effects?.[name] ?? USUAL;
}

/**
 * What parts of the price that are no evidence seem to do in this shop, over all SKUs: the mean and the spread of their effects
 * (DerSimonian and Laird 1986). The prices of a shop mostly follow a trend or season in the same way, so that its SKUs tell for each
 * other how much of what demand did was the trend or season itself, which goes on once proposals move the price.
 *
 * @param skus in SKU order, each with the parts that are no evidence
 */
export function unrelatedEffects(
  skus: readonly { identification: Identification; isUnrelated: (name: string) => boolean }[],
): UnrelatedEffects {
  const found = new Map<string, Evidence[]>();
  for (const { identification, isUnrelated } of skus) {
    const { names, parts } = identification;
    const isOut = (k: number) => k < parts && isUnrelated(names[k]!);
    const priorOf = (k: number): EffectPrior => {
      if (isOut(k)) return USUAL;
      const { centre, withinVariance, betweenVariance } = coefficientDefaults(k < parts ? "own" : names[k]!);
      return { centre, variance: withinVariance + betweenVariance };
    };
    for (let k = 0; k < parts; k++) {
      const evidence = isOut(k) ? effectEvidence(identification, k, priorOf) : null;
      if (evidence === null) continue;
      const known = found.get(names[k]!);
      if (known) known.push(evidence);
      else found.set(names[k]!, [evidence]);
    }
  }
  return Object.fromEntries([...found].map(([name, evidence]) => [name, meanEffect(evidence)]));
}

function meanEffect(evidence: readonly Evidence[]): EffectPrior {
  let total = 0;
  let squares = 0;
  let score = 0;
  for (const one of evidence) {
    total += one.information;
    squares += one.information ** 2;
    score += one.score;
  }
  const q = evidence.reduce(
    (sum, one) => sum + one.information * (one.score / one.information - score / total) ** 2,
    0,
  );
  const n = evidence.length;
  const free = total - squares / total;
  const seen = free > 0 ? Math.max(0, (q - (n - 1)) / free) : 0;
  const spread = (n * seen + USUAL_SKUS * USUAL.variance) / (n + USUAL_SKUS);
  let precision = 1 / USUAL.variance;
  let pull = USUAL.centre / USUAL.variance;
  for (const one of evidence) {
    const weight = 1 / (1 / one.information + spread);
    precision += weight;
    pull += (weight * one.score) / one.information;
  }
  return { centre: pull / precision, variance: spread + 1 / precision };
}
