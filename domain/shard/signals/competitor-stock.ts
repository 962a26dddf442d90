import type { CompetitorDefinition, Reading } from "./definition.ts";
import type { MarketView } from "./market-view.ts";
import { lastStockoutAt } from "./window.ts";
import { amount, offerEvidence, ourAmount } from "./wording.ts";

/** A condition that holds or does not. */
function yesOrNo(holds: boolean): Reading {
  return { value: holds ? 1 : 0, threshold: 0.5 };
}

/** Share of the fresh offers that are out of stock. */
function shareOut(view: MarketView): number {
  const out = view.offers.filter((offer) => offer.availability === "out_of_stock").length;
  return out / Math.max(1, view.offers.length);
}

/** They are out of stock while we are selling. */
export const COMPETITOR_STOCKOUT: CompetitorDefinition = {
  type: "COMPETITOR_STOCKOUT",
  contrary: "COMPETITOR_BACK",
  scope: "competitor",
  priorities: [1, 2, 3],
  advice: [
    "Their shoppers may come to us: keep the price.",
    "Check that our stock covers the extra demand.",
    "No action needed.",
  ],
  read: (_view, offer) => yesOrNo(offer.availability === "out_of_stock"),
  describe: (view, offer) => ({
    severity: shareOut(view),
    confidence: 1,
    evidence: offerEvidence(view, offer),
    message: `${offer.competitor} is out of stock, last at ${amount(view, offer.price)}; we ask ${ourAmount(view)}.`,
  }),
};

/** They are selling again after having been out of stock within the last 24 h. */
export const COMPETITOR_BACK: CompetitorDefinition = {
  type: "COMPETITOR_BACK",
  contrary: "COMPETITOR_STOCKOUT",
  scope: "competitor",
  priorities: [2, 3, 3],
  advice: ["Compare our price with theirs.", "Our demand may return to normal.", "No action needed."],
  opensOn: (move) => move.restocked,
  read: (view, offer) => yesOrNo(offer.buyable && lastStockoutAt(offer.history, view.clock) !== null),
  describe: (view, offer) => ({
    severity: 1 - shareOut(view),
    confidence: 1,
    evidence: offerEvidence(view, offer),
    message: `${offer.competitor} is back in stock at ${amount(view, offer.price)}; we ask ${ourAmount(view)}.`,
  }),
};
