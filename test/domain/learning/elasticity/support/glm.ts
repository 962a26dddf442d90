import { addScaled, apply, inverse, outer } from "../../../../../domain/base/matrix.ts";

/**
 * A fitted regression: coefficients, standard errors, residual variance (OLS) or Pearson dispersion (GLM).
 */
export interface Regression {
  coefficients: number[];
  standardErrors: number[];
  dispersion: number;
}

/** Reference solver: least squares of y on the rows of X by the normal equations. */
export function ordinaryLeastSquares(X: readonly (readonly number[])[], y: readonly number[]): Regression {
  const { inverseInformation, coefficients } = weighted(X, y, () => 1);
  const squares = X.reduce((sum, x, i) => sum + (y[i]! - dot(x, coefficients)) ** 2, 0);
  return scaled(inverseInformation, coefficients, squares / (X.length - coefficients.length));
}

/**
 * Reference solver: quasi-Poisson log-link GLM by iteratively reweighted least squares, Pearson dispersion.
 */
export function quasiPoisson(
  X: readonly (readonly number[])[],
  y: readonly number[],
  offset: readonly number[] = y.map(() => 0),
): Regression {
  let eta = y.map((value) => Math.log(value + 0.1));
  let fit = { inverseInformation: [] as number[], coefficients: [] as number[] };
  for (let k = 0; k < 100; k++) {
    const mu = eta.map(Math.exp);
    const working = y.map((value, i) => eta[i]! - offset[i]! + (value - mu[i]!) / mu[i]!);
    const next = weighted(X, working, (i) => mu[i]!);
    const change = Math.max(...next.coefficients.map((b, j) => Math.abs(b - (fit.coefficients[j] ?? 1e9))));
    fit = next;
    eta = X.map((x, i) => offset[i]! + dot(x, fit.coefficients));
    if (change < 1e-12) break;
  }
  const pearson = y.reduce((sum, value, i) => sum + (value - Math.exp(eta[i]!)) ** 2 / Math.exp(eta[i]!), 0);
  return scaled(fit.inverseInformation, fit.coefficients, pearson / (y.length - fit.coefficients.length));
}

function weighted(X: readonly (readonly number[])[], y: readonly number[], weight: (i: number) => number) {
  const k = X[0]!.length;
  let information = new Array<number>(k * k).fill(0);
  let score = new Array<number>(k).fill(0);
  X.forEach((x, i) => {
    information = addScaled(information, outer(x), weight(i));
    score = addScaled(score, x, weight(i) * y[i]!);
  });
  const inverseInformation = inverse(information, k);
  return { inverseInformation, coefficients: apply(inverseInformation, score) };
}

function scaled(
  inverseInformation: readonly number[],
  coefficients: number[],
  dispersion: number,
): Regression {
  const k = coefficients.length;
  const standardErrors = coefficients.map((_, j) => Math.sqrt(dispersion * inverseInformation[j * k + j]!));
  return { coefficients, standardErrors, dispersion };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
