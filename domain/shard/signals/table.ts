import { ABRUPT_DROP, ABRUPT_INCREASE } from "./abrupt-change.ts";
import { BELOW_COST } from "./below-cost.ts";
import { CART_NO_PURCHASE } from "./cart-no-purchase.ts";
import { COMPETITOR_BACK, COMPETITOR_STOCKOUT } from "./competitor-stock.ts";
import type { SignalDefinition } from "./definition.ts";
import { DEMAND_SLUMP, DEMAND_SURGE } from "./demand-change.ts";
import { FX_SHOCK } from "./fx-shock.ts";
import { OVERPRICED, UNDERCUT } from "./gap.ts";
import { LOW_INVENTORY } from "./low-inventory.ts";
import { ABOVE_MARKET, BELOW_MARKET } from "./market-position.ts";
import { OFFER_MISSING } from "./offer-missing.ts";
import { PRICE_ANOMALY } from "./price-anomaly.ts";
import { PRICE_WAR } from "./price-war.ts";

/** Every signal. A new one needs an entry here and none in the evaluation. */
export const SIGNALS: readonly SignalDefinition[] = [
  UNDERCUT,
  OVERPRICED,
  ABRUPT_INCREASE,
  ABRUPT_DROP,
  COMPETITOR_STOCKOUT,
  COMPETITOR_BACK,
  OFFER_MISSING,
  ABOVE_MARKET,
  BELOW_MARKET,
  PRICE_WAR,
  PRICE_ANOMALY,
  FX_SHOCK,
  DEMAND_SURGE,
  DEMAND_SLUMP,
  BELOW_COST,
  LOW_INVENTORY,
  CART_NO_PURCHASE,
];

const SHOP_SIGNALS: ReadonlySet<string> = new Set(
  SIGNALS.filter(({ about }) => about === "shop").map(({ type }) => type),
);

/** Whether a signal is about the shop, so that it depends on no offer. */
export function isAboutShop(type: string): boolean {
  return SHOP_SIGNALS.has(type);
}
