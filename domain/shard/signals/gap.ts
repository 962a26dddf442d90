import { type CompetitorDefinition, severityOf } from "./definition.ts";
import { offerEvidence, ourAmount, percent, theirAsk } from "./wording.ts";

/** They sell below our price by more than the threshold, a share of our price. */
export const UNDERCUT: CompetitorDefinition = {
  type: "UNDERCUT",
  contrary: "OVERPRICED",
  scope: "competitor",
  priorities: [1, 2, 3],
  advice: ["Shoppers compare prices here: react now.", "Consider a lower price.", "Keep an eye on it."],
  read: (view, offer) =>
    offer.buyable
      ? { value: (view.product.price - offer.price) / view.product.price, threshold: view.settings.undercut }
      : null,
  describe: (view, offer, reading) => ({
    severity: severityOf(reading, 0.15),
    confidence: 1,
    evidence: offerEvidence(view, offer),
    message: `${theirAsk(view, offer)}, ${percent(reading.value)} below our ${ourAmount(view)}.`,
  }),
};

/** They ask more than we do by more than the threshold, a share of our price: there is room to raise. */
export const OVERPRICED: CompetitorDefinition = {
  type: "OVERPRICED",
  contrary: "UNDERCUT",
  scope: "competitor",
  priorities: [2, 3, 3],
  advice: ["There may be room to raise the price.", "We are well placed.", "No hurry."],
  read: (view, offer) =>
    offer.buyable
      ? {
          value: (offer.price - view.product.price) / view.product.price,
          threshold: view.settings.overpriced,
        }
      : null,
  describe: (view, offer, reading) => ({
    severity: severityOf(reading, 0.25),
    confidence: 1,
    evidence: offerEvidence(view, offer),
    message: `${theirAsk(view, offer)}, ${percent(reading.value)} above our ${ourAmount(view)}.`,
  }),
};
