import type { OwnDesign } from "./own-design.ts";
import type { CoefficientDefaults } from "./prior.ts";

/** The normal equations of a design: X'V⁻¹X (lower triangle) and X'V⁻¹z. */
export interface System {
  gram: Float64Array;
  cross: Float64Array;
}

/** Priors of the effects asked for, by column; null = none. */
export type EffectPriors =
  | readonly Pick<CoefficientDefaults, "centre" | "withinVariance" | "betweenVariance">[]
  | null;

/**
 * Cholesky factor with the columns in reverse, so that the effects asked for come last and what else there is has been
 * eliminated before them; y solves L y = right-hand side. `prior` of the effects asked for, if they are to have one.
 */
export function eliminated(
  { columns: p, precision }: Pick<OwnDesign, "columns" | "precision">,
  { gram, cross }: System,
  prior: EffectPriors,
) {
  const factor = new Float64Array(p * p);
  const y = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    const column = p - 1 - j;
    const held = heldAt(column, precision, prior);
    let right = cross[column]! + held * (prior?.[column]?.centre ?? 0);
    for (let k = 0; k <= j; k++) {
      let value = gram[(p - 1 - k) * p + column]! + (k === j ? held : 0);
      for (let l = 0; l < k; l++) value -= factor[j * p + l]! * factor[k * p + l]!;
      factor[j * p + k] = k < j ? value / factor[k * p + k]! : Math.sqrt(Math.max(value, 1e-12));
    }
    for (let l = 0; l < j; l++) right -= factor[j * p + l]! * y[l]!;
    y[j] = right / factor[j * p + j]!;
  }
  return { factor, y };
}

/** Prior precision of a column's effect. */
export function heldAt(column: number, precision: Float64Array, prior: EffectPriors): number {
  const own = prior?.[column];
  return own ? 1 / (own.withinVariance + own.betweenVariance) : precision[column]!;
}

/** Effects in the order of the columns. */
export function effectsOf(factor: Float64Array, y: Float64Array, p: number): Float64Array {
  const effects = new Float64Array(p);
  for (let j = p - 1; j >= 0; j--) {
    let value = y[j]!;
    for (let l = j + 1; l < p; l++) value -= factor[l * p + j]! * effects[p - 1 - l]!;
    effects[p - 1 - j] = value / factor[j * p + j]!;
  }
  return effects;
}

/** J = L₂₂L₂₂' and h = L₂₂y₂ of the last q rows, in the order of the names. */
export function information(factor: Float64Array, y: Float64Array, p: number, q: number) {
  const J = new Array<number>(q * q).fill(0);
  const h = new Array<number>(q).fill(0);
  const start = p - q;
  for (let a = 0; a < q; a++) {
    const i = p - 1 - a;
    for (let l = start; l <= i; l++) h[a]! += factor[i * p + l]! * y[l]!;
    for (let b = 0; b < q; b++) {
      const j = p - 1 - b;
      for (let l = start; l <= Math.min(i, j); l++) J[a * q + b]! += factor[i * p + l]! * factor[j * p + l]!;
    }
  }
  return { J, h };
}
