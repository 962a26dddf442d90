import { describe, expect, it } from "vitest";
import { normal, poisson, uniform } from "../../../../domain/base/keyed-random.ts";
import { asOfNow, sharedEvidence, sinceThen } from "../../../../domain/learning/elasticity/drift.ts";
import type { ElasticitySeries } from "../../../../domain/learning/elasticity/series.ts";
import { learn } from "./support/learn.ts";

const SKUS = 40;
const BREAK_DAY = 200;
const DAYS = BREAK_DAY + 60;
const BREAK = 1.6;

interface Known extends ElasticitySeries {
  truth: number;
  broken: boolean;
}

/** SKUs that sell 5 to 30 a day at prices within ± 20 % for `every` days each; those that break do it on day 200. */
function shop(seed: number, every: number, breaks: (sku: number) => boolean): Known[] {
  return Array.from({ length: SKUS }, (_, i) => {
    const elasticity = -2.4 + 0.4 * normal(seed, 1, i);
    const usual = 5 * 6 ** uniform(seed, 2, i);
    let level = 0;
    const periods = Array.from({ length: DAYS }, (_, day) => {
      const x = 0.4 * (uniform(seed, 3, i, Math.floor(day / every)) - 0.5);
      level = 0.985 * level + 0.03 * normal(seed, 4, i, day);
      const slope = elasticity * (breaks(i) && day >= BREAK_DAY ? BREAK : 1);
      const units = poisson(usual * Math.exp(slope * x + level), uniform(seed, 5, i, day));
      return { t: 20_000 + day, units, logPrice: 3 + x, logCompetitor: null, exposure: 1 };
    });
    const truth = elasticity * (breaks(i) ? BREAK : 1);
    return {
      sku: `s${String(i).padStart(3, "0")}`,
      category: `c${i % 4}`,
      period: "day",
      periods,
      truth,
      broken: breaks(i),
    };
  });
}

/** Shares over seeds: broken SKUs that are flagged and whose interval holds the truth, and others that are flagged. */
function outcome(seeds: number, every: number, breaks: (sku: number) => boolean) {
  const count = { broken: 0, flagged: 0, covered: 0, steady: 0, falsely: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const known = shop(seed, every, breaks);
    learn(known).reports.forEach(({ drifting, ci95 }, i) => {
      const { broken, truth } = known[i]!;
      if (!broken) {
        count.steady++;
        count.falsely += Number(drifting);
        return;
      }
      count.broken++;
      count.flagged += Number(drifting);
      count.covered += Number(ci95[0] < truth && truth < ci95[1]);
    });
  }
  return {
    flagged: count.flagged / count.broken,
    covered: count.covered / count.broken,
    falsely: count.falsely / count.steady,
  };
}

describe("60 days after an elasticity became 1.6 times what it was", () => {
  it("is seen in single SKUs whose prices move often", () => {
    const { flagged, covered, falsely } = outcome(6, 3, (sku) => sku % 13 === 5);
    expect(flagged).toBeGreaterThanOrEqual(0.7);
    expect(covered).toBeGreaterThanOrEqual(0.8);
    expect(falsely).toBeLessThanOrEqual(0.05);
  });

  it("is seen in a category that has it, and not in the others", () => {
    const { flagged, covered, falsely } = outcome(3, 7, (sku) => sku % 4 === 1);
    expect(flagged).toBeGreaterThanOrEqual(0.7);
    expect(covered).toBeGreaterThanOrEqual(0.8);
    expect(falsely).toBeLessThanOrEqual(0.06); // 5 of 90
  });

  it("is seen in the whole shop", () => {
    const { flagged, covered } = outcome(2, 7, () => true);
    expect(flagged).toBeGreaterThanOrEqual(0.9);
    expect(covered).toBeGreaterThanOrEqual(0.85);
  });

  it("is not seen where there was none", () => {
    expect(outcome(3, 7, () => false).falsely).toBeLessThanOrEqual(0.05);
  });
});

it("is shared only by those that have changed alike", () => {
  const alike = [1, 2, 3].map((information) => ({ score: -information, information }));
  expect(sharedEvidence(alike)).toEqual({ score: -6, information: 6 });
  expect(sharedEvidence([...alike, { score: 40, information: 20 }])).toBeNull();
  expect(sharedEvidence([null, null])).toBeNull();
});

it("adds a change of late to what an elasticity was", () => {
  // a change known by 3 observations of variance 1 each, and an elasticity of -2 ± .5 before, told apart from it
  const since = sinceThen({ J: [0, 0, 0, 3], h: [0, -3] }, { mean: 0, sd: 1, isDrifting: true, isOwn: true });
  expect(since).toEqual({ mean: -0.75, gain: [0], variance: 0.25 });
  expect(asOfNow({ mean: [-2], covariance: [0.25] }, since)).toEqual({ mean: [-2.75], covariance: [0.5] });
});
