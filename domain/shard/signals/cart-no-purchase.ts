import { MINUTE_MS } from "../../base/time.ts";
import { CART_WINDOW_MS } from "../demand/visitor.ts";
import type { SkuDefinition } from "./definition.ts";
import type { MarketView } from "./market-view.ts";

/** So many additions are as severe as it gets. */
const SEVERE_CARTS = 6;

/** Sessions whose carts are still undecided, and what they put in. */
function undecided({ shop, clock }: MarketView): { sessions: number; carts: number } {
  const open = (shop?.carts ?? []).filter(({ at, bought }) => !bought && clock - at < CART_WINDOW_MS);
  return { sessions: open.length, carts: open.reduce((sum, { carts }) => sum + carts, 0) };
}

/** Shoppers put it into the cart again and again, and do not buy. Never a reason for a price of their own. */
export const CART_NO_PURCHASE: SkuDefinition = {
  type: "CART_NO_PURCHASE",
  scope: "sku",
  about: "shop",
  clearsAtOnce: true,
  priorities: [2, 3, 3],
  advice: [
    "See whether shipping or the price holds them back.",
    "See whether the checkout holds them back.",
    "See whether the checkout holds them back.",
  ],
  read: (view) => ({
    value: undecided(view).carts,
    threshold: view.settings.abandonedCarts,
    inclusive: true,
  }),
  tell: (view) => {
    const { sessions, carts } = undecided(view);
    const who = sessions === 1 ? "A shopper" : `${sessions} shoppers`;
    const filled = `filled the cart ${carts} times in 30 minutes`;
    return {
      severity: Math.min(1, carts / SEVERE_CARTS),
      confidence: 1,
      evidence: { sessions, carts, windowMinutes: CART_WINDOW_MS / MINUTE_MS },
      message: `${who} ${filled}, and did not buy.`,
    };
  },
};
