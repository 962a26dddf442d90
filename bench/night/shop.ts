import { poisson, uniform } from "../../domain/base/keyed-random.ts";
import { DAY_MS, dayNumber, dayOfNumber, HOUR_MS } from "../../domain/base/time.ts";

/** A shop of the bench: products with their history, and what competitors asked. All of it follows from the seed. */
const SEED = 20_261_129;
const CATEGORIES = 10;
const PRICE_WEEKS = 2;

export interface ShopProduct {
  sku: string;
  category: string;
  /** minor units */
  price: number;
  unitCost: number;
}

export function productsOf(count: number): ShopProduct[] {
  return Array.from({ length: count }, (_, i) => {
    const price = Math.round(1_000 * 20 ** uniform(SEED, 1, i));
    // a third of the markups are too small and a third too large for the elasticity
    const margin = 0.25 + 0.4 * uniform(SEED, 2, i);
    return {
      sku: `SKU-${String(i).padStart(6, "0")}`,
      category: `category-${i % CATEGORIES}`,
      price,
      unitCost: Math.round(price * (1 - margin)),
    };
  });
}

/** A row of `demand_days` in short: SKU, day, units, revenue, price. */
export type DemandRow = [sku: string, day: string, units: number, revenue: number, price: number];

/** The days of one SKU up to and with `lastDay`: prices change every two weeks, and demand answers to them. */
export function demandOf({ sku, price }: ShopProduct, i: number, days: number, lastDay: string): DemandRow[] {
  const elasticity = -1.6 - 1.6 * uniform(SEED, 3, i);
  const level = 0.4 * 30 ** uniform(SEED, 4, i);
  const last = dayNumber(lastDay);
  return Array.from({ length: days }, (_, d): DemandRow => {
    const number = last - days + 1 + d;
    const spell = Math.floor((number + i) / (7 * PRICE_WEEKS));
    const factor = 0.88 + 0.24 * uniform(SEED, 5, i, spell);
    const asked = Math.round(price * factor);
    const units = poisson(level * factor ** elasticity, uniform(SEED, 6, i, number));
    return [sku, dayOfNumber(number), units, units * asked, asked];
  });
}

/** The same of all SKUs as rows that are posted, in batches of `size`. */
export function* demandBatches(
  products: readonly ShopProduct[],
  days: number,
  lastDay: string,
  size: number,
): Generator<Record<string, unknown>[]> {
  let rows: Record<string, unknown>[] = [];
  for (const [i, product] of products.entries()) {
    for (const [sku, day, units, revenue, price] of demandOf(product, i, days, lastDay))
      rows.push({
        ...{ sku, day, units, revenue: (revenue / 100).toFixed(2), price: (price / 100).toFixed(2) },
        inStockShare: 1,
      });
    for (; rows.length >= size; rows = rows.slice(size)) yield rows.slice(0, size);
  }
  if (rows.length > 0) yield rows;
}

interface Looks {
  competitors: number;
  /** times each competitor was looked at over the history; prices may differ each time */
  looks: number;
  /** rows of a batch, at most */
  size: number;
  now: number;
}

/** What the competitors' crawlers report, in batches, oldest look first. */
export function* observationsOf(
  products: readonly ShopProduct[],
  { competitors, looks, size, now }: Looks,
): Generator<Record<string, unknown>[]> {
  for (let look = 0; look < looks; look++) {
    const at = now - (looks - 1 - look) * 20 * DAY_MS - HOUR_MS;
    for (let c = 0; c < competitors; c++) {
      for (let start = 0; start < products.length; start += size) {
        yield products.slice(start, start + size).map(({ sku, price }, i) => ({
          sku,
          competitor: `competitor-${c}`,
          price: ((price * (0.96 + 0.08 * uniform(SEED, 7, start + i, c, look))) / 100).toFixed(2),
          currency: "EUR",
          availability: "in_stock",
          observedAt: new Date(at + c * 60_000).toISOString(),
        }));
      }
    }
  }
}
