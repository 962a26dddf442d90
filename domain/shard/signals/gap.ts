import { type CompetitorDefinition, severityOf } from "./definition.ts";
import { offerEvidence, ourAsk, percent, theirAsk } from "./wording.ts";

/** They can be bought for less than ours by more than the threshold's share of ours. */
export const UNDERCUT: CompetitorDefinition = {
  type: "UNDERCUT",
  scope: "competitor",
  priorities: [1, 2, 3],
  advice: ["Shoppers of this product compare: answer it now.", "Weigh a lower price.", "Keep an eye on it."],
  read: (view, offer) =>
    offer.buyable
      ? { value: (view.product.price - offer.price) / view.product.price, threshold: view.settings.undercut }
      : null,
  tell: (view, offer, reading) => ({
    severity: severityOf(reading, 0.15),
    confidence: 1,
    evidence: offerEvidence(view, offer),
    message: `${theirAsk(view, offer)}, ${percent(reading.value)} below ${ourAsk(view)}.`,
  }),
};

/** They ask more than ours by more than the threshold's share of ours: there is room to raise. */
export const OVERPRICED: CompetitorDefinition = {
  type: "OVERPRICED",
  scope: "competitor",
  priorities: [2, 3, 3],
  advice: ["There may be room to raise.", "We are placed well.", "Nothing presses."],
  read: (view, offer) =>
    offer.buyable
      ? {
          value: (offer.price - view.product.price) / view.product.price,
          threshold: view.settings.overpriced,
        }
      : null,
  tell: (view, offer, reading) => ({
    severity: severityOf(reading, 0.25),
    confidence: 1,
    evidence: offerEvidence(view, offer),
    message: `${theirAsk(view, offer)}, ${percent(reading.value)} above ${ourAsk(view)}.`,
  }),
};
