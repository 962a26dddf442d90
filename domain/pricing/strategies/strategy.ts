import type { StrategyName } from "../../settings/strategies.ts";
import type { PricingInputs, PricingPolicy } from "../inputs.ts";
import type { PriceResponse } from "../optimisation/response.ts";

/**
 * What a strategy wants, before the guardrails. `maximise`: the candidate with the largest expected
 * objective, under `response` where it is not the SKU's own elasticity; `why` says so in words, `decidedBy` names the
 * strategy that it leaves the decision to. `target`: the candidate nearest to a price (minor units, not yet rounded).
 * `hold`: keep the price; `isStranded`: only because what the strategy goes by is not known.
 */
export type Plan =
  | { kind: "maximise"; response?: PriceResponse; why?: string; decidedBy?: StrategyName }
  | {
      kind: "target";
      price: number;
      /** 0..1 */
      confidence: number;
      why: string;
    }
  | { kind: "hold"; confidence: number; why: string; isStranded?: boolean };

/** One way to set a price. All go through the same guardrails and the same explanation. */
export interface Strategy {
  readonly name: StrategyName;
  /** sets the price by the competitors' prices, so the guards against price spirals apply */
  readonly followsMarket: boolean;
  plan(inputs: PricingInputs, policy: PricingPolicy): Plan;
}
