import type { CompetitorDefinition } from "./definition.ts";
import { amount, offerEvidence, ourAmount } from "./wording.ts";

/**
 * Their offer is not found any more where it used to be: the last crawls of its source were without it. It counts for
 * nothing until it is seen again, which ends the signal at once.
 */
export const OFFER_MISSING: CompetitorDefinition = {
  type: "OFFER_MISSING",
  scope: "competitor",
  priorities: [2, 3, 3],
  advice: [
    "Look whether they still sell it: our price may have room.",
    "Look whether they still sell it.",
    "No action needed.",
  ],
  clearsAtOnce: true,
  read: (_view, { missingSince }) => ({ value: missingSince === undefined ? 0 : 1, threshold: 0.5 }),
  describe: (view, offer) => ({
    severity: 0.5,
    confidence: 1,
    evidence: {
      ...offerEvidence(view, offer),
      missingSince: new Date(offer.missingSince ?? view.clock).toISOString(),
    },
    message: `${offer.competitor} no longer lists it: the last crawls did not find it. Last seen at ${amount(view, offer.price)}; we ask ${ourAmount(view)}.`,
  }),
};
