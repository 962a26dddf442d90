import { MINUTE_MS } from "../../base/time.ts";
import { CART_WINDOW_MS } from "../demand/visitor.ts";
import type { SkuDefinition } from "./definition.ts";
import type { MarketView } from "./market-view.ts";

/** Additions to the cart at which the severity reaches 1. */
const SEVERE_CARTS = 6;

/** Sessions that have filled their cart and not bought yet, and their additions. */
function undecided({ shop, clock }: MarketView): { sessions: number; carts: number } {
  const open = (shop?.carts ?? []).filter(({ at, bought }) => !bought && clock - at < CART_WINDOW_MS);
  return { sessions: open.length, carts: open.reduce((sum, { carts }) => sum + carts, 0) };
}

/** Shoppers add the product to their cart again and again without buying. Never a reason to price by shopper. */
export const CART_NO_PURCHASE: SkuDefinition = {
  type: "CART_NO_PURCHASE",
  scope: "sku",
  about: "shop",
  clearsAtOnce: true,
  priorities: [2, 3, 3],
  advice: [
    "Check whether shipping or the price puts them off.",
    "Check whether the checkout puts them off.",
    "Check whether the checkout puts them off.",
  ],
  read: (view) => ({
    value: undecided(view).carts,
    threshold: view.settings.abandonedCarts,
    inclusive: true,
  }),
  describe: (view) => {
    const { sessions, carts } = undecided(view);
    const who = sessions === 1 ? "A shopper" : `${sessions} shoppers`;
    const filled = `added it to the cart ${carts} times in 30 minutes`;
    return {
      severity: Math.min(1, carts / SEVERE_CARTS),
      confidence: 1,
      evidence: { sessions, carts, windowMinutes: CART_WINDOW_MS / MINUTE_MS },
      message: `${who} ${filled} without buying.`,
    };
  },
};
