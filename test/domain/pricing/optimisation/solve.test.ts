import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestUnder, choicesInOrder, leaveOneOut } from "../../../../domain/pricing/optimisation/solve.ts";

const BITS = 5;
const ALL = (1 << BITS) - 1;

interface Case {
  scores: Float64Array;
  masks: Int32Array;
  current: number;
}

const cases: fc.Arbitrary<Case> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: ALL })), {
    minLength: 1,
    maxLength: 64,
  })
  .chain((pairs) =>
    fc.record({
      scores: fc.constant(Float64Array.from(pairs, ([score]) => score)),
      masks: fc.constant(Int32Array.from(pairs, ([, mask]) => mask)),
      current: fc.integer({ min: 0, max: pairs.length - 1 }),
    }),
  );

/** Sorts all candidates by the rule in words: score, nearness to the current one, lower price. */
function bruteForce({ scores, masks, current }: Case, active: number): number {
  const order = [...scores.keys()]
    .filter((i) => (masks[i]! & active) === 0)
    .sort((a, b) => scores[b]! - scores[a]! || Math.abs(a - current) - Math.abs(b - current) || a - b);
  return order[0] ?? -1;
}

describe("the solver", () => {
  it("finds what sorting all candidates finds", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 0, max: ALL }), (problem, active) => {
        const found = bestUnder(problem.scores, problem.masks, active, problem.current);
        expect(found).toBe(bruteForce(problem, active));
      }),
    );
  });

  it("leaves one constraint out at a time as solving again would", () => {
    fc.assert(
      fc.property(cases, (problem) => {
        const { scores, masks, current } = problem;
        const choice = bestUnder(scores, masks, ALL, current);
        fc.pre(choice >= 0);
        const without = leaveOneOut(scores, masks, ALL, current, choice, BITS);
        for (let j = 0; j < BITS; j++) expect(without[j]).toBe(bruteForce(problem, ALL & ~(1 << j)));
      }),
    );
  });

  it("adds the constraints one after the other as solving each prefix would", () => {
    fc.assert(
      fc.property(cases, (problem) => {
        const { scores, masks, current } = problem;
        const inOrder = choicesInOrder(scores, masks, ALL, current, BITS);
        for (let j = 0; j <= BITS; j++) expect(inOrder[j]).toBe(bruteForce(problem, (1 << j) - 1));
      }),
    );
  });

  it("never earns more under one more constraint", () => {
    fc.assert(
      fc.property(
        cases,
        fc.integer({ min: 0, max: ALL }),
        fc.integer({ min: 0, max: BITS - 1 }),
        (problem, active, j) => {
          const { scores, masks, current } = problem;
          const loose = bestUnder(scores, masks, active, current);
          const tight = bestUnder(scores, masks, active | (1 << j), current);
          if (tight >= 0) expect(scores[tight]).toBeLessThanOrEqual(scores[loose]!);
        },
      ),
    );
  });
});
