import { addScaled, inverse, symmetrised } from "../../base/matrix.ts";
import { aligned } from "./align.ts";
import { EmWorkspace, type Hyper } from "./em.ts";
import { categoryMean, informationOnTenant, tenantMean } from "./levels.ts";
import { coefficientDefaults, INCUMBENT, type Prior } from "./prior.ts";
import { ownPlus } from "./slopes.ts";
import { designEffect } from "./spells.ts";
import type { Likelihood } from "./sufficient.ts";

/**
 * Prior of one SKU from the others of its category (leave-one-out): N(μ_-i, V_-i + Σ) with the SKU's own
 * contribution taken out of the category posterior, so that its data are not used twice. A category that
 * was not pooled gets the tenant's N(g, T + Σ).
 */
export function skuPrior(hyper: Hyper, stat: Likelihood): Prior {
  const d = hyper.names.length;
  const category = hyper.categories[stat.category];
  if (category === undefined) {
    const spread = addScaled(hyper.between, hyper.uncertainty, 1);
    return restricted(hyper, stat, hyper.centre, addScaled(spread, hyper.within, 1));
  }
  const { em, precision, onTenant } = prepared(hyper);
  const { M, a } = em.categorySums(aligned([stat], hyper));
  const share = -1 / category.designEffect;
  const others = {
    L: symmetrised(addScaled(category.information.L, M, share), d),
    a: addScaled(category.information.a, a, share),
  };
  const before = onTenant[stat.category]!;
  const after = informationOnTenant(others, precision);
  const tenant = tenantMean(
    {
      G: symmetrised(addScaled(addScaled(hyper.information.G, before.G, -1), after.G, 1), d),
      k: addScaled(addScaled(hyper.information.k, before.k, -1), after.k, 1),
    },
    hyper,
  );
  const { mean, covariance } = categoryMean(others, precision, tenant);
  return restricted(hyper, stat, mean, addScaled(limited(covariance, hyper), hyper.within, 1));
}

/**
 * Prior of any SKU of a category, N(μ_c, V_c + Σ), at its usual price, for its first coefficients by name; null where one
 * of them was never pooled.
 */
export function categoryPrior(hyper: Hyper, category: string, names: readonly string[]): Prior | null {
  if (!names.every((name) => hyper.names.includes(name))) return null;
  const pooled = hyper.categories[category];
  const mean = pooled?.mean ?? hyper.centre;
  const spread = pooled ? limited(pooled.covariance, hyper) : addScaled(hyper.between, hyper.uncertainty, 1);
  const base = { mean: [...mean], covariance: addScaled(spread, hyper.within, 1) };
  const at = hyper.names.indexOf(INCUMBENT);
  const priced = pooled?.priced ?? hyper.priced ?? 0;
  const prior = at < 0 ? base : ownPlus(base, priced, at);
  return marginal(hyper, names, prior.mean, prior.covariance);
}

/** What all SKUs of a pool share, made once: Σ⁻¹, T⁻¹ and what each category says of the tenant mean. */
interface Prepared {
  em: EmWorkspace;
  precision: number[];
  onTenant: Record<string, { G: number[]; k: number[] }>;
}

const known = new WeakMap<Hyper, Prepared>();

function prepared(hyper: Hyper): Prepared {
  let one = known.get(hyper);
  if (one === undefined) {
    const d = hyper.names.length;
    const precision = inverse(hyper.between, d);
    const categories = Object.entries(hyper.categories);
    const parts = categories.map(([name, { information }]) => [
      name,
      informationOnTenant(information, precision),
    ]);
    one = { em: new EmWorkspace(d), precision, onTenant: Object.fromEntries(parts) };
    one.em.setWithin(hyper.within);
    known.set(hyper, one);
  }
  return one;
}

/** Least share of the category mean's variance that is kept when it is limited. */
const SHARE_MIN = 0.25;

/**
 * Scales the covariance of a category mean so that, with Σ added, no coefficient is vaguer than before
 * pooling: not knowing the category never makes a SKU's prior wider than the default. Learned heterogeneity
 * Σ may.
 */
function limited(covariance: readonly number[], hyper: Hyper): number[] {
  const d = hyper.names.length;
  const scale = hyper.names.map((name, k) => {
    const { withinVariance, betweenVariance, tenantVariance } = coefficientDefaults(name, hyper.weekly);
    const room = withinVariance + betweenVariance + tenantVariance - hyper.within[k * d + k]!;
    const share = room / covariance[k * d + k]!;
    return Math.sqrt(Math.min(1, Math.max(SHARE_MIN, share)));
  });
  return covariance.map((value, at) => value * scale[Math.floor(at / d)]! * scale[at % d]!);
}

/**
 * Marginal of a normal over the hyper's coefficients for the names that a SKU has, with its design effect.
 */
function restricted(
  hyper: Hyper,
  { names, spells }: Likelihood,
  mean: readonly number[],
  covariance: readonly number[],
): Prior {
  if (!names.every((name) => hyper.names.includes(name)))
    throw new RangeError(`coefficients not pooled: ${names.join()}`);
  const prior = marginal(hyper, names, mean, covariance);
  return { ...prior, designEffect: designEffect(spells, hyper.spellRatio) };
}

function marginal(
  hyper: Hyper,
  names: readonly string[],
  mean: readonly number[],
  covariance: readonly number[],
): Prior {
  const d = hyper.names.length;
  const at = names.map((name) => hyper.names.indexOf(name));
  return {
    mean: at.map((i) => mean[i]!),
    covariance: at.flatMap((i) => at.map((j) => covariance[i * d + j]!)),
  };
}
