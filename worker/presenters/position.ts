import type { z } from "@hono/zod-openapi";
import type { CompetitorPosition, MarketPosition } from "../../domain/contract/market.ts";
import {
  aggression,
  type CompetitorSums,
  type MarketSums,
  priceIndex,
  weightedPriceIndex,
} from "../../domain/market/position.ts";

const rounded = (value: number, digits = 2) => Math.round(value * 10 ** digits) / 10 ** digits;
const perCent = (part: number, whole: number) => (whole === 0 ? 0 : rounded((100 * part) / whole, 1));

export function presentPosition(key: string, sums: MarketSums): z.infer<typeof MarketPosition> {
  const [index, weighted] = [priceIndex(sums), weightedPriceIndex(sums)];
  const { products, compared, lowest, middle, highest, redZone } = sums;
  return {
    ...{ key, products, compared, coveragePct: perCent(compared, products) },
    index: index === null ? null : rounded(index),
    weightedIndex: weighted === null ? null : rounded(weighted),
    position: { lowest, middle, highest },
    redZonePct: perCent(redZone, compared),
  };
}

export function presentCompetitorPosition(
  competitor: string,
  sums: CompetitorSums,
): z.infer<typeof CompetitorPosition> {
  const { offers, cheaper, undercuts, dearer, gap } = sums;
  // days that were measured before there was an index have none
  const index = priceIndex({ indexed: sums.indexed ?? 0, logRatio: sums.logRatio });
  return {
    ...{ competitor, offers, undercuts },
    avgGapPct: perCent(gap, offers),
    undercutPct: perCent(undercuts, offers),
    cheaperPct: perCent(cheaper, offers),
    dearerPct: perCent(dearer, offers),
    index: index === null ? null : rounded(index),
    aggression: rounded(aggression(sums)),
  };
}
