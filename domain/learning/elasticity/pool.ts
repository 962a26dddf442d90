import { addScaled, apply, diagonal, inverse, multiply, outer, symmetrised } from "../../base/matrix.ts";
import { type Alignment, aligned, residualCalibration, unionNames } from "./align.ts";
import { calendarFactors } from "./calendar.ts";
import { type EmData, EmWorkspace, type Hyper } from "./em.ts";
import { pooledStatistics } from "./endogeneity.ts";
import { COMPETITOR, coefficientDefaults, OWN } from "./prior.ts";
import { sharedShockEffect } from "./shared-shocks.ts";
import { commonSpellRatio } from "./spells.ts";
import type { Sufficient } from "./sufficient.ts";

const ITERATIONS_COLD = 20;
const ITERATIONS_WARM = 12;
/** Pseudo-observations behind the default Σ, g and T. */
const WITHIN_WEIGHT = 15;
const CENTRE_WEIGHT = 1;
const BETWEEN_WEIGHT = 4;

interface Category {
  name: string;
  members: readonly Sufficient[];
  data: EmData;
  designEffect: number;
  mean: number[];
  covariance: number[];
}

/**
 * Two-level empirical Bayes, b_i | c ~ N(μ_c, Σ), μ_c ~ N(g, T), by EM with conjugate weak priors on Σ, g
 * and T. The uncertainty of μ_c is carried (Kass and Steffey 1989), so intervals stay honest with few SKUs.
 * SKUs are taken in SKU order: the result does not depend on the order or sharding of `stats`. `previous`
 * warm-starts.
 */
export function pool(stats: readonly Sufficient[], previous?: Hyper): Hyper {
  const sorted = [...stats].sort((a, b) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
  const names = unionNames(sorted);
  const weekly = sorted.some((stat) => stat.period !== "day");
  const defaults = names.map((name) => coefficientDefaults(name, weekly));
  const start = {
    centre: defaults.map(({ centre }) => centre),
    between: diagonal(defaults.map(({ betweenVariance }) => betweenVariance)),
    within: diagonal(defaults.map(({ withinVariance }) => withinVariance)),
  };
  const warm = previous !== undefined && previous.names.join() === names.join();
  let level: Levels = warm ? previous : start;
  const alignment = {
    names,
    spellRatio: commonSpellRatio(sorted.map(({ spells }) => spells)),
    calibration: residualCalibration(sorted),
  };
  const categories = categoriesOf(sorted, alignment);
  const em = new EmWorkspace(names.length);
  const iterations = warm ? ITERATIONS_WARM : ITERATIONS_COLD;
  for (let k = 0; k < iterations; k++) level = iterate(categories, level, start, em);
  return {
    ...alignment,
    weekly,
    centre: [...level.centre],
    between: [...level.between],
    within: [...level.within],
    categories: Object.fromEntries(
      categories.map((category) => [
        category.name,
        {
          mean: category.mean,
          covariance: category.covariance,
          skus: category.members.length,
          designEffect: category.designEffect,
          endogeneity: pooledStatistics(
            category.members.map((stat) => stat.endogeneity),
            category.designEffect * Math.max(1, alignment.spellRatio),
          ),
          calendar: calendarFactors(category.members),
        },
      ]),
    ),
    information: tenantInformation(categories, level, em),
    skus: sorted.length,
  };
}

interface Levels {
  centre: readonly number[];
  between: readonly number[];
  within: readonly number[];
}

function categoriesOf(sorted: readonly Sufficient[], alignment: Alignment): Category[] {
  const groups = Map.groupBy(sorted, (stat) => stat.category);
  return [...groups.keys()].sort().map((name) => {
    const members = groups.get(name)!;
    return {
      name,
      members,
      data: aligned(members, alignment),
      designEffect: sharedShockEffect(members),
      mean: [],
      covariance: [],
    };
  });
}

/** One EM pass: category posteriors given the levels, then the levels given them. */
function iterate(categories: Category[], level: Levels, start: Levels, em: EmWorkspace): Levels {
  const d = level.centre.length;
  const precision = inverse(level.between, d);
  const pull = apply(precision, level.centre);
  em.setWithin(level.within);
  em.resetScatter();
  for (const category of categories) {
    const { M, a } = em.categorySums(category.data);
    const effect = category.designEffect;
    category.covariance = inverse(addScaled(precision, M, 1 / effect), d);
    category.mean = apply(category.covariance, addScaled(pull, a, 1 / effect));
    em.addScatter(category.data, category.mean, category.covariance);
  }
  const count = categories.reduce((sum, { members }) => sum + members.length, 0);
  const within = start.within.map(
    (value, i) => (WITHIN_WEIGHT * value + em.scatter[i]!) / (WITHIN_WEIGHT + count),
  );
  const centre = start.centre.map((value, i) => {
    const sum = categories.reduce((total, { mean }) => total + mean[i]!, 0);
    return (CENTRE_WEIGHT * value + sum) / (CENTRE_WEIGHT + categories.length);
  });
  let between = start.between.map((value) => BETWEEN_WEIGHT * value);
  for (const { mean, covariance } of categories) {
    const spread = outer(addScaled(mean, centre, -1));
    between = between.map((value, i) => value + covariance[i]! + spread[i]!);
  }
  const weight = BETWEEN_WEIGHT + categories.length;
  return { centre, within: symmetrised(within, d), between: between.map((value) => value / weight) };
}

/**
 * Information on the tenant mean g with SKU and category heterogeneity integrated out: per category
 * L - L(L + T⁻¹)⁻¹L for L = Σ M_i / design effect, summed; no prior on g in it.
 */
function tenantInformation(categories: readonly Category[], level: Levels, em: EmWorkspace) {
  const d = level.centre.length;
  const precision = inverse(level.between, d);
  em.setWithin(level.within);
  let G = new Array<number>(d * d).fill(0);
  let k = new Array<number>(d).fill(0);
  for (const { data, designEffect } of categories) {
    const { M, a } = em.categorySums(data);
    const L = M.map((value) => value / designEffect);
    const score = a.map((value) => value / designEffect);
    const gain = multiply(L, inverse(addScaled(L, precision, 1), d), d);
    G = addScaled(G, addScaled(L, multiply(gain, L, d), -1), 1);
    k = addScaled(k, addScaled(score, apply(gain, score), -1), 1);
  }
  return { G: symmetrised(G, d), k };
}

/** A tenant-level effect: mean, sd, 95 % interval, and whether the data decide its sign. */
export interface PooledEffect {
  mean: number;
  sd: number;
  ci95: [number, number];
  identified: boolean;
}

/** Weak prior sd of a tenant-level effect: wide enough that only the data can exclude zero. */
const WEAK_SD = 1;
const Z95 = 1.959963984540054;
const SHRINK_MIN = 0.25;

/**
 * The install's mean own and competitor effect from the likelihood alone: SKU and category heterogeneity
 * are integrated out, the prior is weak and, for the competitor effect, centred at no effect, so that the
 * answer is what the data say and not what the pooling prior assumes. `identified`: the 95 % interval
 * excludes 0 and the data have removed at least a quarter of the weak prior's variance.
 */
export function pooledEffects(hyper: Hyper): { own: PooledEffect; competitor: PooledEffect } {
  const d = hyper.names.length;
  const weak = diagonal(new Array<number>(d).fill(1 / WEAK_SD ** 2));
  const centre = hyper.names.map((name, i) => (i === OWN ? coefficientDefaults(name).centre : 0));
  const covariance = inverse(addScaled(hyper.information.G, weak, 1), d);
  const mean = apply(covariance, addScaled(hyper.information.k, apply(weak, centre), 1));
  const effect = (i: number): PooledEffect => {
    const sd = Math.sqrt(covariance[i * d + i]!);
    const ci95: [number, number] = [mean[i]! - Z95 * sd, mean[i]! + Z95 * sd];
    const decided = ci95[0] > 0 || ci95[1] < 0;
    return { mean: mean[i]!, sd, ci95, identified: decided && 1 - (sd / WEAK_SD) ** 2 >= SHRINK_MIN };
  };
  return { own: effect(OWN), competitor: effect(COMPETITOR) };
}
