import type { Offer } from "../../../domain/contract/market.ts";

/** Where a price stands among the offers that count: fresh, believed, in stock. */
export interface MarketPlace {
  /** landed price of the cheapest, decimal */
  cheapest: string;
  competitor: string;
  /** (ours − cheapest) / cheapest, per cent: above 0 we are dearer */
  gapPct: number;
  /** ours as a per cent of the cheapest */
  index: number;
  /** 1 = nobody is cheaper */
  rank: number;
  /** offers that count, and ours */
  of: number;
}

/**
 * @returns null where no offer counts
 * @example
 * marketPlace([{ competitor: "a", landedPrice: "80.00", fresh: true, status: "accepted", availability: "in_stock" }], 100)
 * // { cheapest: "80.00", competitor: "a", gapPct: 25, index: 125, rank: 2, of: 2 }
 */
export function marketPlace(
  offers: readonly Pick<Offer, "competitor" | "landedPrice" | "fresh" | "status" | "availability">[],
  price: number,
): MarketPlace | null {
  const counting = offers.filter(
    ({ fresh, status, availability }) => fresh && status === "accepted" && availability !== "out_of_stock",
  );
  const [cheapest] = counting.toSorted((a, b) => Number(a.landedPrice) - Number(b.landedPrice));
  if (!cheapest) return null;
  const ratio = price / Number(cheapest.landedPrice);
  return {
    cheapest: cheapest.landedPrice,
    competitor: cheapest.competitor,
    gapPct: 100 * (ratio - 1),
    index: 100 * ratio,
    rank: 1 + counting.filter(({ landedPrice }) => Number(landedPrice) < price).length,
    of: counting.length + 1,
  };
}
