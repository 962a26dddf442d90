import { apply, inverse } from "../../base/matrix.ts";
import type { Identification } from "./identification.ts";
import type { Evidence } from "./instruments.ts";
import { RECENT } from "./own-design.ts";
import { coefficientDefaults } from "./prior.ts";

/** What is believed beforehand of how far an elasticity of the last eight weeks differs from that of before. */
export interface Change {
  mean: number;
  sd: number;
  isDrifting: boolean;
}

export const STEADY: Change = { mean: 0, sd: 0.15, isDrifting: false };
/** A break of a single SKU's, and how SKUs differ in one that they share. */
const OWN_BREAK_SD = 1;
const SHARED_BREAK_SD = 0.4;
/** |t| from which a change is believed: a SKU's own, its category's, the whole shop's. */
const OWN_T = 2.5;
const CATEGORY_T = 3;
const SHOP_T = 3.5;
/** |t| of a category's own evidence from which it is taken to share a change of the shop. */
const ALIKE_T = 1;
const FLAT = 1e-4;
const INFORMATION_MIN = 1e-3;

/**
 * What a SKU says of a change of its elasticity in the last eight weeks, everything else eliminated: score / √information is
 * its t statistic (a Chow test on one coefficient). Null where prices say nothing.
 */
export function driftEvidence({ names, J, h, parts, reason }: Identification): Evidence | null {
  const at = names.indexOf(RECENT);
  if (at < 0 || reason !== null) return null;
  const q = names.length;
  const rest = names.flatMap((_, i) => (i === at ? [] : [i]));
  const block = rest.flatMap((i) => rest.map((j) => J[i * q + j]!));
  const pull = rest.map((i) => h[i]!);
  rest.forEach((i, k) => {
    const { centre, withinVariance, betweenVariance } = coefficientDefaults(i < parts ? "own" : names[i]!);
    const held = i < parts ? FLAT : 1 / (withinVariance + betweenVariance);
    block[k * rest.length + k]! += held;
    pull[k]! += held * centre;
  });
  const covariance = inverse(block, rest.length);
  const cross = rest.map((i) => J[at * q + i]!);
  const gain = apply(covariance, cross);
  const sum = (values: readonly number[]) => gain.reduce((total, value, k) => total + value * values[k]!, 0);
  const information = J[at * q + at]! - sum(cross);
  return information > INFORMATION_MIN ? { score: h[at]! - sum(pull), information } : null;
}

/** |score| / √information; 0 without evidence. */
export function statistic(evidence: Evidence | null): number {
  return evidence === null ? 0 : Math.abs(evidence.score) / Math.sqrt(evidence.information);
}

/** All evidence together; null if there is none. */
export function together(all: readonly (Evidence | null)[]): Evidence | null {
  let score = 0;
  let information = 0;
  for (const one of all) {
    score += one?.score ?? 0;
    information += one?.information ?? 0;
  }
  return information > 0 ? { score, information } : null;
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
    return { mean: shared.score / information, sd, isDrifting: true };
  }
  return statistic(own) > OWN_T ? { mean: 0, sd: OWN_BREAK_SD, isDrifting: true } : STEADY;
}

/** Whether a change of the shop is one of the category too. */
function isOf(category: Evidence | null, shop: Evidence | null): boolean {
  if (category === null || shop === null || statistic(shop) <= SHOP_T) return false;
  return statistic(category) > ALIKE_T && category.score > 0 === shop.score > 0;
}

/** Eliminates the last effect, the change, under its prior. */
export function withoutLast({ J, h }: { J: number[]; h: number[] }, { mean, sd }: Change) {
  const d = h.length;
  const last = d - 1;
  const total = J[last * d + last]! + sd ** -2;
  const pull = h[last]! + mean * sd ** -2;
  const out = { J: [] as number[], h: [] as number[] };
  for (let i = 0; i < last; i++) {
    const share = J[i * d + last]! / total;
    out.h.push(h[i]! - share * pull);
    for (let j = 0; j < last; j++) out.J.push(J[i * d + j]! - share * J[last * d + j]!);
  }
  return out;
}
