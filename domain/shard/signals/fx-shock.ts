import type { UsedRate } from "../../messages/rows.ts";
import type { SkuDefinition } from "./definition.ts";
import type { MarketView } from "./market-view.ts";
import { percent, round2 } from "./wording.ts";

/** Excess over the threshold at which the severity reaches 1. */
const SEVERITY_SPAN = 0.1;

interface Shock {
  rate: UsedRate;
  /** share, signed: positive = their prices have become dearer in our currency */
  move: number;
  /** competitors whose prices were moved by a rate */
  competitors: string[];
}

/** Of the rates that convert prices of this market, the one that moved most; null if no price is converted. */
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

/** An exchange rate jumped: our place in the market changed although no competitor changed a price. */
export const FX_SHOCK: SkuDefinition = {
  type: "FX_SHOCK",
  scope: "sku",
  priorities: [2, 2, 3],
  advice: [
    "Wait and see whether the rate stays before reacting.",
    "Wait and see whether the rate stays before reacting.",
    "No hurry.",
  ],
  opensOn: (move) => move.converted,
  read: (view) => {
    const found = shock(view);
    return found && { value: Math.abs(found.move), threshold: view.settings.fxShock };
  },
  describe: (view, reading) => {
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
