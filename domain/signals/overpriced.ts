import { type CompetitorDefinition, severityOf } from "./definition.ts";
import { offerEvidence, ourAsk, percent, theirAsk } from "./wording.ts";

/** They ask more than ours by more than the threshold's share of ours: there is room to raise. */
export const OVERPRICED: CompetitorDefinition = {
  type: "OVERPRICED",
  scope: "competitor",
  priorities: [2, 3, 3],
  advice: ["There may be room to raise.", "We are placed well.", "Nothing presses."],
  read: (view, offer) =>
    offer.buyable
      ? { value: (offer.price - view.ours.price) / view.ours.price, threshold: view.settings.overpriced }
      : null,
  tell: (view, offer, reading) => ({
    severity: severityOf(reading, 0.25),
    confidence: 1,
    evidence: offerEvidence(view, offer),
    message: `${theirAsk(view, offer)}, ${percent(reading.value)} above ${ourAsk(view)}.`,
  }),
};
