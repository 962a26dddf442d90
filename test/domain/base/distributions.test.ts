import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { erfc, normalCdf, normalQuantile } from "../../../domain/base/normal.ts";
import {
  betaI,
  gammaP,
  lgamma,
  negativeBinomialCdf,
  negativeBinomialUpperTail,
} from "../../../domain/base/special-functions.ts";

const relative = (value: number, expected: number) => Math.abs(value / expected - 1);

describe("normal distribution", () => {
  // Values from the tables of Abramowitz and Stegun and from arbitrary-precision arithmetic.
  it.each([
    [0.1, 0.887537083981715],
    [0.5, 0.4795001221869535],
    [1, 0.15729920705028513],
    [2.5, 4.069520174449589e-4],
    [5, 1.5374597944280349e-12],
    [10, 2.088487583762545e-45],
    [-1, 1.8427007929497148],
  ])("erfc(%f)", (x, expected) => {
    expect(relative(erfc(x), expected)).toBeLessThan(1e-14);
  });

  it("inverts its distribution function in both tails", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    fc.assert(
      fc.property(fc.double({ min: -8, max: 5, noNaN: true }), (z) => {
        expect(Math.abs(normalQuantile(normalCdf(z)) - z)).toBeLessThan(1e-8);
      }),
    );
  });
});

describe("gamma and beta functions", () => {
  it("lgamma is ln (n-1)! and ln √π at one half", () => {
    expect(lgamma(11)).toBeCloseTo(Math.log(3628800), 12);
    expect(lgamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
    expect(lgamma(0.3)).toBeCloseTo(1.0957979948180756, 12);
  });

  it("gammaP(1, x) = 1 - e^-x, and the step from a to a + 1 is a Poisson probability", () => {
    expect(gammaP(1, 2)).toBeCloseTo(1 - Math.exp(-2), 14);
    expect(gammaP(2, 1.5)).toBeCloseTo(1 - 2.5 * Math.exp(-1.5), 13);
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        fc.double({ min: 0.01, max: 400, noNaN: true }),
        (a, x) => {
          const step = Math.exp(a * Math.log(x) - x - lgamma(a + 1));
          expect(gammaP(a, x) - gammaP(a + 1, x)).toBeCloseTo(step, 12);
        },
      ),
    );
  });

  it("betaI has its closed forms and its symmetry", () => {
    expect(betaI(0.3, 2, 5)).toBeCloseTo(0.579825, 12);
    expect(betaI(0.25, 1, 1)).toBeCloseTo(0.25, 14);
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.double({ min: 0.2, max: 60, noNaN: true }),
        fc.double({ min: 0.2, max: 60, noNaN: true }),
        (x, a, b) => {
          expect(betaI(x, a, b) + betaI(1 - x, b, a)).toBeCloseTo(1, 10);
        },
      ),
    );
  });

  it("negative binomial tails agree with the sum of its probabilities", () => {
    const [mean, size] = [1.2, 3];
    let probability = (size / (size + mean)) ** size;
    let cumulative = 0;
    for (let y = 0; y < 12; y++) {
      cumulative += probability;
      expect(negativeBinomialCdf(y, mean, size)).toBeCloseTo(cumulative, 12);
      expect(negativeBinomialUpperTail(y + 1, mean, size)).toBeCloseTo(1 - cumulative, 12);
      probability *= ((size + y) / (y + 1)) * (mean / (size + mean));
    }
  });

  it("refuses impossible arguments instead of returning NaN", () => {
    expect(() => lgamma(0)).toThrow(RangeError);
    expect(() => gammaP(-1, 1)).toThrow(RangeError);
    expect(() => betaI(1.5, 1, 1)).toThrow(RangeError);
  });
});
