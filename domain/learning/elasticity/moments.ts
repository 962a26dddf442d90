/** Running sums of a few variables, enough for every regression among them. Plain JSON. */
export interface Moments {
  count: number;
  sums: number[];
  /** Σ a·b for a ≥ b, row by row. */
  products: number[];
}

/** Nothing seen yet of `size` variables. */
export function noMoments(size: number): Moments {
  return {
    count: 0,
    sums: new Array<number>(size).fill(0),
    products: new Array<number>((size * (size + 1)) / 2).fill(0),
  };
}

export function cloneMoments({ count, sums, products }: Moments): Moments {
  return { count, sums: [...sums], products: [...products] };
}

/** Adds one row, in place. */
export function addMoments(moments: Moments, values: ArrayLike<number>): void {
  const { sums, products } = moments;
  moments.count++;
  for (let a = 0, at = 0; a < sums.length; a++) {
    const value = values[a]!;
    sums[a]! += value;
    for (let b = 0; b <= a; b++, at++) products[at]! += value * values[b]!;
  }
}

/** Sum of products of two variables about their means. */
function centredProduct({ count, sums, products }: Moments, a: number, b: number): number {
  if (count === 0) return 0;
  const row = Math.max(a, b);
  return products[(row * (row + 1)) / 2 + Math.min(a, b)]! - (sums[a]! * sums[b]!) / count;
}

/** An ordinary least squares fit. */
export interface Regression {
  /** In the order of the regressors. */
  slopes: number[];
  /** Σ residual², and the residual degrees of freedom. */
  squares: number;
  freedom: number;
  /** Residual sum of squares of each regressor on the others: its own information. */
  own: number[];
}

/** Share of a regressor's variance below which what is left of it is rounding. */
const COLLINEAR = 1e-9;

/**
 * Regression of one variable on others and a constant, by sweeping the cross products (Goodnight 1979).
 * Null where a regressor does not vary by itself.
 */
export function regress(
  moments: Moments,
  response: number,
  regressors: readonly number[],
): Regression | null {
  const size = regressors.length + 1;
  const swept = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const a = regressors[i] ?? response;
    for (let j = 0; j < size; j++)
      swept[i * size + j] = centredProduct(moments, a, regressors[j] ?? response);
  }
  for (let k = 0; k < size - 1; k++) {
    const total = centredProduct(moments, regressors[k]!, regressors[k]!);
    const pivot = swept[k * size + k]!;
    if (!(pivot > COLLINEAR * total && pivot > Number.EPSILON)) return null;
    sweep(swept, size, k, pivot);
  }
  const fit: Regression = {
    slopes: [],
    squares: Math.max(0, swept[size * size - 1]!),
    freedom: moments.count - size,
    own: [],
  };
  for (let k = 0; k < size - 1; k++) {
    fit.slopes.push(swept[k * size + size - 1]!);
    fit.own.push(1 / swept[k * size + k]!);
  }
  return fit;
}

function sweep(swept: Float64Array, size: number, k: number, pivot: number): void {
  for (let j = 0; j < size; j++) swept[k * size + j]! /= pivot;
  for (let i = 0; i < size; i++) {
    if (i === k) continue;
    const factor = swept[i * size + k]!;
    for (let j = 0; j < size; j++) if (j !== k) swept[i * size + j]! -= factor * swept[k * size + j]!;
    swept[i * size + k] = -factor / pivot;
  }
  swept[k * size + k] = 1 / pivot;
}
