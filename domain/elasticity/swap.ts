import { addScaled, apply, inverse, symmetrised, transpose } from "../statistics/matrix.ts";
import { clonePrior, type Prior } from "./prior.ts";
import { cloneState, type FilterState } from "./state.ts";
import { rawInformation } from "./sufficient.ts";

/**
 * Replaces the prior a state ran under, keeping the information its data gave: P_bb' = (J + S'⁻¹)⁻¹, m_b' =
 * P_bb'(h + S'⁻¹u'); the level follows by its regression K = P_0b P_bb⁻¹ on b. Swapping to the same prior
 * twice equals swapping once. Returns a new state.
 */
export function swapPrior(state: FilterState, prior: Prior): FilterState {
  const d = prior.mean.length;
  const p = d + 1;
  const { J, h } = rawInformation(state);
  const priorPrecision = inverse(prior.covariance, d);
  const block = inverse(addScaled(J, priorPrecision, 1), d);
  const mean = apply(block, addScaled(h, apply(priorPrecision, prior.mean), 1));
  const oldBlock: number[] = [];
  const cross: number[] = [];
  for (let i = 1; i < p; i++) {
    cross.push(state.covariance[i]!);
    for (let j = 1; j < p; j++) oldBlock.push(state.covariance[i * p + j]!);
  }
  const K = apply(inverse(oldBlock, d), cross);
  const difference = symmetrised(addScaled(block, oldBlock, -1), d);
  const next = cloneState(state);
  next.prior = clonePrior(prior);
  const shift = addScaled(mean, state.mean.slice(1), -1);
  next.mean = [state.mean[0]! + dot(K, shift), ...mean];
  next.covariance[0] = Math.max(state.covariance[0]! + dot(K, apply(difference, K)), 1e-10);
  const newCross = apply(transpose(block, d), K);
  for (let i = 0; i < d; i++) {
    next.covariance[i + 1] = newCross[i]!;
    next.covariance[(i + 1) * p] = newCross[i]!;
    for (let j = 0; j < d; j++) next.covariance[(i + 1) * p + j + 1] = block[i * d + j]!;
  }
  return next;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
