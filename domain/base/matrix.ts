/**
 * Small dense symmetric matrices (order n up to about 8) in row-major plain arrays. Written for clarity: the
 * sizes are those of one product's coefficients.
 */
export type Matrix = number[];

/**
 * Diagonal matrix.
 *
 * @example
 * diagonal([1, 2]) // [1, 0, 0, 2]
 */
export function diagonal(values: readonly number[]): Matrix {
  const n = values.length;
  const out = new Array<number>(n * n).fill(0);
  for (let i = 0; i < n; i++) out[i * n + i] = values[i]!;
  return out;
}

/**
 * Lower Cholesky factor L of a symmetric positive definite matrix, A = L L'. Throws if A is not.
 *
 * @example
 * cholesky([4, 2, 2, 5], 2) // [2, 0, 1, 2]
 */
export function cholesky(a: readonly number[], n: number): Matrix {
  const l = new Array<number>(n * n).fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i !== j) {
        l[i * n + j] = sum / l[j * n + j]!;
      } else {
        if (!(sum > 0)) throw new RangeError("matrix is not positive definite");
        l[i * n + i] = Math.sqrt(sum);
      }
    }
  }
  return l;
}

/**
 * ln|A| of a symmetric positive definite matrix.
 *
 * @example logDeterminant([2, 0, 0, 3], 2) // ln 6
 */
export function logDeterminant(a: readonly number[], n: number): number {
  const factor = cholesky(a, n);
  let log = 0;
  for (let i = 0; i < n; i++) log += 2 * Math.log(factor[i * n + i]!);
  return log;
}

/**
 * Inverse of a symmetric positive definite matrix through its Cholesky factor. Exactly symmetric.
 *
 * @example
 * inverse([4, 0, 0, 16], 2) // [0.25, 0, 0, 0.0625]
 */
export function inverse(a: readonly number[], n: number): Matrix {
  const l = cholesky(a, n);
  const m = new Array<number>(n * n).fill(0);
  for (let j = 0; j < n; j++) {
    m[j * n + j] = 1 / l[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= l[i * n + k]! * m[k * n + j]!;
      m[i * n + j] = sum / l[i * n + i]!;
    }
  }
  const out = new Array<number>(n * n).fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += m[k * n + i]! * m[k * n + j]!;
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  }
  return out;
}

/**
 * Matrix product of two n × n matrices.
 *
 * @example
 * multiply([1, 2, 3, 4], [5, 6, 7, 8], 2) // [19, 22, 43, 50]
 */
export function multiply(a: readonly number[], b: readonly number[], n: number): Matrix {
  const out = new Array<number>(n * n).fill(0);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const aik = a[i * n + k]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += aik * b[k * n + j]!;
    }
  }
  return out;
}

/**
 * Matrix-vector product.
 *
 * @example
 * apply([1, 2, 3, 4], [1, 1]) // [3, 7]
 */
export function apply(a: readonly number[], x: readonly number[]): number[] {
  const n = x.length;
  const out = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) out[i]! += a[i * n + j]! * x[j]!;
  }
  return out;
}

/**
 * a + scale · b, elementwise (matrices or vectors).
 *
 * @example
 * addScaled([1, 2], [3, 4], 0.5) // [2.5, 4]
 */
export function addScaled(a: readonly number[], b: readonly number[], scale: number): number[] {
  return a.map((value, i) => value + scale * b[i]!);
}

/**
 * Transpose of an n × n matrix.
 *
 * @example
 * transpose([1, 2, 3, 4], 2) // [1, 3, 2, 4]
 */
export function transpose(a: readonly number[], n: number): Matrix {
  return a.map((_, index) => a[(index % n) * n + Math.floor(index / n)]!);
}

/**
 * Average of a matrix and its transpose: removes rounding asymmetry.
 *
 * @example
 * symmetrised([1, 2, 4, 1], 2) // [1, 3, 3, 1]
 */
export function symmetrised(a: readonly number[], n: number): Matrix {
  return a.map((value, index) => 0.5 * (value + a[(index % n) * n + Math.floor(index / n)]!));
}

/**
 * Outer product x x'.
 *
 * @example
 * outer([1, 2]) // [1, 2, 2, 4]
 */
export function outer(x: readonly number[]): Matrix {
  return x.flatMap((a) => x.map((b) => a * b));
}
