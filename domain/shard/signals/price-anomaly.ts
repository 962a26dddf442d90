import { isOutranked, levelAt, type ObservationHistory } from "../competitors/history.ts";
import type { CompetitorDefinition } from "./definition.ts";
import { atLatestRate } from "./window.ts";
import { amount, offerEvidence, ourAmount, round2, theirAsk } from "./wording.ts";

/** Earlier prices needed to know what is usual there. */
const PRICES_MIN = 5;
/** Least deviation, as a share of the mean, for competitors that hardly move their price. */
const DEVIATION_MIN = 0.03;
/** Deviations beyond the threshold at which the severity reaches 1. */
const SEVERITY_SPAN = 4;

interface Past {
  mean: number;
  deviation: number;
}

/**
 * Mean and standard deviation of the prices before the newest one, which must not hide itself. A price in another
 * currency is compared in that currency, since a jump of the exchange rate is not their doing.
 */
function pastOf(history: ObservationHistory): Past | null {
  let count = 0;
  let sum = 0;
  let squares = 0;
  const priceOf = atLatestRate(history);
  for (let i = history.count - 2; i >= 0; i--) {
    if (isOutranked(history, i)) continue;
    const price = priceOf(levelAt(history, i));
    count++;
    sum += price;
    squares += price * price;
  }
  if (count < PRICES_MIN) return null;
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
}

/** Standard deviations of the newest price from the past; 0 where the price has never moved. */
function score(price: number, { mean, deviation }: Past): number {
  return deviation === 0 ? 0 : (price - mean) / Math.max(deviation, DEVIATION_MIN * mean);
}

/** Their price is far from what they usually ask. */
export const PRICE_ANOMALY: CompetitorDefinition = {
  type: "PRICE_ANOMALY",
  scope: "competitor",
  priorities: [2, 3, 3],
  advice: ["Look at the offer before reacting.", "Look at the offer before reacting.", "No hurry."],
  opensOn: (move) => move.price === "cut" || move.price === "rise",
  read: (view, offer) => {
    const past = offer.buyable ? pastOf(offer.history) : null;
    if (past === null) return null;
    return { value: Math.abs(score(offer.price, past)), threshold: view.settings.anomalyDeviations };
  },
  describe: (view, offer, reading) => {
    const past = pastOf(offer.history) ?? { mean: offer.price, deviation: 0 };
    const z = round2(score(offer.price, past));
    const mean = Math.round(past.mean);
    const side = z < 0 ? "below" : "above";
    return {
      severity: Math.min(1, (reading.value - reading.threshold) / SEVERITY_SPAN),
      confidence: 1,
      evidence: { ...offerEvidence(view, offer), z, kind: z < 0 ? "low_price" : "high_price" },
      message: `${theirAsk(view, offer)}, ${Math.abs(z)} standard deviations ${side} its usual ${amount(view, mean)}; we ask ${ourAmount(view)}.`,
    };
  },
};
