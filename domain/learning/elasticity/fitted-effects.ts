/**
 * Degrees of freedom that effects take: p - tr((X'V⁻¹X + P)⁻¹P) with the diagonal P of the priors' precisions, fewer than there
 * are effects where priors hold them (Hastie and Tibshirani 1990). `factor`: the Cholesky factor L of the bracket, row by row;
 * `held`: P in the same order.
 *
 * @example fittedEffects(Float64Array.of(2), Float64Array.of(3)) // .25: data say 1 of the 4 that are known
 */
export function fittedEffects(factor: Float64Array, held: Float64Array): number {
  const p = held.length;
  const column = new Float64Array(p);
  let freedom = p;
  for (let j = 0; j < p; j++) {
    if (held[j] === 0) continue;
    // the squared length of the j-th column of L⁻¹ is the variance of the effect
    let variance = 0;
    for (let i = j; i < p; i++) {
      let value = i === j ? 1 : 0;
      for (let l = j; l < i; l++) value -= factor[i * p + l]! * column[l]!;
      column[i] = value / factor[i * p + i]!;
      variance += column[i]! ** 2;
    }
    freedom -= held[j]! * variance;
  }
  return freedom;
}
