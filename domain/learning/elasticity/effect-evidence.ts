import { apply, inverse } from "../../base/matrix.ts";
import type { Identification } from "./identification.ts";
import type { Evidence } from "./instruments.ts";

/** What is known of an effect beforehand. */
export interface EffectPrior {
  centre: number;
  variance: number;
}

const INFORMATION_MIN = 1e-3;

/**
 * What a SKU's history says of one of the effects in its identification, all others eliminated under their priors; null where it
 * says nothing. Its estimate is score / information, with a variance of 1 / information.
 */
export function effectEvidence(
  { J, h }: Pick<Identification, "J" | "h">,
  at: number,
  priorOf: (effect: number) => EffectPrior,
): Evidence | null {
  const q = h.length;
  const rest = h.flatMap((_, i) => (i === at ? [] : [i]));
  const block = rest.flatMap((i) => rest.map((j) => J[i * q + j]!));
  const pull = rest.map((i) => h[i]!);
  rest.forEach((i, k) => {
    const { centre, variance } = priorOf(i);
    block[k * rest.length + k]! += 1 / variance;
    pull[k]! += centre / variance;
  });
  const covariance = inverse(block, rest.length);
  const cross = rest.map((i) => J[at * q + i]!);
  const gain = apply(covariance, cross);
  const sum = (values: readonly number[]) => gain.reduce((total, value, k) => total + value * values[k]!, 0);
  const information = J[at * q + at]! - sum(cross);
  return information > INFORMATION_MIN ? { score: h[at]! - sum(pull), information } : null;
}
