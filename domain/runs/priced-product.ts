import { familyTiers, type Sibling } from "../pricing/family.ts";
import type { Trial } from "../pricing/inputs.ts";
import { contribution, unitEconomics } from "../pricing/unit-economics.ts";
import type { FamilyMove } from "../settings/strategies.ts";
import type { SkuForecast, StoredReport } from "./learned.ts";

/**
 * Our product as a decision sees it: catalogue row, price changes of 30 days, what was learned of it. Plain JSON,
 * kept in the snapshot.
 */
export interface PricedProduct {
  sku: string;
  brand: string | null;
  category: string;
  /** kept since price rules ask for them; absent = none */
  tags?: string[] | null;
  family?: string | null;
  currency: string;
  price: number;
  basePrice: number;
  priceSource: string;
  priceSince: number;
  /** in force at the decision */
  unitCost: number | null;
  taxRate: number | null;
  feeRate: number | null;
  unitFee: number | null;
  minPrice: number | null;
  maxPrice: number | null;
  mapPrice: number | null;
  msrp: number | null;
  packSize: number | null;
  lineRank: number | null;
  /** civil days: the stock has to be gone by its end; the first day on sale */
  clearanceDate: string | null;
  launchDate: string | null;
  /** net worth of a unit left over after the clearance, minor units */
  salvageValue: number | null;
  siblings: Sibling[];
  /** how its family moves as one; absent = it does not */
  asOne?: FamilyMove;
  stock: number | null;
  priceWar: boolean;
  /** ledger entries of the last 30 days, oldest first */
  changes: PriceChange[];
  elasticity: StoredReport | null;
  forecast: ForecastView | null;
}

/** A ledger entry; `without`: of a price tried to learn from, what would have been asked without the trial. */
interface PriceChange {
  from: number | null;
  to: number;
  at: number;
  causeKind: string;
  without?: number;
}

/** Whether a product is priced with its family: it is on its ladder, or the family moves as one. */
export function isOnLadder(
  own: Pick<PricedProduct, "sku" | "packSize" | "lineRank" | "siblings" | "asOne">,
): boolean {
  if (own.asOne !== undefined) return own.siblings.length > 0;
  return familyTiers([own, ...own.siblings])?.has(own.sku) ?? false;
}

/** The trial that the price in force is; null where it is none. */
export function trialInForce({ price, changes }: Pick<PricedProduct, "price" | "changes">): Trial | null {
  const last = changes.at(-1);
  if (last?.without === undefined || last.to !== price) return null;
  return { without: last.without, since: last.at };
}

/** What a decision reads of the newest forecast. */
interface ForecastView {
  /** ms */
  asOf: number;
  /** expected units of the coming days at the price served then */
  daily: number[];
  price: number;
  /** the cheapest competitor price expected, where its forecast passed its gate; minor units */
  expectedCheapest: number | null;
  followRate: number;
}

/** The part of a forecast that a decision reads; `price` is what it was made at, minor units. */
export function forecastView(
  { asOf, demand, competitor, followRate }: SkuForecast,
  price: number,
): ForecastView {
  const { anchor } = competitor;
  return {
    asOf,
    daily: demand?.daily.mean ?? [],
    price,
    expectedCheapest: anchor.usesForecast ? anchor.price : null,
    followRate,
  };
}

/** The catalogue row of a product of the same family. */
type SiblingRow = Omit<Sibling, "unitProfit"> &
  Pick<PricedProduct, "unitCost" | "taxRate" | "feeRate" | "unitFee">;

/** What a decision reads of a sibling. `pricesIncludeTax` null: what a unit of it earns is not asked for. */
export function siblingOf(row: SiblingRow, pricesIncludeTax: boolean | null): Sibling {
  const { sku, packSize, lineRank, price, unitCost } = row;
  const sibling = { sku, packSize, lineRank, price };
  if (pricesIncludeTax === null || unitCost === null) return sibling;
  const economics = unitEconomics({ ...row, unitCost, pricesIncludeTax });
  return { ...sibling, unitProfit: contribution(price, economics) };
}
