import { addScaled, apply, diagonal, inverse } from "../../base/matrix.ts";
import { type Alignment, aligned, residualCalibration, unionNames } from "./align.ts";
import { calendarFactors } from "./calendar.ts";
import { EmWorkspace, type Hyper } from "./em.ts";
import { pooledStatistics } from "./endogeneity.ts";
import { type Category, type Levels, levelsAfter, spreadAs, tenantInformation } from "./levels.ts";
import {
  COMPETITOR,
  coefficientDefaults,
  INCUMBENT,
  OWN,
  PROMOTION_CONFOUNDING,
  PROMOTION_SD,
  USUAL_PROMOTIONS,
} from "./prior.ts";
import { chancesRight } from "./right-prices.ts";
import { sharedShockEffect } from "./shared-shocks.ts";
import { ownPlus } from "./slopes.ts";
import { commonSpellRatio } from "./spells.ts";
import { widenedSpread, withSpread } from "./spread.ts";
import type { Likelihood, Sufficient } from "./sufficient.ts";

const ITERATIONS_COLD = 20;
const ITERATIONS_WARM = 12;
/** The spread of elasticities is learned in every so many iterations, but not in the last one, whose means go by it. */
const SPREAD_EVERY = 8;

/**
 * Three-level empirical Bayes, b_i | c ~ N(μ_c, Σ), μ_c ~ N(g, T), g ~ N(g0, G0), by EM with conjugate weak priors on Σ and
 * T. The uncertainty of μ_c and g is carried (Kass and Steffey 1989), so intervals stay honest with few SKUs. SKUs are taken
 * in SKU order: the result does not depend on the order or sharding of `stats`. `previous` warm-starts. `view`: what of a
 * SKU is pooled, by default its filter's likelihood, whose dispersion is inflated and whose errors the SKUs of a category
 * share; a view is taken to have neither.
 */
export function pool<T extends Sufficient>(
  stats: readonly T[],
  previous?: Hyper,
  view?: (stat: T) => Likelihood,
): Hyper {
  const likelihood = view ?? ((stat: T): Likelihood => stat);
  const sorted = [...stats].sort((a, b) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0));
  const told = sorted.map((stat) => {
    const { names, spells } = likelihood(stat);
    return { names, spells };
  });
  const names = unionNames(told);
  const weekly = sorted.some((stat) => stat.period !== "day");
  const defaults = names.map((name) => coefficientDefaults(name, weekly));
  const start: Levels = {
    names,
    centre: defaults.map(({ centre }) => centre),
    uncertainty: diagonal(defaults.map(({ tenantVariance }) => tenantVariance)),
    between: diagonal(
      defaults.map(({ betweenVariance }, i) =>
        names[i] === PROMOTION_CONFOUNDING ? betweenPromotions(previous) : betweenVariance,
      ),
    ),
    within: diagonal(defaults.map(({ withinVariance }) => withinVariance)),
  };
  const warm = previous !== undefined && previous.names.join() === names.join();
  let level: Levels = warm ? previous : start;
  const alignment = {
    names,
    spellRatio: commonSpellRatio(told.map(({ spells }) => spells)),
    calibration: view ? 1 : residualCalibration(sorted),
  };
  const categories = categoriesOf(sorted, alignment, likelihood, view === undefined);
  const em = new EmWorkspace(names.length);
  const iterations = warm ? ITERATIONS_WARM : ITERATIONS_COLD;
  for (let k = 1; k <= iterations; k++) {
    const next = levelsAfter(categories, level, start, em);
    const isDue = k % SPREAD_EVERY === 0 && k < iterations;
    if (weekly) level = next;
    else if (isDue) level = withSpread(categories, next, start, em);
    else level = spreadAs(level, next);
  }
  const members = Map.groupBy(sorted, ({ category }) => category);
  const pricesRight = chancesRight(
    categories.map(({ name, designEffect }) => ({
      designEffect,
      members: () => members.get(name)!.map(likelihood),
    })),
    alignment,
    level,
  );
  if (!weekly) {
    const wider = widenedSpread(level, start);
    level = spreadAs(wider, levelsAfter(categories, wider, start, em));
  }
  return {
    ...alignment,
    weekly,
    ...(pricesRight !== null && { pricesRight }),
    centre: [...level.centre],
    uncertainty: [...level.uncertainty],
    between: [...level.between],
    within: [...level.within],
    categories: categoryHypers(categories, members, likelihood),
    information: tenantInformation(categories, level),
    skus: sorted.length,
    ...meanPriced(sorted.map(likelihood)),
  };
}

/** Variance between categories of what their promotions are biased by, as far as the last run has learned it. */
function betweenPromotions({ promotions = USUAL_PROMOTIONS }: Pick<Hyper, "promotions"> = {}): number {
  return (promotions.between / PROMOTION_SD) ** 2;
}

/** What is kept of each category. */
function categoryHypers<T extends Sufficient>(
  categories: readonly Category[],
  members: ReadonlyMap<string, T[]>,
  likelihood: (stat: T) => Likelihood,
): Hyper["categories"] {
  // the tests of endogeneity are of the filters' errors, whatever is pooled
  const spells = [...members.values()].flatMap((stats) => stats.map((stat) => stat.spells));
  const filterSpells = Math.max(1, commonSpellRatio(spells));
  return Object.fromEntries(
    categories.map(({ name, designEffect, mean, covariance, information }) => {
      const own = members.get(name)!;
      const endogeneity = pooledStatistics(
        own.map((stat) => stat.endogeneity),
        sharedShockEffect(own) * filterSpells,
      );
      const learned = { mean, covariance, information, skus: own.length, designEffect };
      const priced = meanPriced(own.map(likelihood));
      return [name, { ...learned, ...priced, endogeneity, calendar: calendarFactors(own) }];
    }),
  );
}

function meanPriced(members: readonly Likelihood[]): { priced?: number } {
  if (members.every(({ priced }) => priced === undefined)) return {};
  return { priced: members.reduce((sum, { priced = 0 }) => sum + priced, 0) / members.length };
}

function categoriesOf<T extends Sufficient>(
  sorted: readonly T[],
  alignment: Alignment,
  view: (stat: T) => Likelihood,
  sharesShocks: boolean,
): Category[] {
  const groups = Map.groupBy(sorted, (stat) => stat.category);
  return [...groups.keys()].sort().map((name) => {
    const members = groups.get(name)!;
    const d = alignment.names.length;
    return {
      name,
      data: aligned(members.map(view), alignment),
      designEffect: sharesShocks ? sharedShockEffect(members) : 1,
      mean: [],
      covariance: [],
      information: { L: new Array<number>(d * d).fill(0), a: new Array<number>(d).fill(0) },
    };
  });
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
  const at = hyper.names.indexOf(INCUMBENT);
  const weak = hyper.names.map((_, i) =>
    i === at ? coefficientDefaults(INCUMBENT).tenantVariance : WEAK_SD ** 2,
  );
  const centre = hyper.names.map((name, i) => (i === OWN || i === at ? coefficientDefaults(name).centre : 0));
  const precision = diagonal(weak.map((variance) => 1 / variance));
  const base = inverse(addScaled(hyper.information.G, precision, 1), d);
  const slopes = {
    mean: apply(base, addScaled(hyper.information.k, apply(precision, centre), 1)),
    covariance: base,
  };
  const { mean, covariance } = at < 0 ? slopes : ownPlus(slopes, hyper.priced ?? 0, at);
  const effect = (i: number): PooledEffect => {
    const sd = Math.sqrt(covariance[i * d + i]!);
    const ci95: [number, number] = [mean[i]! - Z95 * sd, mean[i]! + Z95 * sd];
    const decided = ci95[0] > 0 || ci95[1] < 0;
    return { mean: mean[i]!, sd, ci95, identified: decided && 1 - (sd / WEAK_SD) ** 2 >= SHRINK_MIN };
  };
  return { own: effect(OWN), competitor: effect(COMPETITOR) };
}
