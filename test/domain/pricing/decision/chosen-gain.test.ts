import { describe, expect, it } from "vitest";
import { normal } from "../../../../domain/base/keyed-random.ts";
import { decidePrice } from "../../../../domain/pricing/decision/decide.ts";
import { inputsOf, policyOf } from "./fixture.ts";

const MEAN = -2.4;
const SD = 0.5;
const COST = 1000;

/** A price off the average optimum, and the posterior of an elasticity that was estimated with an error. */
function drawn(index: number, noise: number) {
  const draw = (stream: number) => normal(31, index, stream);
  const truth = Math.min(-1.2, MEAN + SD * draw(0));
  const estimate = truth + noise * draw(1);
  const variance = 1 / (1 / SD ** 2 + 1 / noise ** 2);
  const mean = variance * (MEAN / SD ** 2 + estimate / noise ** 2);
  const price = Math.round(1714 * Math.exp(0.12 * draw(2)));
  return {
    truth,
    price,
    elasticity: { mean, sd: Math.sqrt(variance), identified: true, label: "elastic" } as const,
  };
}

describe("the chance of a gain, where the price says nothing about the elasticity", () => {
  // A posterior holds for a candidate chosen by it too: choosing the best of the grid needs no correction of its own
  it.each([0.2, 0.4, 0.8])("is true of the candidates chosen, at a noise of %f", (noise) => {
    const policy = policyOf({ charmEndings: false });
    let [moves, said, gained] = [0, 0, 0];
    for (let i = 0; i < 3000; i++) {
      const { truth, price, elasticity } = drawn(i, noise);
      const demand = { perDay: 30, logVar: 0.02, phi: 1.5 };
      const decision = decidePrice(
        inputsOf({ price, unitCost: COST, elasticity, demand }),
        policy,
        "changes",
      );
      if (decision.verdict !== "propose") continue;
      const earned = (at: number) => (at - COST) * (at / price) ** truth;
      moves++;
      said += decision.pGain;
      if (earned(decision.to) > earned(price)) gained++;
    }
    expect(moves).toBeGreaterThan(1500);
    expect(Math.abs(said / moves - gained / moves)).toBeLessThan(0.03);
  });
});
