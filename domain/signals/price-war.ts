import { isBuyable } from "../observations/availability.ts";
import type { SkuDefinition } from "./definition.ts";
import type { MarketView, OfferView } from "./market-view.ts";
import { atLatestRate, lookBack } from "./window.ts";
import { marketEvidence, percent } from "./wording.ts";

const WINDOW_MS = 72 * 3_600_000;
/** ln of the fall at which the severity is 1. */
const SEVERITY_SPAN = 0.2;

interface Skirmish {
  cuts: number;
  /** price when the window opened */
  start: number;
  end: number;
}

function skirmishOf(offer: OfferView, clock: number): Skirmish | null {
  let cuts = 0;
  /** the price at the time reached so far, going back */
  let start: number | null = null;
  const priceOf = atLatestRate(offer.history);
  lookBack(offer.history, Number.NEGATIVE_INFINITY, (level, at) => {
    if (!isBuyable(level.availability)) return at >= clock - WINDOW_MS;
    const price = priceOf(level);
    if (start !== null && price > start) cuts++;
    start = price;
    // the last observation before the window says what the price was when it opened
    return at >= clock - WINDOW_MS;
  });
  return start === null || !offer.buyable ? null : { cuts, start, end: offer.price };
}

function war(view: MarketView): { fall: number; rivals: number; cheapest: number } | null {
  const skirmishes = view.offers.flatMap((offer) => skirmishOf(offer, view.clock) ?? []);
  if (skirmishes.length < view.settings.priceWarRivals) return null;
  const cheapest = Math.min(...skirmishes.map((one) => one.end));
  return {
    fall: 1 - cheapest / Math.min(...skirmishes.map((one) => one.start)),
    rivals: skirmishes.filter((one) => one.cuts >= view.settings.priceWarCuts).length,
    cheapest,
  };
}

/** Several competitors cut again and again within 72 h, and the cheapest price falls. */
export const PRICE_WAR: SkuDefinition = {
  type: "PRICE_WAR",
  scope: "sku",
  priorities: [1, 1, 2],
  advice: [
    "Hold the floor; do not follow blindly.",
    "Hold the floor; do not follow blindly.",
    "Let them fight it out.",
  ],
  opensOn: (move) => move.price === "cut",
  read: (view) => {
    const found = war(view);
    if (found === null) return null;
    const { priceWarRivals, priceWarFall } = view.settings;
    return {
      value: found.rivals >= priceWarRivals ? found.fall : 0,
      threshold: priceWarFall,
      inclusive: true,
    };
  },
  tell: (view, reading) => {
    const fall = percent(reading.value);
    const { rivals, cheapest } = war(view) ?? { rivals: 0, cheapest: view.ours.price };
    return {
      severity: Math.min(1, -Math.log(1 - Math.min(0.99, reading.value)) / SEVERITY_SPAN),
      confidence: 1,
      evidence: { ...marketEvidence(view, cheapest, view.offers.length), rivals },
      message: `${rivals} competitors cut again and again in 72 h: the cheapest fell by ${fall}.`,
    };
  },
};
