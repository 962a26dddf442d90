import { addScaled, apply, inverse, symmetrised, transpose } from "../../base/matrix.ts";
import { OWN, type Prior } from "./prior.ts";
import { cloneState, type FilterState } from "./state.ts";
import type { Likelihood } from "./sufficient.ts";

/** Posterior of effects: mean and covariance (row-major). */
export interface Slopes {
  mean: number[];
  covariance: number[];
}

/** Posterior of a likelihood's effects under a prior, the information divided by the design effect of price spells. */
export function posteriorSlopes({ J, h }: Pick<Likelihood, "J" | "h">, prior: Prior): Slopes {
  const d = prior.mean.length;
  const share = 1 / (prior.designEffect ?? 1);
  const precision = inverse(prior.covariance, d);
  const covariance = inverse(symmetrised(addScaled(precision, J, share), d), d);
  return { covariance, mean: apply(covariance, addScaled(apply(precision, prior.mean), h, share)) };
}

/** The same effects with so many times another one added to the own one. */
export function ownPlus<T extends Slopes | Prior>(slopes: T, weight: number, other: number): T {
  const d = slopes.mean.length;
  const mean = [...slopes.mean];
  const covariance = [...slopes.covariance];
  mean[OWN]! += weight * mean[other]!;
  for (let j = 0; j < d; j++) covariance[OWN * d + j]! += weight * covariance[other * d + j]!;
  for (let j = 0; j < d; j++) covariance[j * d + OWN]! += weight * covariance[j * d + other]!;
  return { ...slopes, mean, covariance };
}

/** Mean and covariance of a mixture: the second with the given chance, else the first. */
export function mixed(first: Slopes, second: Slopes, chance: number): Slopes {
  const d = first.mean.length;
  const apart = addScaled(second.mean, first.mean, -1);
  const spread = (at: number) => chance * (1 - chance) * apart[Math.floor(at / d)]! * apart[at % d]!;
  return {
    mean: addScaled(first.mean, apart, chance),
    covariance: first.covariance.map(
      (value, at) => (1 - chance) * value + chance * second.covariance[at]! + spread(at),
    ),
  };
}

/** The first effects alone: those that a filter's state has, without the biases. */
export function firstOf<T extends Slopes | Prior>(slopes: T, count: number): T {
  const d = slopes.mean.length;
  const covariance = slopes.covariance.filter((_, at) => Math.floor(at / d) < count && at % d < count);
  return { ...slopes, mean: slopes.mean.slice(0, count), covariance };
}

/**
 * Gives a filter's state the effects that were learned elsewhere; the level follows by its regression K = P_0b P_bb⁻¹ on
 * them. Returns a new state.
 */
export function withSlopes(state: FilterState, slopes: Slopes, prior: Prior): FilterState {
  const d = slopes.mean.length;
  const p = d + 1;
  const cross: number[] = [];
  const block: number[] = [];
  for (let i = 1; i < p; i++) {
    cross.push(state.covariance[i]!);
    for (let j = 1; j < p; j++) block.push(state.covariance[i * p + j]!);
  }
  const K = apply(inverse(block, d), cross);
  const next = cloneState(state);
  next.prior = { ...prior, mean: [...prior.mean], covariance: [...prior.covariance] };
  const shift = addScaled(slopes.mean, state.mean.slice(1), -1);
  const spread = symmetrised(addScaled(slopes.covariance, block, -1), d);
  next.mean = [state.mean[0]! + dot(K, shift), ...slopes.mean];
  next.covariance[0] = Math.max(state.covariance[0]! + dot(K, apply(spread, K)), 1e-10);
  const newCross = apply(transpose(slopes.covariance, d), K);
  for (let i = 0; i < d; i++) {
    next.covariance[i + 1] = newCross[i]!;
    next.covariance[(i + 1) * p] = newCross[i]!;
    for (let j = 0; j < d; j++) next.covariance[(i + 1) * p + j + 1] = slopes.covariance[i * d + j]!;
  }
  return next;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
