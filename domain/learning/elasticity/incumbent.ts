import { asOfNow, OWN_BREAK_SD } from "./drift.ts";
import type { PricesRight } from "./em.ts";
import { CURVATURE, coefficientDefaults, INCUMBENT, OWN, type Prior } from "./prior.ts";
import { slopesIfRight } from "./right-prices.ts";
import { firstOf, ownPlus, posteriorSlopes, type Slopes } from "./slopes.ts";
import type { Likelihood } from "./sufficient.ts";

/** Largest |elasticity| that a price is taken to stand for: a thinner margin says nothing about demand. */
const LARGEST = 10;
/** Sd of rounding, in elasticity, and of an error of ln price that only tells at thin margins. */
const ROUNDING_SD = 0.1;
const PRICE_SD = 0.15;
/** Variances of elasticities and of merchants' errors, of which thin margins add noise. */
const SPREAD = 1.21;
const ERROR = 0.5;

function boundedLerner(lerner: number): number {
  return Math.max(-LARGEST, lerner);
}

/** ln of the best price over cost at an elasticity: ln(e / (e - 1)). */
function logMarkup(elasticity: number): number {
  return Math.log(elasticity / (elasticity + 1));
}

/** Sd of what errors of price and cost do to b_L: at a thin margin a small error of the price is a large one of b_L. */
function noiseOf(lerner: number): number {
  const usual = coefficientDefaults("own").centre;
  const there = boundedLerner(lerner);
  if (there >= usual - 0.01) return ROUNDING_SD;
  const scale = (there - usual) / (logMarkup(there) - logMarkup(usual));
  return ROUNDING_SD + PRICE_SD * (scale - usual * (usual + 1));
}

/**
 * What the shop's own price says of a SKU's elasticity, as its distance from the usual one. A price is best where the margin's
 * inverse is |elasticity| (Lerner 1934): b_L. Of a thin margin the distance is drawn in, as a regression of b on a b_L with
 * noise is.
 *
 * @param lerner b_L, below -1
 * @example toldBy(-1.5) // 0.9: almost all of it
 * @example toldBy(-6) // -2.09 of -3.6
 */
function toldBy(lerner: number): number {
  const known = SPREAD + ERROR;
  const distance = boundedLerner(lerner) - coefficientDefaults("own").centre;
  return (distance * known) / (known + noiseOf(lerner) ** 2);
}

/**
 * What is pooled. The price is a regressor of the elasticity: b = base + γ·z, with z of `toldBy` and γ (`INCUMBENT`) learned
 * over the catalogue from where demand is known; base is what is pooled as `own`. How widely the prices' elasticities spread
 * says nothing of how widely the true ones do: merchants set mark-ups by category.
 */
export function withIncumbent(told: Likelihood, lerner: number | null): Likelihood {
  if (lerner === null) return told;
  const { names, J, h, ...rest } = told;
  const d = names.length;
  const z = toldBy(lerner);
  const effects = [...names.map((_, i) => ({ from: i, weight: 1 })), { from: OWN, weight: z }];
  return {
    ...rest,
    priced: z,
    lerner: boundedLerner(lerner),
    names: [...names, INCUMBENT],
    J: effects.flatMap((i) => effects.map((j) => i.weight * j.weight * J[i.from * d + j.from]!)),
    h: effects.map(({ from, weight }) => weight * h[from]!),
  };
}

/** Variance of the elasticity of a SKU of whose shop nothing is known. */
const USUAL_VARIANCE = coefficientDefaults("own").withinVariance + coefficientDefaults("own").betweenVariance;

/**
 * A SKU's prior, its posterior, and the share of the variance that its own demand removes from what is known of any SKU: what
 * the rest of the catalogue teaches makes a SKU no less known.
 */
export interface Believed {
  prior: Prior;
  slopes: Slopes;
  shrink: number;
}

/**
 * What is believed of a SKU's elasticity at its present price. `told`: what its demand says; `identified`: its shop's own
 * price, and how far ln price is from where the elasticity was asked for; `priorOf`: the prior of what is pooled;
 * `right`: how likely the shop's prices are right (`chancesRight`), and the variance of elasticities within a category.
 */
export function believe(
  told: Likelihood,
  { lerner, off }: { lerner: number | null; off: number },
  priorOf: (likelihood: Likelihood) => Prior,
  right: { chances: PricesRight; within: number } | null = null,
): Believed {
  const d = told.names.length;
  const pooled = priorOf(withIncumbent(told, lerner));
  const prior = lerner === null ? pooled : firstOf(ownPlus(pooled, toldBy(lerner), d), d);
  const bend = told.names.indexOf(CURVATURE);
  const here = <T extends Slopes | Prior>(slopes: T) => (bend < 0 ? slopes : ownPlus(slopes, off, bend));
  const alone = posteriorSlopes(told, prior);
  const usual = told.since ? asOfNow(alone, told.since) : alone;
  // of a SKU that alone has changed the price was set before
  const mayBeRight = lerner !== null && right !== null && !told.since;
  const slopes = mayBeRight
    ? slopesIfRight(
        usual,
        { told, prior, lerner: boundedLerner(lerner), within: right.within },
        right.chances,
      )
    : usual;
  const before = here(prior);
  const known = before.covariance[OWN]! + (told.since ? OWN_BREAK_SD ** 2 : 0);
  const information = Math.max(0, 1 / here(usual).covariance[OWN]! - 1 / known);
  return { prior: before, slopes: here(slopes), shrink: 1 - 1 / (1 + information * USUAL_VARIANCE) };
}
