import { apply } from "../../base/matrix.ts";
import { normalDensity } from "../../base/normal.ts";
import { effectEvidence } from "./effect-evidence.ts";
import type { Identification } from "./identification.ts";
import type { Evidence } from "./instruments.ts";
import { RECENT } from "./own-design.ts";
import { coefficientDefaults } from "./prior.ts";
import type { Slopes } from "./slopes.ts";
import type { Since } from "./sufficient.ts";

/** What is believed beforehand of how far an elasticity of the last eight weeks differs from that of before. */
export interface Change {
  mean: number;
  sd: number;
  isDrifting: boolean;
  /** The SKU alone has changed: what its category says is of what it was before. */
  isOwn: boolean;
}

export const STEADY: Change = { mean: 0, sd: 0.15, isDrifting: false, isOwn: false };
/** A break of a single SKU's, and how SKUs differ in one that they share. */
export const OWN_BREAK_SD = 1;
const SHARED_BREAK_SD = 0.4;
/** |t| from which a change is believed: a category's, the whole shop's. */
const CATEGORY_T = 3;
const SHOP_T = 3.5;
/** |t| of a category's own evidence for the contrary from which it is taken not to share a change of the shop. */
const UNLIKE_T = 1;
/**
 * Chance of a change of a single SKU before it is seen, that from which what its category says is of what it was before, and
 * that from which it is said. Sd of what looks like a change and is none: elasticities drift a little.
 */
const BREAK_CHANCE = 0.05;
const POSSIBLE_CHANCE = 0.075;
const SAID_CHANCE = 0.1;
const NO_BREAK_SD = 0.12;
/** Standard deviations of Cochran's Q above its mean from which they have not changed alike. */
const UNLIKE_Z = 2;
/** Prior variance of effects that are left free. */
const FREE = 1e4;

/**
 * What a SKU says of a change of its elasticity in the last eight weeks, everything else eliminated: score / √information is
 * its t statistic (a Chow test on one coefficient). Null where prices say nothing.
 */
export function driftEvidence(identification: Identification): Evidence | null {
  const { names, parts, reason, isProposedOfLate } = identification;
  const at = names.indexOf(RECENT);
  if (at < 0 || (reason !== null && !isProposedOfLate)) return null;
  return effectEvidence(identification, at, (i) => {
    const { centre, withinVariance, betweenVariance } = coefficientDefaults(i < parts ? "own" : names[i]!);
    return { centre, variance: i < parts ? FREE : withinVariance + betweenVariance };
  });
}

/** |score| / √information; 0 without evidence. */
export function statistic(evidence: Evidence | null): number {
  return evidence === null ? 0 : Math.abs(evidence.score) / Math.sqrt(evidence.information);
}

/** All evidence together; null if there is none. */
function together(all: readonly (Evidence | null)[]): Evidence | null {
  let score = 0;
  let information = 0;
  for (const one of all) {
    score += one?.score ?? 0;
    information += one?.information ?? 0;
  }
  return information > 0 ? { score, information } : null;
}

/**
 * The evidence of SKUs or categories together if they may have changed alike, else null: Cochran's (1954) Q = Σ I·(d - d̄)² with
 * d = score / I has k - 1 degrees of freedom where they have.
 */
export function sharedEvidence(members: readonly (Evidence | null)[]): Evidence | null {
  const all = together(members);
  if (all === null) return null;
  const mean = all.score / all.information;
  let q = 0;
  let freedom = -1;
  for (const one of members) {
    if (one === null) continue;
    q += one.information * (one.score / one.information - mean) ** 2;
    freedom++;
  }
  return q > freedom + UNLIKE_Z * Math.sqrt(2 * freedom) ? null : all;
}

/** The evidence without the member that speaks most: a single SKU's change is not its category's. */
export function withoutLoudest(members: readonly (Evidence | null)[]): (Evidence | null)[] {
  const loudest = members.reduce((most, one) => (statistic(one) > statistic(most) ? one : most), null);
  return members.filter((one) => one !== loudest || one === null);
}

/**
 * Whether a SKU's elasticity is taken to have changed, and by how much beforehand: by the shop's or the category's evidence,
 * the more precise for being of many SKUs, or else by its own.
 */
export function changeOf(own: Evidence | null, category: Evidence | null, shop: Evidence | null): Change {
  const shared = statistic(category) > CATEGORY_T ? category : isOf(category, shop) ? shop : null;
  if (shared) {
    const information = shared.information + OWN_BREAK_SD ** -2;
    const sd = Math.hypot(SHARED_BREAK_SD, 1 / Math.sqrt(information));
    return { mean: shared.score / information, sd, isDrifting: true, isOwn: false };
  }
  const chance = chanceOf(own);
  const isDrifting = chance > SAID_CHANCE;
  const variance = isDrifting
    ? OWN_BREAK_SD ** 2
    : (1 - chance) * STEADY.sd ** 2 + chance * OWN_BREAK_SD ** 2;
  return { mean: 0, sd: Math.sqrt(variance), isDrifting, isOwn: chance >= POSSIBLE_CHANCE };
}

/**
 * Chance that a SKU's elasticity has changed by itself: with d = score / I and v its variance, p·N(d; 0, v + 1) against
 * (1 - p)·N(d; 0, v + .12²). A SKU that says little of a change keeps the chance it had, however large d is.
 *
 * @example 0.31 for d = -1.4 and I = 4 // v = .25: 2.8 standard deviations
 */
function chanceOf(own: Evidence | null): number {
  if (own === null) return BREAK_CHANCE;
  const d = own.score / own.information;
  const v = 1 / own.information;
  const density = (sd: number) => normalDensity(d / Math.sqrt(v + sd * sd)) / Math.sqrt(v + sd * sd);
  const broken = BREAK_CHANCE * density(OWN_BREAK_SD);
  return broken / (broken + (1 - BREAK_CHANCE) * density(NO_BREAK_SD));
}

/** Whether a change of the shop is one of the category too: what says little by itself goes with the rest. */
function isOf(category: Evidence | null, shop: Evidence | null): boolean {
  if (shop === null || statistic(shop) <= SHOP_T) return false;
  return category === null || category.score > 0 === shop.score > 0 || statistic(category) < UNLIKE_T;
}

/** What is known of the last effect, the change, given the others, under its prior. */
export function sinceThen({ J, h }: { J: number[]; h: number[] }, { mean, sd }: Change): Since {
  const d = h.length;
  const last = d - 1;
  const total = J[last * d + last]! + sd ** -2;
  return {
    mean: (h[last]! + mean * sd ** -2) / total,
    gain: Array.from({ length: last }, (_, i) => J[last * d + i]! / total),
    variance: 1 / total,
  };
}

/** The elasticity of late from what it was before: the first effect plus what has changed since. */
export function asOfNow({ mean, covariance }: Slopes, since: Since): Slopes {
  const d = mean.length;
  const to = mean.map((_, i) => (i === 0 ? 1 : 0) - (since.gain[i] ?? 0));
  const cross = apply(covariance, to);
  const own = to.reduce((sum, value, i) => sum + value * cross[i]!, 0);
  const now = to.reduce((sum, value, i) => sum + value * mean[i]!, since.mean);
  return {
    mean: [now, ...mean.slice(1)],
    covariance: covariance.map((value, at) => {
      if (at === 0) return own + since.variance;
      return at < d ? cross[at]! : at % d === 0 ? cross[at / d]! : value;
    }),
  };
}

/** Eliminates the last effect, the change, under its prior; `log`: how likely the data are with it integrated out. */
export function withoutLast({ J, h }: { J: number[]; h: number[] }, { mean, sd }: Change) {
  const d = h.length;
  const last = d - 1;
  const total = J[last * d + last]! + sd ** -2;
  const pull = h[last]! + mean * sd ** -2;
  const out = { J: [] as number[], h: [] as number[], log: (pull ** 2 / total - Math.log(total)) / 2 };
  for (let i = 0; i < last; i++) {
    const share = J[i * d + last]! / total;
    out.h.push(h[i]! - share * pull);
    for (let j = 0; j < last; j++) out.J.push(J[i * d + j]! - share * J[last * d + j]!);
  }
  return out;
}
