import { formatMinor } from "../../domain/base/money.ts";
import { dayText } from "../replay/dates.ts";
import { PRODUCTS } from "./catalogue.ts";
import { type MarketOffer, offersOn, ownPriceBefore, unitsSold } from "./market.ts";

export const CURRENCY = "EUR";
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
): object {
  return {
    sku: PRODUCTS[productIndex]!.sku,
    day: dayText(day),
    units: unitsSold(seed, productIndex, day, price, offers),
    price: formatMinor(price, CURRENCY),
  };
}

/** The sales of the days before `firstDay`, day by day. */
export function demandHistory(seed: number, firstDay: number): object[] {
  return pastDays(firstDay).flatMap((day) =>
    PRODUCTS.map((_, index) =>
      demandRow(seed, index, day, ownPriceBefore(seed, index, day), offersOn(seed, index, day)),
    ),
  );
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
