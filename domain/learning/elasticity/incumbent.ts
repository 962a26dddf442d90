import { addScaled } from "../../base/matrix.ts";
import { asOfNow, OWN_BREAK_SD } from "./drift.ts";
import { coefficientDefaults, INCUMBENT, OWN, type Prior } from "./prior.ts";
import { posteriorSlopes, type Slopes } from "./slopes.ts";
import type { Likelihood } from "./sufficient.ts";

/** Largest |elasticity| that a price is taken to stand for: a thinner margin says nothing about demand. */
const LARGEST = 10;
/** Sd of rounding, in elasticity, and of an error of ln price that only tells at thin margins. */
const ROUNDING_SD = 0.1;
const PRICE_SD = 0.15;

/**
 * What the shop's own price says of a SKU's elasticity. A price is best where the margin's inverse is |elasticity| (Lerner
 * 1934); a merchant who knows the product priced it near there. With b_L the elasticity at which the price would be best,
 * b_L = b + β + noise: β is the merchant's error, common to a category and the SKU's own, whose size is learned over the
 * catalogue by holding prices against what demand shows (`INCUMBENT` of the pool). At a thin margin a small error of the price
 * is a large one of b_L: the noise grows with Δb / Δ ln price. The numbers of a likelihood of [own, …, incumbent].
 *
 * @param lerner b_L, below -1
 */
function incumbentPart(names: readonly string[], lerner: number): Pick<Likelihood, "J" | "h"> {
  const d = names.length;
  const at = names.indexOf(INCUMBENT);
  const weight = 1 / noiseOf(lerner) ** 2;
  const J = new Array<number>(d * d).fill(0);
  const h = new Array<number>(d).fill(0);
  for (const i of [OWN, at]) {
    for (const j of [OWN, at]) J[i * d + j] = weight;
    h[i] = weight * Math.max(-LARGEST, lerner);
  }
  return { J, h };
}

/** ln of the best price over cost at an elasticity: ln(e / (e - 1)). */
function logMarkup(elasticity: number): number {
  return Math.log(elasticity / (elasticity + 1));
}

/** Sd of the noise of b_L. */
function noiseOf(lerner: number): number {
  const usual = coefficientDefaults("own").centre;
  const there = Math.max(-LARGEST, lerner);
  if (there >= usual - 0.01) return ROUNDING_SD;
  const scale = (there - usual) / (logMarkup(there) - logMarkup(usual));
  return ROUNDING_SD + PRICE_SD * (scale - usual * (usual + 1));
}

/** A likelihood that has the error of the shop's price among its effects, of which it says nothing itself. */
function padded({ names, J, h, ...rest }: Likelihood): Likelihood {
  const d = names.length;
  const next = new Array<number>((d + 1) ** 2).fill(0);
  J.forEach((value, k) => {
    next[Math.floor(k / d) * (d + 1) + (k % d)] = value;
  });
  return { ...rest, names: [...names, INCUMBENT], J: next, h: [...h, 0] };
}

/** What a SKU's demand and, where it is known, its price say together: what is pooled. */
export function withIncumbent(told: Likelihood, lerner: number | null): Likelihood {
  if (lerner === null) return told;
  const both = padded(told);
  const part = incumbentPart(both.names, lerner);
  return { ...both, J: addScaled(both.J, part.J, 1), h: addScaled(both.h, part.h, 1) };
}

/** A SKU's prior, its posterior, and the share of the prior's variance that its demand alone removes. */
interface Believed {
  prior: Prior;
  slopes: Slopes;
  shrink: number;
}

/** What is believed of a SKU once its price is seen. `told`: what its demand says; `priorOf`: the prior of what is pooled. */
export function believe(
  told: Likelihood,
  lerner: number | null,
  priorOf: (likelihood: Likelihood) => Prior,
): Believed {
  const prior = priorOf(withIncumbent(told, lerner));
  const data = lerner === null ? told : padded(told);
  const alone = posteriorSlopes(data, prior);
  const now = (slopes: Slopes) => (told.since ? asOfNow(slopes, told.since) : slopes);
  const known = prior.covariance[OWN]! + (told.since ? OWN_BREAK_SD ** 2 : 0);
  const shrink = Math.max(0, 1 - now(alone).covariance[OWN]! / known);
  if (lerner === null) return { prior, slopes: now(alone), shrink };
  const { designEffect, ...plain } = prior;
  const seen = posteriorSlopes(incumbentPart(data.names, lerner), plain);
  const slopes = posteriorSlopes(data, { ...seen, ...(designEffect !== undefined && { designEffect }) });
  return { prior, slopes: now(slopes), shrink };
}
