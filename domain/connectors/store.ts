import type { Exchange, RateTold, StoreReply } from "./exchange.ts";

/** Where a store keeps one of our SKUs. */
export interface ListingRef {
  sku: string;
  /** of the variant, or of a product without variants */
  remoteId: string;
  /** of the product that the variant belongs to; null = none, or the store does not ask for it */
  remoteGroup: string | null;
  /** of the price itself, where the store gives prices ids of their own */
  remotePrice: string | null;
}

/** A product as a store lists it. Amounts are decimal strings of `currency`. */
export interface StoreProduct extends ListingRef {
  title: string;
  /** what a shopper pays now; null = the store names none */
  price: string | null;
  currency: string;
  category: string | null;
  brand: string | null;
  gtin: string | null;
  unitCost: string | null;
  /** units on hand; null = the store does not count them */
  stock: number | null;
  isActive: boolean;
}

export interface StorePage<T> {
  items: T[];
  /** what to ask for next; null = that was the last page */
  next: string | null;
  /** things of the page that are no product of ours, such as variants without a SKU */
  skipped: number;
}

/** One unit sold or given back, as the shop's events have it. */
export interface StoreSale {
  /** the same for the same line of the same order, however often it is read */
  id: string;
  type: "purchase" | "refund";
  sku: string;
  quantity: number;
  /** of one unit, decimal; null = the store names none */
  price: string | null;
  /** of the customer or the order; hidden before it is kept */
  session: string;
  /** ms */
  at: number;
}

/** A price to be put into a store, as the store writes amounts. */
export interface PriceToWrite extends ListingRef {
  /** decimal */
  price: string;
  currency: string;
  /** the ledger entry that it comes from */
  seq: number;
  /** lowest price of the 30 days before the reduction, decimal; null = no reduction, or the store has no field for it */
  priorPrice: string | null;
  /** a person decided that our price replaces whatever is there, a sale of the store's own too */
  isForced: boolean;
}

/** What a store answered to one price. */
export type WriteOutcome =
  | { sku: string; ok: true; remotePrice?: string }
  | { sku: string; ok: false; isPassing: boolean; message: string };

/** What a shopper pays now, decimal; null = the store has no price, or no such product. */
export interface ReadPrice {
  sku: string;
  price: string | null;
  remotePrice?: string;
  /** why it is not simply the price that was written */
  note?: string;
}

/** What a store says of itself. */
interface StoreFacts {
  name: string;
  /** null = it does not say */
  currency: string | null;
  pricesIncludeTax: boolean | null;
}

/**
 * The port to a store: requests and how to read their replies, without sending anything. Whoever sends keeps the rate, tries
 * again, and reads back.
 */
export interface StoreAdapter {
  /** until the store says otherwise */
  rate: RateTold;
  /** requests at the same time */
  concurrency: number;
  /** listings whose prices are worth asking for together */
  readBatch: number;
  /** prices that are worth reading, writing and reading back together, at most */
  slice: number;
  /** units of the rate that a price takes: read, written and read back, in full requests */
  unitsPerPrice: number;
  facts(): Exchange<StoreFacts>;
  products(cursor: string | null): Exchange<StorePage<StoreProduct>>;
  /** as many requests as it takes; each answers for the items that it names */
  write(items: readonly PriceToWrite[]): { skus: string[]; exchange: Exchange<WriteOutcome[]> }[];
  /** the prices of these listings now; what the replies do not name is not there */
  prices(listings: readonly ListingRef[]): Exchange<ReadPrice[]>[];
  /** orders changed since an instant (ms); null = the store has none */
  sales: ((since: number, cursor: string | null) => Exchange<StorePage<StoreSale>>) | null;
  /** what a reply says of the rate */
  told?(reply: StoreReply): RateTold | null;
}
