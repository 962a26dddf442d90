import type { CompetitorOffer } from "./contract.ts";

/** A jump beyond this factor is taken for a slip until it is seen again. */
const JUMP = Math.log(1.8);
const SAME = 0.02;
/** Observations that confirm a jump. */
const CONFIRMATIONS = 2;
/** Days a price is kept when a seller is not observed. */
const CARRY_DAYS = 7;

interface Quote {
  logPrice: number;
  inStock: boolean;
  day: number;
  /** A jump under suspicion and how often it was seen. */
  pending: number;
  seen: number;
}

/** A SKU's market on a day. */
export interface OfferSummary {
  /** Log of the cheapest believed price in stock, null when there is none. */
  readonly logCheapest: number | null;
  /** Share of the sellers that are sold out, 0 without sellers. */
  readonly soldOut: number;
  /** Mean log price of the sellers in stock over the cheapest's, 0 without sellers. */
  readonly spread: number;
}

/** What one SKU's competitors are believed to charge: slips held back, missing offers carried for a week. */
export class OfferBook {
  private readonly quotes = new Map<number, Quote>();

  /** Takes today's offers and sums up the market. */
  update(day: number, offers: readonly CompetitorOffer[]): OfferSummary {
    for (const offer of offers) this.take(day, offer);
    let cheapest = Number.POSITIVE_INFINITY;
    let sum = 0;
    let inStock = 0;
    let sellers = 0;
    for (const quote of this.quotes.values()) {
      if (day - quote.day > CARRY_DAYS) continue;
      sellers++;
      if (!quote.inStock) continue;
      inStock++;
      sum += quote.logPrice;
      if (quote.logPrice < cheapest) cheapest = quote.logPrice;
    }
    return {
      logCheapest: inStock === 0 ? null : cheapest,
      soldOut: sellers === 0 ? 0 : 1 - inStock / sellers,
      spread: inStock === 0 ? 0 : sum / inStock - cheapest,
    };
  }

  private take(day: number, { seller, price, inStock }: CompetitorOffer): void {
    if (!(price > 0) || !Number.isFinite(price)) return;
    const logPrice = Math.log(price);
    const quote = this.quotes.get(seller);
    if (quote === undefined) {
      this.quotes.set(seller, { logPrice, inStock, day, pending: Number.NaN, seen: 0 });
      return;
    }
    quote.day = day;
    quote.inStock = inStock;
    if (Math.abs(logPrice - quote.logPrice) > JUMP) {
      quote.seen = Math.abs(logPrice - quote.pending) <= SAME ? quote.seen + 1 : 1;
      quote.pending = logPrice;
      if (quote.seen < CONFIRMATIONS) return;
    }
    quote.logPrice = logPrice;
    quote.seen = 0;
  }
}
