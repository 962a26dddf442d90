import type { StrategyName } from "../../settings/strategies.ts";
import { demandFailure } from "../guardrails/preconditions.ts";
import type { PricingInputs, PricingPolicy } from "../inputs.ts";
import { STRATEGIES } from "./registry.ts";
import type { Plan } from "./strategy.ts";

const NO_MARKET = "no competitor has a valid offer";

/** The plan that a decision follows, and the strategy that made it. */
interface PlanInForce {
  strategy: StrategyName;
  plan: Plan;
}

/** Back to the catalogue's price, where nothing else is known that could set one. */
function backToBase(inputs: PricingInputs, missing: string): Plan {
  const why = `${missing} and the elasticity is not known: back to the price of the catalogue`;
  return { kind: "target", price: inputs.basePrice ?? inputs.price, confidence: 0.5, why };
}

/**
 * The plan of the policy's strategy. Two strategies hand over: a challenger without a model that helps to the
 * elasticity optimizer, and a market strategy without any valid offer, or a rule without an anchor, to `marketFallback`, so that a price that
 * followed its rivals down does not stay there when they leave. While the elasticity is not known, the optimizer
 * cannot take over: the price then returns to the catalogue's.
 */
export function planInForce(inputs: PricingInputs, policy: PricingPolicy): PlanInForce {
  const { strategy, marketFallback } = policy;
  const own = STRATEGIES[strategy].plan(inputs, policy);
  if (own.kind === "maximise") return { strategy: own.decidedBy ?? strategy, plan: own };
  const hasNoMarket = STRATEGIES[strategy].followsMarket && inputs.market.cheapest === null;
  const isStranded = own.kind === "hold" && own.isStranded === true;
  if (!(hasNoMarket || isStranded) || marketFallback === "freeze") return { strategy, plan: own };
  const missing = isStranded ? own.why : NO_MARKET;
  const isLearned = inputs.elasticity.identified && demandFailure(inputs, policy) === null;
  if (marketFallback === "elasticity_optimizer" && !isLearned)
    return { strategy, plan: backToBase(inputs, missing) };
  const plan = STRATEGIES[marketFallback].plan(inputs, policy);
  const why = plan.why === undefined ? missing : `${missing}; ${plan.why}`;
  return { strategy: marketFallback, plan: { ...plan, why } };
}
