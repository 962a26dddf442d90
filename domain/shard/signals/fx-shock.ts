import type { UsedRate } from "../../messages/rows.ts";
import type { SkuDefinition } from "./definition.ts";
import type { MarketView } from "./market-view.ts";
import { percent, round2 } from "./wording.ts";

/** A rate that moved by this much more than the threshold is as severe as it gets. */
const SEVERITY_SPAN = 0.1;

interface Shock {
  rate: UsedRate;
  /** share, signed: positive = what they ask has become dearer in our currency */
  move: number;
  /** competitors whose prices are converted at a rate that moved */
  competitors: string[];
}

/** The rate that moved most of those at which this market's prices are converted; null if none is. */
function shock({ offers, settings }: MarketView): Shock | null {
  let found: Shock | null = null;
  for (const { competitor, rate } of offers) {
    if (rate === undefined) continue;
    const move = rate.move ?? 0;
    found ??= { rate, move, competitors: [] };
    if (Math.abs(move) > Math.abs(found.move)) found = { ...found, rate, move };
    if (Math.abs(move) > settings.fxShock) found.competitors.push(competitor);
  }
  return found;
}

/** An exchange rate jumped: our place in the market changed, and no competitor did anything. */
export const FX_SHOCK: SkuDefinition = {
  type: "FX_SHOCK",
  scope: "sku",
  priorities: [2, 2, 3],
  advice: [
    "See whether the rate stays before answering it.",
    "See whether the rate stays before answering it.",
    "Nothing presses.",
  ],
  opensOn: (move) => move.converted,
  read: (view) => {
    const found = shock(view);
    return found && { value: Math.abs(found.move), threshold: view.settings.fxShock };
  },
  tell: (view, reading) => {
    const { rate, move, competitors } = shock(view)!;
    const way = move < 0 ? "fell" : "rose";
    const whose = competitors.length === 1 ? `${competitors[0]}'s price` : `${competitors.length} prices`;
    return {
      severity: Math.min(1, Math.max(0, (reading.value - reading.threshold) / SEVERITY_SPAN)),
      confidence: rate.stale ? 0.5 : 1,
      evidence: {
        listedCurrency: rate.currency,
        currency: view.product.currency,
        ratePct: round2(move * 100),
        competitors: competitors.length,
      },
      message: `${rate.currency} ${way} by ${percent(move)} against ${view.product.currency} within a day, and ${whose} with it.`,
    };
  },
};
