import type { CompetitorDefinition, Reading } from "./definition.ts";
import type { MarketView } from "./market-view.ts";
import { lastStockoutAt } from "./window.ts";
import { amount, offerEvidence, ourAsk } from "./wording.ts";

/** A condition that holds or does not. */
function yesOrNo(holds: boolean): Reading {
  return { value: holds ? 1 : 0, threshold: 0.5 };
}

/** Share of the fresh offers that are out of stock. */
function shareOut(view: MarketView): number {
  const out = view.offers.filter((offer) => offer.availability === "out_of_stock").length;
  return out / Math.max(1, view.offers.length);
}

/** They are out of stock while we can deliver. */
export const COMPETITOR_STOCKOUT: CompetitorDefinition = {
  type: "COMPETITOR_STOCKOUT",
  scope: "competitor",
  priorities: [1, 2, 3],
  advice: [
    "Their demand can be ours: hold the price.",
    "Check that our stock covers more demand.",
    "Good to know.",
  ],
  read: (_view, offer) => yesOrNo(offer.availability === "out_of_stock"),
  tell: (view, offer) => ({
    severity: shareOut(view),
    confidence: 1,
    evidence: offerEvidence(view, offer),
    message: `${offer.competitor} is sold out, last at ${amount(view, offer.price)}; ${ourAsk(view)} stands.`,
  }),
};

/** They can deliver again, having been out of stock within the last 24 h. */
export const COMPETITOR_BACK: CompetitorDefinition = {
  type: "COMPETITOR_BACK",
  scope: "competitor",
  priorities: [2, 3, 3],
  advice: ["Check our price against theirs.", "Our demand may go back to normal.", "Good to know."],
  opensOn: (move) => move.restocked,
  read: (view, offer) => yesOrNo(offer.buyable && lastStockoutAt(offer.history, view.clock) !== null),
  tell: (view, offer) => ({
    severity: 1 - shareOut(view),
    confidence: 1,
    evidence: offerEvidence(view, offer),
    message: `${offer.competitor} is back in stock at ${amount(view, offer.price)}; ${ourAsk(view)} stands.`,
  }),
};
