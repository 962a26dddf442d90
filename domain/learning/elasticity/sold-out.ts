import type { OwnDesign } from "./own-design.ts";

/** Days without a sale beyond what a fit expects: their number less the expected one, and its variance. */
export interface Zeros {
  excess: number;
  variance: number;
}

/** Holds the days without a sale against a fit: `eta` is ln of the units expected, `phi` their dispersion. */
export function zerosOf(design: OwnDesign, eta: Float64Array, phi: number): Zeros {
  const perUnit = phi > 1.01 ? Math.log(phi) / (phi - 1) : 1;
  let excess = 0;
  let variance = 0;
  for (let i = 0; i < eta.length; i++) {
    const chance = Math.exp(-Math.exp(eta[i]!) * perUnit);
    excess += (design.rows[i]!.units === 0 ? 1 : 0) - chance;
    variance += chance * (1 - chance);
  }
  return { excess, variance };
}

/** ln probability below which a run of days without a sale is not chance. */
const SOLD_OUT_LOG = Math.log(1e-4);
/** A day on which no more than this was expected says nothing by not selling. */
const SOLD_OUT_UNITS = 1;

/**
 * Leaves out runs of days without a sale that the fitted demand makes all but impossible, P(0) = φ^(-μ/(φ-1)) a day (negative
 * binomial): the shelf was empty, whatever the report says. Returns their number.
 */
export function dropSoldOut(design: OwnDesign, eta: Float64Array, phi: number): number {
  const { rows, offsetVariance } = design;
  const perUnit = phi > 1.01 ? Math.log(phi) / (phi - 1) : 1;
  let dropped = 0;
  for (let i = 0; i < rows.length; ) {
    let end = i;
    let log = 0;
    while (end < rows.length && rows[end]!.units === 0 && Math.exp(eta[end]!) > SOLD_OUT_UNITS) {
      log -= Math.exp(eta[end]!) * perUnit;
      end++;
    }
    if (end > i && log < SOLD_OUT_LOG) {
      for (let k = i; k < end; k++) offsetVariance[k] = Number.POSITIVE_INFINITY;
      dropped += end - i;
    }
    i = Math.max(end, i + 1);
  }
  return dropped;
}
