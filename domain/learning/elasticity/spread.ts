import { addScaled, apply, diagonal, inverse, logDeterminant } from "../../base/matrix.ts";
import type { EmWorkspace } from "./em.ts";
import {
  type Category,
  type Information,
  informationOnTenant,
  type Levels,
  spreadBy,
  tenantVariance,
} from "./levels.ts";
import { coefficientDefaults } from "./prior.ts";

/** Variances of elasticities within a category as shares of the default one, and the chance of each beforehand. */
const SPREADS = [
  { share: 1 / 16, chance: 0.1 },
  { share: 1 / 8, chance: 0.1 },
  { share: 1 / 4, chance: 0.15 },
  { share: 1 / 2, chance: 0.2 },
  { share: 1, chance: 0.3 },
  { share: 2, chance: 0.15 },
] as const;

/**
 * How much elasticities differ beyond what the shop's prices tell: the mean of a few shares of the default variances by how
 * likely the data of the whole catalogue are under each, everything else integrated out. A variance is learned so and not as
 * a mode: where data say nothing it stays what it was, and where prices tell it all it may come down to next to nothing, which
 * a conjugate prior does not allow (Gelman 2006, Bayesian Analysis 1(3)).
 */
export function withSpread(
  categories: readonly Category[],
  level: Levels,
  start: Levels,
  em: EmWorkspace,
): Levels {
  const logs = SPREADS.map(
    ({ share, chance }) => Math.log(chance) + logEvidence(categories, spreadBy(share, level, start), em),
  );
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = SPREADS.reduce((sum, spread, k) => sum + (spread.share * weights[k]!) / total, 0);
  return spreadBy(share, level, start);
}

/** Log likelihood of all data given the variances, means integrated out, up to a constant. */
function logEvidence(
  categories: readonly Category[],
  { names, between, within }: Levels,
  em: EmWorkspace,
): number {
  const d = names.length;
  const precision = inverse(between, d);
  em.setWithin(within);
  let log = 0;
  let G = new Array<number>(d * d).fill(0);
  let k = new Array<number>(d).fill(0);
  for (const { data, designEffect } of categories) {
    const sums = em.categorySums(data);
    const share = 1 / designEffect;
    const told = { L: sums.M.map((value) => value * share), a: sums.a.map((value) => value * share) };
    log += sums.log * share + logMarginal(told, { precision, variance: between, centre: null }, d);
    const part = informationOnTenant(told, precision);
    G = addScaled(G, part.G, 1);
    k = addScaled(k, part.k, 1);
  }
  const variances = names.map((name) => tenantVariance(name, within));
  return (
    log +
    logMarginal(
      { L: G, a: k },
      {
        precision: diagonal(variances.map((variance) => 1 / variance)),
        variance: diagonal(variances),
        centre: names.map((name) => coefficientDefaults(name).centre),
      },
      d,
    )
  );
}

/**
 * ln ∫ exp(-½ m'Lm + a'm) N(m; centre, variance) dm. With the centre left open (null) it is that at 0: the rest is what
 * `informationOnTenant` says.
 */
function logMarginal(
  { L, a }: Information,
  {
    precision,
    variance,
    centre,
  }: { precision: readonly number[]; variance: readonly number[]; centre: readonly number[] | null },
  d: number,
): number {
  const both = addScaled(precision, L, 1);
  const pull = centre === null ? [...a] : addScaled(apply(precision, centre), a, 1);
  const mean = apply(inverse(both, d), pull);
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  const at = centre === null ? 0 : dot(centre, apply(precision, centre));
  return (dot(pull, mean) - at - logDeterminant(both, d) - logDeterminant(variance, d)) / 2;
}
