import { chancesOf } from "../../base/chances.ts";
import { Account, usualPrior } from "./account.ts";
import type { Alignment } from "./align.ts";
import type { PricesRight } from "./em.ts";
import type { Levels } from "./levels.ts";
import { INCUMBENT, OWN, type Prior } from "./prior.ts";
import { mixed, posteriorSlopes, type Slopes } from "./slopes.ts";
import type { TenantPrior } from "./spread.ts";
import type { Likelihood } from "./sufficient.ts";

/** Before any data. */
const BEFORE: PricesRight = { each: 0.4, inTheMean: 0.1 };
/** Where prices are right, sds of elasticities about b_L: of a SKU, and of what the shop and its categories have in common. */
const EACH_SD = 0.2;
const COMMON_SD = 0.1;

/** A category's likelihoods as they are pooled, made when they are asked for, and the design effect of shocks they share. */
export interface PooledCategory {
  members: () => readonly Likelihood[];
  designEffect: number;
}

/**
 * How likely it is that a shop's prices are right. Weighed against `level`, in which the shop's prices are a regressor among
 * others, by the Bayes factors of the whole catalogue's data, everything else integrated out (Kass and Raftery 1995, JASA
 * 90(430)). Null where no price tells.
 *
 * @example `each` is .4 before any data; of 150 products whose prices are wrong by 30 % it is under .01 after one to four weeks
 * of trials, of as many whose prices are right about .9.
 */
export function chancesRight(
  categories: readonly PooledCategory[],
  alignment: Alignment,
  level: Levels,
): PricesRight | null {
  const { each, inTheMean } = BEFORE;
  const neither = new Account(alignment, level, usualPrior(level));
  const accounts = [
    new Account(alignment, ...aboutPrice(level, EACH_SD ** 2)),
    new Account(alignment, ...aboutPrice(level, level.within[OWN]!)),
    neither,
  ];
  for (const { members, designEffect: shared } of categories) {
    const known = members().filter(({ lerner }) => lerner !== undefined);
    if (known.length === 0) continue;
    const moved = known.map(fromPrice);
    for (const account of accounts) account.add(account === neither ? known : moved, shared);
  }
  if (neither.isEmpty) return null;
  const before = [each, inTheMean, 1 - each - inTheMean];
  const chances = chancesOf(accounts.map((account, k) => Math.log(before[k]!) + account.evidence()));
  return { each: chances[0]!, inTheMean: chances[1]! };
}

/**
 * A SKU's effects where the shop's prices may be right: `usual`, mixed with its posteriors about b_L. `within`: the variance of
 * elasticities within a category.
 */
export function slopesIfRight(
  usual: Slopes,
  { told, prior, lerner, within }: { told: Likelihood; prior: Prior; lerner: number; within: number },
  { each, inTheMean }: PricesRight,
): Slopes {
  const about = (variance: number) =>
    posteriorSlopes(told, {
      ...prior,
      mean: prior.mean.map((value, i) => (i === OWN ? lerner : value)),
      covariance: ownApart(prior.covariance, prior.mean.length, variance),
    });
  const others = mixed(usual, about(within + 2 * COMMON_SD ** 2), inTheMean / Math.max(1 - each, 1e-9));
  return mixed(others, about(EACH_SD ** 2), each);
}

/** A covariance matrix with another variance of the own effect, which goes with no other effect any more. */
function ownApart(matrix: readonly number[], d: number, variance: number): number[] {
  return matrix.map((value, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    if (i !== OWN && j !== OWN) return value;
    return i === j ? variance : 0;
  });
}

/** A likelihood with the own effect as its distance from b_L. */
function fromPrice(member: Likelihood): Likelihood {
  const { J, names } = member;
  const b = member.lerner!;
  return {
    ...member,
    h: member.h.map((value, i) => value - J[i * names.length + OWN]! * b),
    log: (member.log ?? 0) + member.h[OWN]! * b - (J[OWN]! * b * b) / 2,
  };
}

/** Levels and prior of an account in which elasticities have a variance about b_L. */
function aboutPrice(level: Levels, variance: number): [Levels, TenantPrior] {
  const there = withoutIncumbent(level);
  const d = there.names.length;
  const usual = usualPrior(there);
  const levels = {
    ...there,
    within: ownApart(there.within, d, variance),
    between: ownApart(there.between, d, COMMON_SD ** 2),
  };
  const prior = {
    centre: usual.centre.map((value, i) => (i === OWN ? 0 : value)),
    variance: usual.variance.map((value, i) => (i === OWN ? COMMON_SD ** 2 : value)),
  };
  return [levels, prior];
}

/** The levels of all effects but the weight of the shop's own price. */
function withoutIncumbent(level: Levels): Levels {
  const d = level.names.length;
  const kept = level.names.flatMap((name, at) => (name === INCUMBENT ? [] : [at]));
  const vector = (values: readonly number[]) => kept.map((i) => values[i]!);
  const matrix = (values: readonly number[]) => kept.flatMap((i) => kept.map((j) => values[i * d + j]!));
  return {
    names: kept.map((i) => level.names[i]!),
    centre: vector(level.centre),
    uncertainty: matrix(level.uncertainty),
    between: matrix(level.between),
    within: matrix(level.within),
  };
}
