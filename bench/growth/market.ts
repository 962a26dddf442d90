import { poisson, uniform } from "../../domain/base/keyed-random.ts";
import { normalQuantile } from "../../domain/base/normal.ts";
import { dayOfNumber, MINUTE_MS } from "../../domain/base/time.ts";
import type { ShopProduct } from "../night/shop.ts";

const SEED = 20_261_129;
/** Share of the looks at which a competitor has changed its price, and by how much, as a standard deviation. */
const CHANGED = 0.1;
const CHANGE = 0.04;
const ROWS_PER_REQUEST = 1_000;

type Posted = Record<string, unknown>;

/** Competitors' prices that change now and then around ours, and what is sold at the price that we ask. */
export class Market {
  readonly #products: readonly ShopProduct[];
  readonly #competitors: number;
  readonly #factors: Float64Array;
  #look = 0;

  constructor(products: readonly ShopProduct[], competitors: number) {
    this.#products = products;
    this.#competitors = competitors;
    this.#factors = new Float64Array(products.length * competitors).map(
      (_, i) => 0.95 + 0.1 * uniform(SEED, 1, i),
    );
  }

  /** What the crawlers see at `at`: every competitor of every product once. */
  *observations(at: number): Generator<Posted[]> {
    const look = this.#look++;
    for (let c = 0; c < this.#competitors; c++) {
      const rows = this.#products.map(({ sku, price }, i): Posted => {
        const place = i * this.#competitors + c;
        if (uniform(SEED, 2, look, place) < CHANGED) {
          const step = CHANGE * normalQuantile(0.001 + 0.998 * uniform(SEED, 3, look, place));
          this.#factors[place] = Math.min(1.25, Math.max(0.8, this.#factors[place]! * (1 + step)));
        }
        return {
          sku,
          competitor: `competitor-${c}`,
          price: ((price * this.#factors[place]!) / 100).toFixed(2),
          currency: "EUR",
          availability: "in_stock",
          observedAt: new Date(at - (c + 1) * MINUTE_MS).toISOString(),
        };
      });
      yield* inRequests(rows);
    }
  }

  /** What was sold on a day, at the prices asked on it (minor units by SKU; the catalogue's where none is known). */
  *demand(day: number, asked: ReadonlyMap<string, number>): Generator<Posted[]> {
    const rows = this.#products.map(({ sku, price }, i): Posted => {
      const ours = asked.get(sku) ?? price;
      const elasticity = -1.6 - 1.6 * uniform(SEED, 4, i);
      const level = 0.4 * 30 ** uniform(SEED, 5, i);
      const units = poisson(level * (ours / price) ** elasticity, uniform(SEED, 6, i, day));
      return { sku, day: dayOfNumber(day), units, price: (ours / 100).toFixed(2), inStockShare: 1 };
    });
    yield* inRequests(rows);
  }
}

function* inRequests(rows: readonly Posted[]): Generator<Posted[]> {
  for (let start = 0; start < rows.length; start += ROWS_PER_REQUEST)
    yield rows.slice(start, start + ROWS_PER_REQUEST);
}
