import { gamma, normal, uniform } from "../../domain/base/keyed-random.ts";
import { gainShare } from "../../domain/evaluation/effect-shares.ts";

/** Spread of the true effects. */
const SPREAD = 0.04;

/** Distributions of true effects, of mean zero and a standard deviation of about one. */
const SHAPES: Readonly<Record<string, (seed: number, i: number) => number>> = {
  normal: (seed, i) => normal(seed, 1, i),
  "skewed upwards": (seed, i) => (gamma(2, seed, 1, i) - 2) / Math.SQRT2,
  "skewed downwards": (seed, i) => (2 - gamma(2, seed, 1, i)) / Math.SQRT2,
  "long-tailed": (seed, i) => normal(seed, 1, i) / Math.sqrt(gamma(2, seed, 2, i)),
  even: (seed, i) => (uniform(seed, 1, i) - 0.5) * Math.sqrt(12),
  "mostly small": (seed, i) => (uniform(seed, 3, i) < 0.7 ? 0.3 : 1.8) * normal(seed, 1, i),
};

/** Price changes whose true effects are known, as they would be measured. */
function drawnEffects(seed: number, shape: string) {
  const n = Math.round(40 * 15 ** uniform(seed, 90));
  const noise = SPREAD * 0.3 * 20 ** uniform(seed, 91);
  const shift = normal(seed, 92);
  return Array.from({ length: n }, (_, i) => {
    const truth = SPREAD * (shift + SHAPES[shape]!(seed, i));
    const sd = noise * Math.exp(0.4 * normal(seed, 5, i));
    return { truth, effect: truth + sd * normal(seed, 6, i), sd };
  });
}

/**
 * Classes of 40 to 600 price changes with effects of many a distribution, behind noise of .3 to 6 times their spread: how
 * often the interval of the share that gained has the truth, how often a share is told, and the most such a share is off.
 */
export function drawnClasses(perShape: number) {
  const all = Object.keys(SHAPES).flatMap((shape, s) =>
    Array.from({ length: perShape }, (_, r) => {
      const effects = drawnEffects(700_001 + 10_000 * s + r, shape);
      const truth = effects.filter((one) => one.truth > 0).length / effects.length;
      const { best, interval95 } = gainShare(effects);
      const [low, high] = interval95;
      return {
        isCovered: low <= truth && truth <= high,
        isTold: Math.max(high - best, best - low) <= 0.05,
        off: Math.abs(best - truth),
      };
    }),
  );
  const told = all.filter(({ isTold }) => isTold);
  const share = (some: readonly unknown[], of: readonly unknown[]) => some.length / Math.max(1, of.length);
  return {
    covered: share(
      all.filter(({ isCovered }) => isCovered),
      all,
    ),
    told: share(told, all),
    toldWithin: share(
      told.filter(({ off }) => off <= 0.05),
      told,
    ),
  };
}
