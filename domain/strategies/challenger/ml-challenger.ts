import type { InputFact, PricingInputs } from "../../optimisation/pricing-inputs.ts";
import type { Plan, Strategy } from "../strategy.ts";
import { type BlendedResponse, blendResponses, type ChallengerView } from "./response.ts";

const NO_MODEL = "no challenger model was fitted";

function whyNone(view: ChallengerView | null | undefined): string {
  return view?.kind === "none" ? view.why : NO_MODEL;
}

function signed(slope: number): string {
  return slope.toFixed(2).replace("-", "−");
}

function wordsOf(inputs: PricingInputs, slope: number, blend: BlendedResponse): string {
  const parts = `filter ${signed(inputs.elasticity.mean)}, challenger ${signed(slope)}`;
  return `${parts} at a weight of ${Math.round(blend.weight * 100)} %`;
}

function asOptimizer(why: string): Plan {
  return { kind: "maximise", why: `as the elasticity optimizer: ${why}` };
}

/**
 * The most profitable price under the filter's elasticity blended with that of the challenger, a tree ensemble over
 * the category's panel. Without a model that helps it does as the elasticity optimizer, and says why.
 */
export const mlChallenger: Strategy = {
  name: "ml_challenger",
  followsMarket: false,
  plan: (inputs) => {
    const { challenger, clearance, elasticity } = inputs;
    if (clearance) return asOptimizer("stock that has to go is not left to the challenger");
    if (challenger?.kind !== "fitted") return asOptimizer(whyNone(challenger));
    const blend = blendResponses(elasticity, challenger);
    const response = { mean: blend.mean, sd: blend.sd };
    return { kind: "maximise", response, why: wordsOf(inputs, challenger.slope, blend) };
  },
};

/** The fact that a decision shows of the challenger. */
export function challengerFact(view: ChallengerView | null | undefined, at: number | null): InputFact {
  const value =
    view?.kind === "fitted" ? Math.round(view.slope * 100) / 100 : `${whyNone(view)}: elasticity optimizer`;
  return { name: "challenger's elasticity", value, at };
}
