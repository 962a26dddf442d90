import { describe, expect, it } from "vitest";
import { drawnClasses } from "../../../bench/experiments/drawn-effects.ts";
import { normal, uniform } from "../../../domain/base/keyed-random.ts";
import { calibration, type JudgedChange } from "../../../domain/evaluation/calibration.ts";
import { gainShare } from "../../../domain/evaluation/effect-shares.ts";

interface Drawn {
  said: number;
  n: number;
  /** mean and spread of the true effects, and the noise of their measurement */
  mean: number;
  spread: number;
  noise: number;
  isTrial?: boolean;
}

function drawn({ said, n, mean, spread, noise, isTrial = false }: Drawn, seed: number) {
  return Array.from({ length: n }, (_, i) => {
    const truth = mean + spread * normal(seed, 2, i);
    const shareSd = noise * (0.5 + uniform(seed, 1, i));
    const change: JudgedChange = {
      ...{ pGain: said, isTrial, share: Math.expm1(truth + shareSd * normal(seed, 3, i)), shareSd },
      ...{ expectedShare: Math.expm1(mean), group: `group ${i % 40}` },
    };
    return { change, truth };
  });
}

const changesOf = (some: ReturnType<typeof drawn>) => some.map(({ change }) => change);
const gains = (some: ReturnType<typeof drawn>) => some.filter(({ truth }) => truth > 0).length / some.length;

describe("calibration", () => {
  it.each([
    [0.92, 0.05, 0.04],
    [0.62, -0.01, 0.03],
    [0.96, 0.12, 0.05],
  ])("tells within five points what came of prices said to gain with %f, where noise is small", (said, mean, spread) => {
    const all = drawn({ said, n: 600, mean, spread, noise: 0.012 }, Math.round(1_000 * said));
    const { bins, trials } = calibration(changesOf(all));
    expect(trials).toBeNull();
    expect(bins).toMatchObject([{ n: 600, said: expect.closeTo(said, 9), reason: null }]);
    const [{ came, interval95, profit }] = bins as [(typeof bins)[number]];
    expect(Math.abs(came! - gains(all))).toBeLessThanOrEqual(0.05);
    expect(interval95[1] - interval95[0]).toBeLessThanOrEqual(0.1);
    expect(profit!.interval95[0]).toBeLessThan(Math.expm1(mean));
    expect(profit!.interval95[1]).toBeGreaterThan(Math.expm1(mean));
  });

  it("cannot tell where the noise hides the effects, and says in what range the share lies", () => {
    // half of them gain; a mean near nothing, measured with noise of twelve times the spread
    const all = drawn({ said: 0.75, n: 300, mean: 0.001, spread: 0.025, noise: 0.3 }, 4);
    const [bin] = calibration(changesOf(all)).bins;
    expect(bin).toMatchObject({ came: null, reason: expect.stringContaining("ups and downs of sales") });
    expect(bin!.interval95[0]).toBeLessThan(0.3);
    expect(bin!.interval95[1]).toBeGreaterThan(0.7);
    expect(bin!.profit!.interval95[1] - bin!.profit!.interval95[0]).toBeLessThan(0.1);
  });

  it("says nothing of a few, and keeps prices tried to learn apart", () => {
    const few = drawn({ said: 0.8, n: 9, mean: 0.05, spread: 0.02, noise: 0.01 }, 5);
    const tried = drawn({ said: 0.4, n: 200, mean: -0.05, spread: 0.02, noise: 0.01, isTrial: true }, 6);
    const { bins, trials } = calibration([...changesOf(few), ...changesOf(tried)]);
    expect(bins).toMatchObject([{ n: 9, came: null, interval95: [0, 1], profit: null }]);
    expect(bins[0]!.reason).toMatch(/fewer than 10/);
    expect(trials).toMatchObject({ n: 200, said: expect.closeTo(0.4, 9) });
    expect(trials!.came).toBeLessThan(0.05);
  });

  it("knows less where many changes share their noise", () => {
    const all = changesOf(drawn({ said: 0.8, n: 400, mean: 0.02, spread: 0.03, noise: 0.05 }, 7));
    const shared = all.map((change, i) => {
      const block = Math.floor(i / 40);
      return {
        ...change,
        group: `block ${block}`,
        share: Math.expm1(Math.log1p(change.share) + 0.05 * normal(8, block)),
      };
    });
    const width = (changes: JudgedChange[]) => {
      const [low, high] = calibration(changes).bins[0]!.interval95;
      return high - low;
    };
    expect(width(shared)).toBeGreaterThan(1.3 * width(all));
  });
});

describe("the share of gains behind the noise", () => {
  it("is all of them where every effect is far above its noise", () => {
    const effects = Array.from({ length: 50 }, (_, i) => ({ effect: 0.1 + 0.001 * i, sd: 0.01 }));
    const { best, interval95 } = gainShare(effects);
    expect(best).toBeGreaterThan(0.99);
    expect(interval95[0]).toBeGreaterThan(0.9);
    expect(interval95[1]).toBe(1);
    const losses = gainShare(effects.map(({ effect, sd }) => ({ effect: -effect, sd })));
    expect(losses.best).toBeLessThan(0.01);
  });

  it("lies in its interval, whatever the distribution of the effects", () => {
    const { covered, toldWithin } = drawnClasses(4);
    expect(covered).toBeGreaterThanOrEqual(0.9);
    expect(toldWithin).toBe(1);
  });
});
