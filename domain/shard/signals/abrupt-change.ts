import type { CompetitorDefinition } from "./definition.ts";
import { dayRange } from "./window.ts";
import { amount, offerEvidence, ourAsk, percent, theirAsk } from "./wording.ts";

/** A change of 30 % is as severe as it gets. */
const SEVERITY_SPAN = 0.3;

/** Their price rose by the threshold's share over its low of the 24 h before, by event time. */
export const ABRUPT_INCREASE: CompetitorDefinition = {
  type: "ABRUPT_INCREASE",
  scope: "competitor",
  priorities: [2, 3, 3],
  advice: ["A chance to follow.", "Weigh following.", "Keep an eye on it."],
  opensOn: (move) => move.price === "rise" || move.restocked,
  read: (view, offer) => {
    const range = offer.buyable ? dayRange(offer.history) : null;
    if (range === null) return null;
    return { value: offer.price / range.low - 1, threshold: view.settings.abruptIncrease, inclusive: true };
  },
  tell: (view, offer, reading) => {
    const low = amount(view, dayRange(offer.history)?.low ?? offer.price);
    const rise = percent(reading.value);
    return {
      severity: Math.min(1, reading.value / SEVERITY_SPAN),
      confidence: 1,
      evidence: { ...offerEvidence(view, offer), changePct: changePct(reading.value) },
      message: `${theirAsk(view, offer)}, ${rise} over its 24 h low of ${low}; ${ourAsk(view)} stands.`,
    };
  },
};

/** Their price fell by the threshold's share below its high of the 24 h before, by event time. */
export const ABRUPT_DROP: CompetitorDefinition = {
  type: "ABRUPT_DROP",
  scope: "competitor",
  priorities: [1, 2, 3],
  advice: ["See today whether it is a promotion.", "See whether it lasts.", "Keep an eye on it."],
  opensOn: (move) => move.price === "cut" || move.restocked,
  read: (view, offer) => {
    const range = offer.buyable ? dayRange(offer.history) : null;
    if (range === null) return null;
    return { value: 1 - offer.price / range.high, threshold: view.settings.abruptDrop, inclusive: true };
  },
  tell: (view, offer, reading) => {
    const high = amount(view, dayRange(offer.history)?.high ?? offer.price);
    const fall = percent(reading.value);
    return {
      severity: Math.min(1, reading.value / SEVERITY_SPAN),
      confidence: 1,
      evidence: { ...offerEvidence(view, offer), changePct: changePct(-reading.value) },
      message: `${theirAsk(view, offer)}, ${fall} under its 24 h high of ${high}; ${ourAsk(view)} stands.`,
    };
  },
};

function changePct(share: number): number {
  return Math.round(share * 10_000) / 100;
}
