/** What a pricing policy sees and answers, day by day. Rows are aligned with the catalogue given at creation. */

/** One competitor's offer as observed today. An offer that was not observed is left out, a sold-out one is not. */
export interface CompetitorOffer {
  /** Identity of the seller, stable over days. */
  readonly seller: number;
  /** Price in minor units on our own basis. */
  readonly price: number;
  readonly inStock: boolean;
}

/** A SKU this morning, before its price for the day is set. */
export interface PolicyView {
  /** Price in force, minor units. */
  readonly price: number;
  /** Unit cost today, minor units. */
  readonly cost: number;
  readonly offers: readonly CompetitorOffer[];
  /** Lowest and highest price allowed, minor units; by default 1.05 and 3.5 times the cost. */
  readonly floor?: number;
  readonly cap?: number;
  /** A fixed stock to sell by a date. */
  readonly clearance?: Clearance;
}

/** A stock that will not be replenished. */
interface Clearance {
  readonly units: number;
  /** Days left to sell it, today included. */
  readonly daysLeft: number;
  /** Value of a unit left over, minor units. */
  readonly salvage: number;
}

/** A SKU this evening. */
export interface PolicySale {
  readonly units: number;
  /** Price charged today, minor units. */
  readonly price: number;
  /** Today's offers; those of the morning's view when left out. */
  readonly offers?: readonly CompetitorOffer[];
  /** Share of the day on sale, weighted by the demand profile; 1 when left out, 0 skips the day. */
  readonly exposure?: number;
  /** True if stock ran out during the day, so that units are a lower bound of demand. */
  readonly censored?: boolean;
}

/** A pricing policy over a fixed catalogue. Days are integers that grow by one; day mod 7 is the weekday. */
export interface PricingPolicy {
  /** Prices for the day in minor units, in the order of the views. */
  decide(day: number, views: readonly PolicyView[]): ArrayLike<number>;
  /** Tells the policy what the day brought, also on days it did not decide. */
  observe(day: number, sales: readonly PolicySale[]): void;
}
