import { uniform } from "../../domain/base/keyed-random.ts";
import { stringHash } from "../../domain/base/sharding.ts";
import type { Chance } from "./platform/chance.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** How late an event may come, by the default settings. */
const EVENT_HOURS = 72;

const SESSIONS = ["ada", "ben", "cleo", "dan", "eve"];
const DEVICES = [undefined, "mobile", "desktop", "tablet"];
/** As common as they stand here. */
const EVENT_TYPES = [
  ...["view", "product_view", "page_view", "search", "price_comparison", "remove_from_cart", "refund"],
  ...["cart", "add_to_cart", "add_to_cart", "add_to_cart", "purchase", "purchase"],
];
const STOCK_TYPES = [
  ...["sale", "sale", "sale", "stock_received", "stock_returned", "stock_damaged"],
  ...["manual_adjustment", "snapshot", "snapshot"],
];
const WAREHOUSES = ["north", "south"];
const AGGREGATORS = ["comparo", "pricely"];

/** Makes the rows that the shop and comparison sites post. */
export class ShopTraffic {
  readonly #seed: number;
  readonly #chance: Chance;
  readonly #skus: readonly string[];
  /** what has the same identity says the same */
  readonly #isOrderly: boolean;
  readonly #events: object[] = [];
  readonly #stock: object[] = [];
  #ids = 0;

  constructor(seed: number, chance: Chance, skus: readonly string[], isOrderly: boolean) {
    this.#seed = seed;
    this.#chance = chance;
    this.#skus = skus;
    this.#isOrderly = isOrderly;
  }

  /** A few days that are corrected again and again, the running one among them. */
  demand(at: number) {
    const chance = this.#chance;
    const day = new Date(at - chance.below(4) * 24 * HOUR).toISOString().slice(0, 10);
    const units = chance.below(6);
    return { sku: chance.pick(this.#skus), day, units, price: "100.00", promo: chance.happens(0.2) };
  }

  /** Mostly of the last minutes and of few sessions, so that carts fill up. */
  event(at: number) {
    const chance = this.#chance;
    if (this.#events.length > 0 && chance.happens(0.15)) return this.#again(this.#events, "quantity");
    const type = chance.pick(EVENT_TYPES);
    const isOfSession = (type === "page_view" || type === "search") && chance.happens(0.7);
    const hasPrice = this.#isOrderly || chance.happens(0.5);
    const row = {
      id: `event-${this.#ids++}`,
      type,
      ...(isOfSession ? {} : { sku: chance.pick(this.#skus) }),
      sessionId: chance.pick(SESSIONS),
      device: chance.pick(DEVICES),
      quantity: 1 + chance.below(3),
      ...(hasPrice ? { price: `${90 + chance.below(20)}.50` } : {}),
      ...(chance.happens(0.3) ? { dwellSeconds: chance.below(200) } : {}),
      at: this.#eventTime(at),
    };
    this.#events.push(row);
    return row;
  }

  /** For the first half of the products: of the others the catalogue says what is on hand. */
  inventory(at: number) {
    const chance = this.#chance;
    if (this.#stock.length > 0 && chance.happens(0.15)) return this.#again(this.#stock, "quantity");
    const type = chance.pick(STOCK_TYPES);
    const row = {
      id: `stock-${this.#ids++}`,
      sku: chance.pick(this.#skus.slice(0, this.#skus.length / 2)),
      warehouse: chance.pick(WAREHOUSES),
      type,
      quantity: type === "manual_adjustment" ? chance.below(9) - 4 : chance.below(12),
      at: this.#eventTime(at),
    };
    this.#stock.push(row);
    return row;
  }

  /** On a grid of ten minutes, so that several rows tell of the same instant. */
  aggregate(at: number) {
    const chance = this.#chance;
    const late = chance.happens(0.7) ? chance.below(40) : chance.below(600);
    const observedAt = Math.floor((at - late * MINUTE) / (10 * MINUTE)) * 10 * MINUTE;
    const about = { sku: chance.pick(this.#skus), aggregator: chance.pick(AGGREGATORS), observedAt };
    const draw = this.#isOrderly ? uniform(this.#seed, stringHash(JSON.stringify(about))) : chance.next();
    const min = 80 + Math.floor(draw * 20);
    const prices = { min: `${min}.00`, avg: `${min + 5}.25`, max: `${min + 30}.00` };
    return { ...about, available: draw < 0.9, ...prices, storesTracked: Math.floor(draw * 40) };
  }

  /** Rarely at the very edge of what is still taken, or ahead of the clock. */
  #eventTime(at: number): number {
    const chance = this.#chance;
    const draw = chance.next();
    if (draw < 0.03) return at + 4 * MINUTE + chance.below(2 * MINUTE);
    if (draw < 0.06) return at - EVENT_HOURS * HOUR + chance.below(40 * SECOND) - 10 * SECOND;
    if (draw < 0.2) return at - chance.below(60 * HOUR);
    return at - chance.below(20 * MINUTE);
  }

  /** One that was posted before, by whoever; where nothing is orderly it may say something else by now. */
  #again(posted: readonly object[], changed: string): object {
    const row = this.#chance.pick(posted);
    return this.#isOrderly || this.#chance.happens(0.5) ? row : { ...row, [changed]: 1 };
  }
}
