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

/** Variances of elasticities as shares of the default ones, and the chance of each beforehand. */
const WITHIN = [
  { share: 1 / 16, chance: 0.1 },
  { share: 1 / 8, chance: 0.1 },
  { share: 1 / 4, chance: 0.15 },
  { share: 1 / 2, chance: 0.2 },
  { share: 1, chance: 0.3 },
  { share: 2, chance: 0.15 },
];
const BETWEEN = [
  { share: 1 / 16, chance: 0.15 },
  { share: 1 / 4, chance: 0.25 },
  { share: 1, chance: 0.45 },
  { share: 2.5, chance: 0.15 },
];

/**
 * How much elasticities differ beyond what the shop's prices tell, within categories and then between them: the mean of a few
 * shares of the default variance by how likely the data of the whole catalogue are under each, everything else integrated out.
 * A variance is learned so and not as a mode: where data say nothing it stays what it was, and where prices tell it all it may
 * come down to next to nothing, which a conjugate prior does not allow (Gelman 2006, Bayesian Analysis 1(3)).
 */
export function withSpread(
  categories: readonly Category[],
  level: Levels,
  start: Levels,
  em: EmWorkspace,
): Levels {
  const within = likeliest(WITHIN, (share) => {
    const tried = spreadBy(share, level, start, "within");
    return logEvidence(told(categories, tried, em), tried);
  });
  const known = spreadBy(within, level, start, "within");
  const sums = told(categories, known, em);
  const between = likeliest(BETWEEN, (share) => logEvidence(sums, spreadBy(share, known, start, "between")));
  return spreadBy(between, known, start, "between");
}

/** The mean share, each weighed by its chance beforehand and by the evidence for it. */
function likeliest(spreads: typeof WITHIN, evidenceOf: (share: number) => number): number {
  const logs = spreads.map(({ share, chance }) => Math.log(chance) + evidenceOf(share));
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return spreads.reduce((sum, { share }, k) => sum + (share * weights[k]!) / total, 0);
}

/** What a category's data say of its mean, and the log likelihood at a mean of 0. */
type Told = Information & { log: number };

function told(categories: readonly Category[], { within }: Levels, em: EmWorkspace): Told[] {
  em.setWithin(within);
  return categories.map(({ data, designEffect }) => {
    const { M, a, log } = em.categorySums(data);
    const part = (values: readonly number[]) => values.map((value) => value / designEffect);
    return { L: part(M), a: part(a), log: log / designEffect };
  });
}

/** Log likelihood of all data given the variances, means integrated out, up to a constant. */
function logEvidence(categories: readonly Told[], level: Levels): number {
  const { names, between } = level;
  const d = names.length;
  const precision = inverse(between, d);
  const open = { precision, variance: between, centre: null };
  let log = 0;
  let G = new Array<number>(d * d).fill(0);
  let k = new Array<number>(d).fill(0);
  for (const category of categories) {
    log += category.log + logMarginal(category, open, d);
    const part = informationOnTenant(category, precision);
    G = addScaled(G, part.G, 1);
    k = addScaled(k, part.k, 1);
  }
  const variances = names.map((name) => tenantVariance(name, level));
  const tenant = {
    precision: diagonal(variances.map((variance) => 1 / variance)),
    variance: diagonal(variances),
    centre: names.map((name) => coefficientDefaults(name).centre),
  };
  return log + logMarginal({ L: G, a: k }, tenant, d);
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
