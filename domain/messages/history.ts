import type { HourlySales } from "../demand/hourly-sales.ts";
import type { Availability } from "./rows.ts";

/** The price of a competitor from `at` (its first observation) until the next point. */
export interface ChangePoint {
  at: number;
  /** time of the last observation that confirmed it */
  lastSeenAt: number;
  price: number;
  landedPrice: number;
  availability: Availability;
  /** landed price in the competitor's own currency where that is another, minor units of it */
  listed?: number;
}

/** Everything remembered of one competitor of one SKU, oldest first. */
export interface CompetitorHistory {
  competitor: string;
  points: ChangePoint[];
  /** the newest price was converted at an old exchange rate: it is shown, and moves nothing */
  rateIsStale?: true;
}

/** What a shard remembers of one SKU at an instant. `sales`: absent where no shop event of the SKU is known. */
export interface SkuHistory {
  sku: string;
  competitors: CompetitorHistory[];
  sales?: HourlySales;
}
