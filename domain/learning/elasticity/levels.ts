import { addScaled, apply, inverse, multiply, outer, symmetrised } from "../../base/matrix.ts";
import type { EmData, EmWorkspace } from "./em.ts";
import { coefficientDefaults, isCommon, OWN } from "./prior.ts";

/** Hyperparameters of the three levels: see `Hyper`. */
export interface Levels {
  names: readonly string[];
  centre: readonly number[];
  uncertainty: readonly number[];
  between: readonly number[];
  within: readonly number[];
}

/** Information about a mean, and its vector. */
export interface Information {
  L: number[];
  a: number[];
}

/** A category in the course of pooling. */
export interface Category {
  name: string;
  data: EmData;
  designEffect: number;
  mean: number[];
  covariance: number[];
  information: Information;
}

/** Pseudo-observations behind the default Σ and T. */
const WITHIN_WEIGHT = 5;
const BETWEEN_WEIGHT = 4;

/** One EM pass: category posteriors given the levels, then the levels given them. */
export function levelsAfter(
  categories: readonly Category[],
  level: Levels,
  start: Levels,
  em: EmWorkspace,
): Levels {
  const d = level.centre.length;
  const precision = inverse(level.between, d);
  em.setWithin(level.within);
  em.resetScatter();
  for (const category of categories) category.information = toldOf(category, em).information;
  const tenant = tenantMean(tenantInformation(categories, level), level);
  let between = new Array<number>(d * d).fill(0);
  for (const category of categories) {
    const { mean, covariance, given } = categoryMean(category.information, precision, tenant);
    category.mean = mean;
    category.covariance = covariance;
    em.addScatter(category.data, mean, given);
    // variance of μ_c - g: what g's uncertainty moves both by is not between them
    const pull = multiply(given, precision, d).map((value, at) => value - (at % (d + 1) === 0 ? 1 : 0));
    const spread = addScaled(given, sandwich(pull, tenant.covariance, d), 1);
    const apart = outer(addScaled(mean, tenant.mean, -1));
    between = between.map((value, at) => value + spread[at]! + apart[at]!);
  }
  const count = categories.reduce((sum, { data }) => sum + data.skus, 0);
  const within = learned({ scatter: em.scatter, count }, start.within, WITHIN_WEIGHT);
  between = learned({ scatter: between, count: categories.length }, start.between, BETWEEN_WEIGHT);
  return {
    names: level.names,
    centre: tenant.mean,
    uncertainty: tenant.covariance,
    within: held(symmetrised(within, d), start.within, level.names),
    between: held(between, start.between, level.names),
  };
}

/** What a category's data say of its mean, and their log likelihood at a mean of 0. */
export interface Told {
  information: Information;
  log: number;
}

/** What a category's data say under the variance within categories that `em` was given. */
export function toldOf(
  { data, designEffect }: Pick<Category, "data" | "designEffect">,
  em: EmWorkspace,
): Told {
  const { M, a, log } = em.categorySums(data);
  const share = 1 / designEffect;
  const part = (values: readonly number[]) => values.map((value) => value * share);
  return { information: { L: part(M), a: part(a) }, log: log * share };
}

/**
 * The levels with a share of the default variance of the elasticity, within categories or between them, its correlations with
 * other effects as they are. How large the share is, `withSpread` says: a mode does not tell it.
 */
export function spreadBy(share: number, level: Levels, start: Levels, at: "within" | "between"): Levels {
  const d = level.names.length;
  const scale = Math.sqrt((share * start[at][OWN]!) / level[at][OWN]!);
  const spread = level[at].map(
    (value, k) => value * (Math.floor(k / d) === OWN ? scale : 1) * (k % d === OWN ? scale : 1),
  );
  return { ...level, [at]: spread };
}

/** The levels with the variances of the elasticity that others have. */
export function spreadAs(other: Levels, level: Levels): Levels {
  return spreadBy(1, spreadBy(1, level, other, "within"), other, "between");
}

/**
 * Variance of the tenant mean of a coefficient before any data. Where a shop's elasticities differ less than usual among
 * themselves they may differ the more from other shops': how much all elasticities differ is known (Bijmolt, van Heerde and
 * Pieters 2005).
 */
export function tenantVariance(
  name: string,
  { within, between }: Pick<Levels, "within" | "between">,
): number {
  const usual = coefficientDefaults(name);
  if (name !== "own") return usual.tenantVariance;
  const left = (variance: number, learned: number) => Math.max(0, variance - learned);
  return (
    usual.tenantVariance +
    left(usual.withinVariance, within[OWN]!) +
    left(usual.betweenVariance, between[OWN]!)
  );
}

/** Covariance from Σ of outer products, with so many pseudo-observations of the default. */
function learned(
  { scatter, count }: { scatter: ArrayLike<number>; count: number },
  start: readonly number[],
  weight: number,
): number[] {
  return start.map((value, at) => (weight * value + scatter[at]!) / (weight + count));
}

/** The variances of what is common to a category are not learned: the confounding's nothing tells from those of elasticity. */
function held(matrix: readonly number[], start: readonly number[], names: readonly string[]): number[] {
  const d = names.length;
  const isHeld = names.map(isCommon);
  return matrix.map((value, at) => (isHeld[Math.floor(at / d)]! || isHeld[at % d]! ? start[at]! : value));
}

/** A mean with its covariance. */
export interface Mean {
  mean: number[];
  covariance: number[];
}

/** Posterior of the tenant mean under its prior. */
export function tenantMean(
  { G, k }: { G: readonly number[]; k: readonly number[] },
  { names, ...spread }: Pick<Levels, "names" | "within" | "between">,
): Mean {
  const d = names.length;
  const precision = [...G];
  const pull = [...k];
  names.forEach((name, i) => {
    const variance = tenantVariance(name, spread);
    precision[i * d + i]! += 1 / variance;
    pull[i]! += coefficientDefaults(name).centre / variance;
  });
  const covariance = inverse(precision, d);
  return { covariance, mean: apply(covariance, pull) };
}

/**
 * Posterior of a category mean: given g, V = (T⁻¹ + L)⁻¹ and μ = V(T⁻¹g + a); g's own covariance V_g comes on top as
 * V T⁻¹ V_g T⁻¹ V. `given`: V alone.
 */
export function categoryMean(
  { L, a }: Information,
  precision: readonly number[],
  tenant: Mean,
): Mean & { given: number[] } {
  const d = a.length;
  const given = inverse(symmetrised(addScaled(precision, L, 1), d), d);
  const mean = apply(given, addScaled(apply(precision, tenant.mean), a, 1));
  const spread = sandwich(multiply(given, precision, d), tenant.covariance, d);
  return { mean, given, covariance: symmetrised(addScaled(given, spread, 1), d) };
}

/** A V A'. */
function sandwich(A: readonly number[], V: readonly number[], d: number): number[] {
  const left = multiply(A, V, d);
  const out = new Array<number>(d * d).fill(0);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < d; k++) out[i * d + j]! += left[i * d + k]! * A[j * d + k]!;
    }
  }
  return out;
}

/**
 * What a category says of the tenant mean, its own heterogeneity integrated out: L - L(L + T⁻¹)⁻¹L, and the same of the
 * vector.
 */
export function informationOnTenant({ L, a }: Information, precision: readonly number[]) {
  const d = a.length;
  const gain = multiply(L, inverse(symmetrised(addScaled(L, precision, 1), d), d), d);
  return { G: addScaled(L, multiply(gain, L, d), -1), k: addScaled(a, apply(gain, a), -1) };
}

/** The same of all categories together; no prior on g in it. */
export function tenantInformation(
  categories: readonly Pick<Category, "information">[],
  level: Pick<Levels, "centre" | "between">,
) {
  const d = level.centre.length;
  const precision = inverse(level.between, d);
  let G = new Array<number>(d * d).fill(0);
  let k = new Array<number>(d).fill(0);
  for (const { information } of categories) {
    const part = informationOnTenant(information, precision);
    G = addScaled(G, part.G, 1);
    k = addScaled(k, part.k, 1);
  }
  return { G: symmetrised(G, d), k };
}
