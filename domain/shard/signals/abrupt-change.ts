import type { CompetitorDefinition } from "./definition.ts";
import { dayRange } from "./window.ts";
import { amount, offerEvidence, ourAmount, percent, theirAsk } from "./wording.ts";

/** Change at which the severity reaches 1. */
const SEVERITY_SPAN = 0.3;

/** Their price rose by at least the threshold above its low of the 24 h before, by event time. */
export const ABRUPT_INCREASE: CompetitorDefinition = {
  type: "ABRUPT_INCREASE",
  contrary: "ABRUPT_DROP",
  scope: "competitor",
  priorities: [2, 3, 3],
  advice: ["A chance to raise our price too.", "Consider raising our price too.", "Keep an eye on it."],
  opensOn: (move) => move.price === "rise" || move.restocked,
  read: (view, offer) => {
    const range = offer.buyable ? dayRange(offer.history) : null;
    if (range === null) return null;
    return { value: offer.price / range.low - 1, threshold: view.settings.abruptIncrease, inclusive: true };
  },
  describe: (view, offer, reading) => {
    const low = amount(view, dayRange(offer.history)?.low ?? offer.price);
    const rise = percent(reading.value);
    return {
      severity: Math.min(1, reading.value / SEVERITY_SPAN),
      confidence: 1,
      evidence: { ...offerEvidence(view, offer), changePct: changePct(reading.value) },
      message: `${theirAsk(view, offer)}, ${rise} above its 24 h low of ${low}; we ask ${ourAmount(view)}.`,
    };
  },
};

/** Their price fell by at least the threshold below its high of the 24 h before, by event time. */
export const ABRUPT_DROP: CompetitorDefinition = {
  type: "ABRUPT_DROP",
  contrary: "ABRUPT_INCREASE",
  scope: "competitor",
  priorities: [1, 2, 3],
  advice: ["Check today whether it is a promotion.", "Check whether it lasts.", "Keep an eye on it."],
  opensOn: (move) => move.price === "cut" || move.restocked,
  read: (view, offer) => {
    const range = offer.buyable ? dayRange(offer.history) : null;
    if (range === null) return null;
    return { value: 1 - offer.price / range.high, threshold: view.settings.abruptDrop, inclusive: true };
  },
  describe: (view, offer, reading) => {
    const high = amount(view, dayRange(offer.history)?.high ?? offer.price);
    const fall = percent(reading.value);
    return {
      severity: Math.min(1, reading.value / SEVERITY_SPAN),
      confidence: 1,
      evidence: { ...offerEvidence(view, offer), changePct: changePct(-reading.value) },
      message: `${theirAsk(view, offer)}, ${fall} below its 24 h high of ${high}; we ask ${ourAmount(view)}.`,
    };
  },
};

function changePct(share: number): number {
  return Math.round(share * 10_000) / 100;
}
