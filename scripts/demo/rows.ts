import { uniform } from "../../domain/base/keyed-random.ts";
import { formatMinor } from "../../domain/base/money.ts";
import { dayText } from "../replay/dates.ts";
import { PRODUCTS } from "./catalogue.ts";
import { type MarketOffer, offersOn, ownPriceBefore, unitsSold } from "./market.ts";

export const CURRENCY = "EUR";
/** Of the draws of what was looked at. */
const LOOKED_AT = 102;
/** How much past the demo begins with. */
const HISTORY_DAYS = 120;

/** The demo's products as `POST /api/import/products` takes them. */
export function importLines(): object[] {
  return PRODUCTS.map(({ sku, title, brand, category, unitCost, basePrice }) => ({
    sku,
    title,
    brand,
    category,
    currency: CURRENCY,
    price: formatMinor(basePrice, CURRENCY),
    unitCost: formatMinor(unitCost, CURRENCY),
  }));
}

/** An offer as `POST /api/hooks/{sourceId}` takes it. */
export function observationRow(offer: MarketOffer, observedAt: Date): object {
  return {
    sku: offer.product.sku,
    competitor: offer.competitor.id,
    price: formatMinor(offer.price, CURRENCY),
    currency: CURRENCY,
    availability: offer.availability,
    title: offer.product.title,
    observedAt: observedAt.toISOString(),
  };
}

/** A product's day as `POST /api/ingest/demand` takes it. */
export function demandRow(
  seed: number,
  productIndex: number,
  day: number,
  price: number,
  offers: readonly MarketOffer[],
) {
  return {
    sku: PRODUCTS[productIndex]!.sku,
    day: dayText(day),
    units: unitsSold(seed, productIndex, day, price, offers),
    price: formatMinor(price, CURRENCY),
  };
}

/** The sales of the days before `firstDay`, day by day, with what shoppers looked at. */
export function demandHistory(seed: number, firstDay: number): object[] {
  return pastDays(firstDay).flatMap((day) =>
    PRODUCTS.map((_, index) => {
      const sold = demandRow(seed, index, day, ownPriceBefore(seed, index, day), offersOn(seed, index, day));
      return { ...sold, ...lookedAt(seed, index, day, sold.units) };
    }),
  );
}

/** Of a day that is over: so many views and additions to the cart for a unit that was sold, give or take. */
const [VIEWS_A_UNIT, CARTS_A_UNIT, SPREAD] = [45, 4, 0.4];

function lookedAt(seed: number, productIndex: number, day: number, units: number) {
  const about = (mean: number, stream: number) =>
    Math.round(
      mean * (units + 1) * (1 + SPREAD * (uniform(seed, LOOKED_AT, productIndex, day, stream) - 0.5)),
    );
  return { views: about(VIEWS_A_UNIT, 1), carts: about(CARTS_A_UNIT, 2) };
}

/** The competitors' prices of the days before `firstDay`, seen each day at six in the morning, UTC. */
export function offerHistory(seed: number, firstDay: number): object[] {
  return pastDays(firstDay).flatMap((day) => {
    const seenAt = new Date(`${dayText(day)}T06:00:00Z`);
    return PRODUCTS.flatMap((_, index) =>
      offersOn(seed, index, day).map((offer) => observationRow(offer, seenAt)),
    );
  });
}

function pastDays(firstDay: number): number[] {
  return Array.from({ length: HISTORY_DAYS }, (_, k) => firstDay - HISTORY_DAYS + k);
}
