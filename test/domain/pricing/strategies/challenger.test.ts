import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FOREST } from "../../../../bench/science/forest.ts";
import { key } from "../../../../domain/base/keyed-random.ts";
import {
  BOOSTED,
  type ChallengerConfig,
  predictLogMean,
} from "../../../../domain/pricing/challenger/config.ts";
import {
  CHALLENGER_FEATURES,
  type DayContext,
  type PricePoint,
  writeFeatures,
} from "../../../../domain/pricing/challenger/features.ts";
import { type ChallengerFit, fitChallenger } from "../../../../domain/pricing/challenger/fit.ts";
import { challengerSlope } from "../../../../domain/pricing/challenger/ml-challenger.ts";
import { type DemandRows, takeRows } from "../../../../domain/pricing/challenger/panel.ts";
import { knownRows } from "./challenger-world.ts";

const SMALL: ChallengerConfig = { ...BOOSTED, trees: 60, rate: 0.15, rowsMin: 200 };
const SMALL_FOREST: ChallengerConfig = { ...FOREST, trees: 15, rowsMin: 200 };
const CONTEXT: DayContext = { weekday: 3, lag7: 5, lag28: 5, promo: false, stock: null, age: 50 };

type Fitted = Extract<ChallengerFit, { kind: "fitted" }>;

function fitted(rows: DemandRows, config: ChallengerConfig): Fitted {
  const fit = fitChallenger(rows, config);
  if (fit.kind !== "fitted") throw new Error(fit.why);
  return fit;
}

function pointAt(logRatio: number, rivals: readonly number[] = [1000]): PricePoint {
  return { price: 1000 * Math.exp(logRatio), reference: 1000, rivals };
}

const PANEL = knownRows(1, { skus: 40, days: 120, slope: -2.5, competitor: 0 });
const MODELS = { boosted: fitted(PANEL, SMALL), forest: fitted(PANEL, SMALL_FOREST) };

function shuffled(rows: DemandRows, seed: number): DemandRows {
  const order = Array.from(rows.units, (_, i) => i).sort((a, b) => key(seed, a) - key(seed, b));
  return takeRows(rows, order);
}

const anyNumber = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, 1e308));
const context: fc.Arbitrary<DayContext> = fc.record({
  weekday: fc.nat(6),
  lag7: fc.double({ min: 0, max: 100, noNaN: true }),
  lag28: fc.double({ min: 0, max: 100, noNaN: true }),
  promo: fc.boolean(),
  stock: fc.option(fc.nat(500)),
  age: fc.nat(900),
});

describe.each(["boosted", "forest"] as const)("challenger, %s", (kind) => {
  const { model, heldOut } = MODELS[kind];

  it("recovers a constant elasticity", () => {
    for (const x of [-0.08, 0, 0.08]) {
      expect(Math.abs(challengerSlope(model, pointAt(x), CONTEXT) + 2.5)).toBeLessThan(0.9);
    }
    const span = (x: number) => {
      const out = new Float64Array(CHALLENGER_FEATURES.length);
      writeFeatures(pointAt(x), CONTEXT, out);
      return predictLogMean(model, out);
    };
    expect((span(0.15) - span(-0.15)) / 0.3).toBeCloseTo(-2.5, 0);
  });

  it("predicts products it has not seen better than without a price, and than a wrong elasticity", () => {
    expect(heldOut.groups).toBeGreaterThan(2);
    expect(heldOut.challenger.deviance).toBeLessThan(heldOut.offset.deviance);
    expect(heldOut.challenger.deviance).toBeLessThan(heldOut.filter.deviance);
    expect(heldOut.challenger.slopeVariance!).toBeLessThan(heldOut.filter.slopeVariance!);
  });

  it("never expects more demand at a higher price, whatever the rest", () => {
    const price = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(price, price, context, fc.array(price, { maxLength: 4 }), (a, b, day, rivals) => {
        const logMeanAt = (own: number) => {
          const out = new Float64Array(CHALLENGER_FEATURES.length);
          writeFeatures({ price: own, reference: 1000, rivals }, day, out);
          return predictLogMean(model, out);
        };
        expect(logMeanAt(Math.max(a, b))).toBeLessThanOrEqual(logMeanAt(Math.min(a, b)) + 1e-9);
      }),
    );
  });

  it("is finite for every input", () => {
    const vector = fc.array(anyNumber, { minLength: CHALLENGER_FEATURES.length });
    fc.assert(fc.property(vector, (features) => Number.isFinite(predictLogMean(model, features))));
  });

  it("is the same whatever the order of the rows", () => {
    const config = kind === "boosted" ? SMALL : SMALL_FOREST;
    const again = fitted(shuffled(PANEL, 7), config);
    expect(JSON.stringify(again.model)).toBe(JSON.stringify(model));
    expect(again.heldOut).toEqual(heldOut);
  });
});

describe("challenger", () => {
  it("learns a threshold that a constant elasticity misses", () => {
    const world = { skus: 40, days: 120, slope: -1, competitor: 0, threshold: -0.6 };
    const { model } = fitted(knownRows(2, world), SMALL);
    const at = (x: number) => challengerSlope(model, pointAt(x), CONTEXT);
    expect(at(0)).toBeLessThan(at(-0.12) - 2);
    expect(at(0)).toBeLessThan(at(0.12) - 2);
  });

  it("learns that a cheaper competitor takes demand", () => {
    const { model } = fitted(knownRows(3, { skus: 40, days: 120, slope: -2, competitor: 1.5 }), SMALL);
    const out = new Float64Array(CHALLENGER_FEATURES.length);
    const against = (rival: number) => {
      writeFeatures(pointAt(0, [rival]), CONTEXT, out);
      return predictLogMean(model, out);
    };
    expect(against(1140) - against(870)).toBeGreaterThan(0.2);
  });

  it("finds no response where there is none", () => {
    const { model } = fitted(knownRows(4, { skus: 40, days: 120, slope: 0, competitor: 0 }), SMALL);
    expect(challengerSlope(model, pointAt(0), CONTEXT)).toBeGreaterThan(-0.4);
  });

  it("leaves out rows that cannot be used, and nothing else", () => {
    const spoilt = takeRows(
      PANEL,
      Array.from(PANEL.units, (_, i) => i),
    );
    const without = takeRows(PANEL, Array.from(PANEL.units, (_, i) => i).slice(4));
    spoilt.units[0] = -1;
    spoilt.units[1] = Number.NaN;
    spoilt.offset[2] = Infinity;
    spoilt.features[3 * CHALLENGER_FEATURES.length + 5] = Number.NaN;
    const fit = fitted(spoilt, SMALL);
    expect(fit.skipped).toBe(4);
    expect(JSON.stringify(fit.model)).toBe(JSON.stringify(fitted(without, SMALL).model));
  });

  it("stays finite when nothing sells, or far too much", () => {
    for (const units of [0, 1e9]) {
      const rows = takeRows(
        PANEL,
        Array.from(PANEL.units, (_, i) => i),
      );
      rows.units.fill(units);
      const { model, heldOut } = fitted(rows, { ...SMALL, trees: 5 });
      expect(Number.isFinite(heldOut.challenger.deviance)).toBe(true);
      expect(Number.isFinite(challengerSlope(model, pointAt(0), CONTEXT))).toBe(true);
    }
  });

  it("says why there is no model", () => {
    const few = knownRows(5, { skus: 10, days: 5, slope: -2, competitor: 0 });
    expect(fitChallenger(few, SMALL)).toMatchObject({
      kind: "none",
      why: expect.stringContaining("days of demand"),
    });
    const one = knownRows(5, { skus: 1, days: 500, slope: -2, competitor: 0 });
    one.group.fill(3);
    expect(fitChallenger(one, SMALL).kind).toBe("none");
  });
});
