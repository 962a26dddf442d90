import { chancesOf } from "../../base/chances.ts";
import { addScaled, apply, diagonal, inverse, logDeterminant } from "../../base/matrix.ts";
import type { EmWorkspace } from "./em.ts";
import {
  type Category,
  type Information,
  type Levels,
  spreadBy,
  type Told,
  tenantInformation,
  tenantVariance,
  toldOf,
} from "./levels.ts";
import { coefficientDefaults, OWN } from "./prior.ts";

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
/** The least shares that single elasticities are told with. */
const LEAST_SHARE = { within: 1, between: 1 / 4 };

/**
 * The levels with no less than the usual sd of elasticities within a category and half of that between them: a spread that is
 * taken for smaller than it is makes every interval too narrow and ends trials too soon, and that prices tell all of it is an
 * account of its own (`chancesRight`).
 */
export function widenedSpread(level: Levels, start: Levels): Levels {
  const least = (of: Levels, at: "within" | "between") =>
    spreadBy(Math.max(LEAST_SHARE[at], of[at][OWN]! / start[at][OWN]!), of, start, at);
  return least(least(level, "within"), "between");
}

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
  const within = meanShare(WITHIN, (share) => {
    const tried = spreadBy(share, level, start, "within");
    return logEvidence(toldUnder(categories, tried, em), tried);
  });
  const known = spreadBy(within, level, start, "within");
  const told = toldUnder(categories, known, em);
  const between = meanShare(BETWEEN, (share) => logEvidence(told, spreadBy(share, known, start, "between")));
  return spreadBy(between, known, start, "between");
}

/** The mean of the shares, each weighed by its chance beforehand and by the evidence for it. */
function meanShare(spreads: typeof WITHIN, evidenceOf: (share: number) => number): number {
  const logs = spreads.map(({ share, chance }) => Math.log(chance) + evidenceOf(share));
  const chances = chancesOf(logs);
  return spreads.reduce((sum, { share }, k) => sum + share * chances[k]!, 0);
}

function toldUnder(categories: readonly Category[], { within }: Levels, em: EmWorkspace): Told[] {
  em.setWithin(within);
  return categories.map((category) => toldOf(category, em));
}

/** What is known of the install's means before any data. */
export interface TenantPrior {
  centre: readonly number[];
  variance: readonly number[];
}

/** Log likelihood of all data given the variances, means integrated out, up to a constant. */
export function logEvidence(categories: readonly Told[], level: Levels, prior?: TenantPrior): number {
  const { names, between } = level;
  const precision = inverse(between, names.length);
  const within = categories.reduce(
    (sum, { information, log }) => sum + log + logMarginal(information, precision),
    0,
  );
  const { G, k } = tenantInformation(categories, level);
  const variances = prior?.variance ?? names.map((name) => tenantVariance(name, level));
  const tenant = diagonal(variances.map((variance) => 1 / variance));
  const centre = prior?.centre ?? names.map((name) => coefficientDefaults(name).centre);
  return within + logMarginal({ L: G, a: k }, tenant, centre);
}

/**
 * ln ∫ exp(-½ m'Lm + a'm) N(m; centre, precision⁻¹) dm. Of a category the centre is the tenant mean, which is left open: what
 * depends on it `tenantInformation` says, and the rest is the value at a centre of 0.
 */
function logMarginal(
  { L, a }: Information,
  precision: readonly number[],
  centre: readonly number[] = a.map(() => 0),
): number {
  const d = a.length;
  const both = addScaled(precision, L, 1);
  const held = apply(precision, centre);
  const pull = addScaled(held, a, 1);
  const mean = apply(inverse(both, d), pull);
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + value * y[i]!, 0);
  return (dot(pull, mean) - dot(centre, held) + logDeterminant(precision, d) - logDeterminant(both, d)) / 2;
}
