import { addScaled, apply, inverse, logDeterminant, multiply } from "../../base/matrix.ts";
import { normalDensity } from "../../base/normal.ts";
import { type Change, STEADY, sinceThen, withoutLast } from "./drift.ts";
import type { EffectPrior } from "./effect-evidence.ts";
import type { Identification } from "./identification.ts";
import { RECENT } from "./own-design.ts";
import type { Reason } from "./own-price.ts";
import type { PricePart } from "./price-parts.ts";
import {
  CONFOUNDING,
  coefficientDefaults,
  isConfounding,
  PROMOTION_CONFOUNDING,
  PROMOTION_SD,
  type PromotionBias,
  USUAL_PROMOTIONS,
} from "./prior.ts";
import type { Likelihood } from "./sufficient.ts";
import { type UnrelatedEffects, unrelatedPrior } from "./unrelated.ts";

/**
 * Sd of the bias of an elasticity learned from prices that were not drawn at random, once trend, season, calendar and
 * category are out: what nobody can see in history. `common` is the same for all SKUs of a category, `own` each SKU's. Cuts
 * that came and went are mostly promotions, reported or not, and those are advertised; prices that repeat themselves may be
 * timed by demand: of how much they are biased the catalogue tells (`promotionBias`).
 */
const ORDINARY = { common: 0.25, own: 0.15 };
/** Own sd of a SKU whose prices follow its demand. */
const SUSPECT_SD = 1.2;

/**
 * A SKU's likelihood for pooling. The effect of each part of its price is b + the category's common bias + a bias of its own
 * of variance D: J_D = J - J√D(I + √D J √D)⁻¹√D J (Woodbury), then the parts expressed in [own, competitor, covariates…,
 * biases]. What was drawn has no bias, so that where there is both, the two tell the bias: Hausman's (1978) comparison as
 * an estimator. `distrust`: a reason that holds for the whole category; `isSuspect`: the SKU's prices follow its demand;
 * `change`: what is believed of a change of its elasticity of late.
 */
export function likelihoodUnder(
  stat: { category: string; identification: Identification },
  distrust: Reason | null,
  {
    isSuspect = false,
    change = STEADY,
    promotions = USUAL_PROMOTIONS,
    unrelated,
  }: {
    isSuspect?: boolean;
    change?: Change;
    promotions?: PromotionBias;
    unrelated?: UnrelatedEffects | undefined;
  } = {},
): Likelihood {
  const { names, parts, reason: own } = stat.identification;
  const q = names.length;
  const reason = distrust ?? own;
  const related = withoutEffects(
    stat.identification,
    names.map((name, k) => (k < parts && isUnrelated(name, reason) ? unrelatedPrior(unrelated, name) : null)),
  );
  const { J, h, log } = widened(
    related,
    names.map((name, k) => (k < parts ? ownSd(name, reason, { isSuspect, promotions }) : 0)),
  );
  const covariates = names.slice(parts).filter((name) => name !== RECENT);
  const kinds = names.map((name, k) => (k < parts ? biasOf(name, reason) : null));
  const biases = [CONFOUNDING, PROMOTION_CONFOUNDING].filter((bias) =>
    kinds.some((kind) => kind?.name === bias),
  );
  const all = ["own", ...covariates, ...biases];
  const recent = names.includes(RECENT) ? [RECENT] : [];
  const d = all.length + recent.length;
  const to = kinds.map((kind, k): [at: number, weight: number][] => {
    if (names[k] === RECENT) return [[d - 1, 1]];
    if (k >= parts) return [[all.indexOf(names[k]!), 1]];
    // the elasticity asked for is that of late: before, it was that less the change. Of a SKU that alone has changed it is
    // the one before, as the category's others have it, and the change comes on top.
    const now: [number, number][] =
      recent.length > 0 && !change.isOwn
        ? [
            [0, 1],
            [d - 1, -1],
          ]
        : [[0, 1]];
    return kind ? [...now, [all.indexOf(kind.name), kind.sd]] : now;
  });
  const out = { J: new Array<number>(d * d).fill(0), h: new Array<number>(d).fill(0) };
  for (let i = 0; i < q; i++) {
    for (const [a, weight] of to[i]!) {
      out.h[a]! += weight * h[i]!;
      for (let j = 0; j < q; j++)
        for (const [b, other] of to[j]!) out.J[a * d + b]! += weight * other * J[i * q + j]!;
    }
  }
  const told = recent.length > 0 ? withoutLast(out, change) : { ...out, log: 0 };
  const since = recent.length > 0 && change.isOwn && { since: sinceThen(out, change) };
  return {
    category: stat.category,
    spells: stat.identification.spells,
    names: all,
    ...told,
    log: related.log + log + told.log,
    ...since,
  };
}

/** Reasons for which history is worth little, but something. */
const DOUBTFUL: readonly (Reason | null)[] = ["cycle", "unflagged-promotions"];

function isPromotional(name: string, reason: Reason | null): boolean {
  if ((name as PricePart) === "proposed") return false;
  return (name as PricePart) !== "regular" || DOUBTFUL.includes(reason);
}

/**
 * Whether, for that reason, what such a part of the price seems to do has nothing to do with its elasticity. What the shop did with
 * its prices is no charge against proposals.
 */
export function isUnrelated(name: string, reason: Reason | null): boolean {
  if ((name as PricePart) === "drawn") return false;
  if ((name as PricePart) === "proposed") return reason === "demand-driven";
  return reason !== null && !DOUBTFUL.includes(reason);
}

function biasOf(name: string, reason: Reason | null): { name: string; sd: number } | null {
  if ((name as PricePart) === "drawn") return null;
  return isPromotional(name, reason)
    ? { name: PROMOTION_CONFOUNDING, sd: PROMOTION_SD }
    : { name: CONFOUNDING, sd: ORDINARY.common };
}

function ownSd(
  name: string,
  reason: Reason | null,
  { isSuspect, promotions }: { isSuspect: boolean; promotions: PromotionBias },
): number {
  if ((name as PricePart) === "drawn") return 0;
  const own = isPromotional(name, reason) ? promotions.own : ORDINARY.own;
  return isSuspect ? Math.max(own, SUSPECT_SD) : own;
}

/** What the shop's own prices alone say: the effects of proposals and of drawn steps eliminated, whatever they are. */
export function historyAlone(identification: Identification): Identification {
  const { names, parts } = identification;
  const isOurs = (name: string) => (name as PricePart) === "proposed" || (name as PricePart) === "drawn";
  const { J, h } = withoutEffects(
    identification,
    names.map((name, k) => (k < parts && isOurs(name) ? unrelatedPrior({}, name) : null)),
  );
  return { ...identification, J, h };
}

/** Eliminates effects under priors of their own; `log`: how likely the data are with them integrated out. */
function withoutEffects({ J, h }: Pick<Identification, "J" | "h">, priors: readonly (EffectPrior | null)[]) {
  const q = h.length;
  const out = { J: [...J], h: [...h], log: 0 };
  priors.forEach((prior, k) => {
    if (prior === null) return;
    const held = 1 / prior.variance;
    const total = out.J[k * q + k]! + held;
    const pull = out.h[k]! + held * prior.centre;
    out.log += (pull ** 2 / total - held * prior.centre ** 2 - Math.log(total / held)) / 2;
    const row = Array.from({ length: q }, (_, j) => out.J[k * q + j]!);
    for (let i = 0; i < q; i++) {
      const share = row[i]! / total;
      out.h[i] = i === k ? 0 : out.h[i]! - share * pull;
      for (let j = 0; j < q; j++)
        out.J[i * q + j] = i === k || j === k ? 0 : out.J[i * q + j]! - share * row[j]!;
    }
  });
  return out;
}

/** J and h of effects that have an error of the given sd each, and how likely the data are with the errors integrated out. */
function widened({ J, h }: Pick<Identification, "J" | "h">, sd: readonly number[]) {
  const q = h.length;
  const right = J.map((value, at) => value * sd[at % q]!);
  const inner = right.map((value, at) => value * sd[Math.floor(at / q)]! + (at % (q + 1) === 0 ? 1 : 0));
  const spread = inverse(inner, q);
  const pull = h.map((value, i) => value * sd[i]!);
  const mode = apply(spread, pull);
  const gain = multiply(right, spread, q);
  const left = J.map((value, at) => value * sd[Math.floor(at / q)]!);
  const lost = multiply(gain, left, q);
  return {
    J: J.map((value, at) => value - 0.5 * (lost[at]! + lost[(at % q) * q + Math.floor(at / q)]!)),
    h: addScaled(h, apply(gain, pull), -1),
    log: (mode.reduce((sum, value, i) => sum + value * pull[i]!, 0) - logDeterminant(inner, q)) / 2,
  };
}

/** An estimate of an elasticity, and its variance. */
export interface Estimate {
  mean: number;
  variance: number;
}

const INFORMATION_MIN = 1e-3;

/** A SKU's own estimate with everything else at its prior and no common bias; null without information. */
export function ownEstimate({ names, J, h }: Pick<Likelihood, "names" | "J" | "h">): Estimate | null {
  const d = names.length;
  const precision = [...J];
  const pull = [...h];
  for (let j = 1; j < d; j++) {
    const { centre, withinVariance, betweenVariance } = coefficientDefaults(names[j]!);
    const held = isConfounding(names[j]!) ? 1 / withinVariance : 1 / (withinVariance + betweenVariance);
    precision[j * d + j]! += held;
    pull[j]! += held * centre;
  }
  if (!(precision[0]! > INFORMATION_MIN)) return null;
  const covariance = inverse(precision, d);
  return { mean: apply(covariance, pull)[0]!, variance: covariance[0]! };
}

/** Elasticities are spread by this sd of their logarithm around the centre; nearer 0 than .3 counts as .3. */
const LOG_SD = 0.42;
const LEAST = 0.3;
/** Chance that history is badly confounded, how far that carries z, and the chance from which on nothing is learned. */
const BAD = 0.1;
const BAD_SPREAD = 5;
const BAD_MAX = 0.5;
/** Z of the days without a sale beyond what is expected, over a category, above which shelves were empty. */
const ZEROS_Z = 5;
/** The same of a category in a shop whose shelves were empty. */
const ALIKE_Z = 1;
const FEEDBACK_T = 4;

/** What is held against a category's history. */
export interface Charges {
  estimates: readonly Estimate[];
  zeros: readonly { excess: number; variance: number }[];
  /** t statistic of the category's price feedback. */
  feedback: number | null;
}

/**
 * Why nothing is to be learned from a category's history; null if something is. Where shelves were empty or prices followed
 * demand, it is known to be biased. Else the SKUs' mean estimate is held against what elasticities can be, the category's as
 * well as the whole shop's, which prices its categories alike: with z its distance from the centre on a log scale, the chance
 * that it is badly confounded is P = .1·N(z; 0, 5²) / (.1·N(z; 0, 5²) + .9·N(z; 0, 1)); above ½ it is not believed.
 *
 * @example Estimates around -.55: z = ln(.55 / 2.4) / .42 = -3.5, P = .8: `wrong-sign`.
 */
export function distrustOf(
  { estimates, zeros, feedback }: Charges,
  shop: Pick<Charges, "estimates" | "zeros">,
): Reason | null {
  const empty = zerosOver(zeros);
  if (empty > ZEROS_Z || (empty > ALIKE_Z && zerosOver(shop.zeros) > ZEROS_Z)) return "sold-out-zeros";
  if (Math.abs(feedback ?? 0) > FEEDBACK_T) return "demand-driven";
  const own = oddity(estimates);
  const all = oddity(shop.estimates);
  const { chance, z } = own.chance >= all.chance ? own : all;
  if (chance <= BAD_MAX) return null;
  return z < 0 ? "wrong-sign" : "implausible";
}

/** Days without a sale beyond what is expected, in standard deviations. */
function zerosOver(zeros: Charges["zeros"]): number {
  let excess = 0;
  let variance = 1;
  for (const one of zeros) {
    excess += one.excess;
    variance += one.variance;
  }
  return excess / Math.sqrt(variance);
}

/** How odd the mean of estimates is, and the chance that they are badly confounded. */
function oddity(estimates: readonly Estimate[]): { z: number; chance: number } {
  if (estimates.length === 0) return { z: 0, chance: 0 };
  const { withinVariance, centre } = coefficientDefaults("own");
  let weights = 0;
  let sum = 0;
  for (const { mean, variance } of estimates) {
    weights += 1 / (variance + withinVariance);
    sum += mean / (variance + withinVariance);
  }
  const mean = Math.max(LEAST, -sum / weights);
  const error = 1 / Math.sqrt(weights) / Math.max(mean, -centre);
  const z = Math.log(mean / -centre) / Math.hypot(LOG_SD, error);
  const bad = (BAD * normalDensity(z / BAD_SPREAD)) / BAD_SPREAD;
  return { z, chance: bad / (bad + (1 - BAD) * normalDensity(z)) };
}
