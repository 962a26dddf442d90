import { formatMinor } from "../../base/money.ts";
import type { SkuDefinition } from "./definition.ts";
import { amount, ourAmount, percent } from "./wording.ts";

/** A loss of this share of the price is as severe as it gets. */
const WORST_LOSS = 0.2;
/** Every loss is critical: severity starts here. */
const LEAST_SEVERITY = 0.8;

const ADVICE = "Every sale loses money: raise the price, or have a look at the cost.";

/** A unit that is sold now earns nothing: the price is below what its cost, fees and tax take. */
export const BELOW_COST: SkuDefinition = {
  type: "BELOW_COST",
  scope: "sku",
  about: "shop",
  clearsAtOnce: true,
  priorities: [1, 1, 1],
  advice: [ADVICE, ADVICE, ADVICE],
  read: ({ product: { active, stock, price, breakEven = null } }) =>
    active && stock !== 0 && breakEven !== null && price < breakEven
      ? { value: breakEven / price - 1, threshold: 0, inclusive: true }
      : null,
  describe: (view, { value }) => {
    const breakEven = view.product.breakEven!;
    return {
      severity: LEAST_SEVERITY + (1 - LEAST_SEVERITY) * Math.min(1, value / WORST_LOSS),
      confidence: 1,
      evidence: {
        ourPrice: formatMinor(view.product.price, view.product.currency),
        breakEven: formatMinor(breakEven, view.product.currency),
        currency: view.product.currency,
        level: "critical",
      },
      message: `Our ${ourAmount(view)} is below what a unit costs: it earns something from ${amount(view, breakEven)} (${percent(value)} more).`,
    };
  },
};
