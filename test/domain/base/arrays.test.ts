import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addScaled, apply, cholesky, inverse, multiply, outer } from "../../../domain/base/matrix.ts";
import { median, medianAbsoluteDeviation, quantile } from "../../../domain/base/quantile.ts";

describe("matrix", () => {
  it("inverts a hand-known matrix", () => {
    expect(inverse([2, 1, 1, 2], 2).map((value) => value * 3)).toEqual(
      [2, -1, -1, 2].map((value) => expect.closeTo(value, 12)),
    );
    expect(apply([1, 2, 3, 4], [5, 6])).toEqual([17, 39]);
  });

  it("inverse times matrix is the identity for any positive definite matrix up to order 8", () => {
    const element = fc.double({ min: -3, max: 3, noNaN: true });
    const matrices = fc
      .integer({ min: 1, max: 8 })
      .chain((n) =>
        fc.array(fc.array(element, { minLength: n, maxLength: n }), { minLength: n, maxLength: n }),
      );
    fc.assert(
      fc.property(matrices, (vectors) => {
        const n = vectors.length;
        const identity = vectors.flatMap((_, i) => vectors.map((_unused, j) => (i === j ? 1 : 0)));
        const a = vectors.reduce((sum, x) => addScaled(sum, outer(x), 1), identity);
        multiply(inverse(a, n), a, n).forEach((value, i) => {
          expect(value).toBeCloseTo(identity[i]!, 8);
        });
      }),
    );
  });

  it("refuses a matrix that is not positive definite", () => {
    expect(() => cholesky([1, 2, 2, 1], 2)).toThrow(RangeError);
  });
});

describe("sample statistics", () => {
  it("quantile interpolates between order statistics", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
    expect(quantile([7], 0.9)).toBe(7);
    expect(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9])).toBe(1);
    expect(() => median([])).toThrow(RangeError);
  });
});
