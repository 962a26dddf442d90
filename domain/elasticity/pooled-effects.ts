import { addScaled, apply, diagonal, inverse } from "../statistics/matrix.ts";
import type { Hyper } from "./hyper.ts";
import { COMPETITOR, coefficientDefaults, OWN } from "./prior.ts";

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
