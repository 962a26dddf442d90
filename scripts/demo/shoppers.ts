import { uniform } from "../../domain/base/keyed-random.ts";
import { PRODUCTS } from "./catalogue.ts";

/**
 * The demo's shoppers and shelves: what happens in a tick is a function of the seed and the tick, so that the same tick
 * posted twice is counted once.
 */

/** Where the goods lie. */
export const WAREHOUSES = ["Halden", "Brückfeld", "Port Vell"] as const;

/** Days of usual sales on the shelves when the demo opens. */
const SUPPLY_DAYS = 30;
/** This product's shelves are nearly bare from the start. */
const SCARCE_PRODUCT = 3;
/** A delivery comes once per this many sales, and replaces them. */
const DELIVERY_UNITS = 20;

/** Of the sessions that look at a product, the shares that go on to … */
const FUNNEL = { search: 0.3, compare: 0.2, cart: 0.09, purchase: 0.02, undecided: 0.005 };
const DEVICES = [
  { device: "mobile", below: 0.58 },
  { device: "desktop", below: 0.9 },
  { device: "tablet", below: 1 },
] as const;
const VIEWS_MAX = 4;
const UNDECIDED_CARTS = 4;

/** Of a session, one event follows the other after so many ms. */
const PAUSE_MS = 25_000;
/** People who buy now and then, a few of them much more often than most. */
const CUSTOMERS = 150;

const STREAM = { product: 1, device: 2, depth: 3, views: 4, dwell: 5, warehouse: 6, delivery: 7, who: 8 };
const SHOPPERS = 101;

/** What one shopper does, and what it does to the shelves. */
export interface Visit {
  events: object[];
  stock: object[];
}

/** The visit of a tick: one shopper at one product, those that sell more the more often. */
export function visitOf(seed: number, tick: number, at: Date): Visit {
  const draw = (stream: number, n = 0) => uniform(seed, SHOPPERS, tick, stream, n);
  const product = PRODUCTS[productAt(draw(STREAM.product))]!;
  const device = DEVICES.find(({ below }) => draw(STREAM.device) < below)?.device ?? "mobile";
  const depth = draw(STREAM.depth);
  const done: object[] = [];
  const add = (type: string, more: object = {}) => {
    const id = `demo-${tick}-${done.length}`;
    done.push({ id, type, sessionId: `demo-session-${tick}`, device, ...more });
  };
  const { sku } = product;
  add("page_view");
  const views = 1 + Math.floor(draw(STREAM.views) * VIEWS_MAX);
  for (let n = 0; n < views; n++)
    add("product_view", { sku, dwellSeconds: Math.round(10 + 80 * draw(STREAM.dwell, n)) });
  if (depth < FUNNEL.search) add("search", { sku });
  if (depth < FUNNEL.compare) add("price_comparison", { sku });
  const isUndecided = depth >= FUNNEL.purchase && depth < FUNNEL.purchase + FUNNEL.undecided;
  const carts = depth >= FUNNEL.cart ? 0 : isUndecided ? UNDECIDED_CARTS : 1;
  for (let n = 0; n < carts; n++) add("add_to_cart", { sku });
  const isSold = depth < FUNNEL.purchase;
  const customer = Math.floor(CUSTOMERS * draw(STREAM.who) ** 2);
  if (isSold) add("purchase", { sku, quantity: 1, customerId: `demo-customer-${customer}` });
  const events = done.map((event, n) => {
    const before = (done.length - 1 - n) * PAUSE_MS;
    return { ...event, at: new Date(at.getTime() - before).toISOString() };
  });
  return { events, stock: isSold ? sale(draw, sku, tick, at) : [] };
}

function sale(draw: (stream: number) => number, sku: string, tick: number, at: Date): object[] {
  const warehouse = WAREHOUSES[Math.floor(draw(STREAM.warehouse) * WAREHOUSES.length)]!;
  const move = { sku, warehouse, at: at.toISOString() };
  const sold = { id: `demo-sale-${tick}`, type: "sale", quantity: 1, ...move };
  if (draw(STREAM.delivery) >= 1 / DELIVERY_UNITS) return [sold];
  return [sold, { id: `demo-delivery-${tick}`, type: "stock_received", quantity: DELIVERY_UNITS, ...move }];
}

/** The count of every shelf as the demo opens. */
export function openingStock(at: Date): object[] {
  return PRODUCTS.flatMap(({ sku, dailyUnits }, index) =>
    WAREHOUSES.map((warehouse, n) => ({
      id: `demo-count-${sku}-${n}-${at.getTime()}`,
      sku,
      warehouse,
      type: "snapshot",
      quantity: index === SCARCE_PRODUCT ? 2 : Math.ceil((dailyUnits * SUPPLY_DAYS) / WAREHOUSES.length),
      at: at.toISOString(),
    })),
  );
}

function productAt(share: number): number {
  const total = PRODUCTS.reduce((sum, { dailyUnits }) => sum + dailyUnits, 0);
  let left = share * total;
  return Math.max(
    0,
    PRODUCTS.findIndex(({ dailyUnits }) => {
      left -= dailyUnits;
      return left < 0;
    }),
  );
}
