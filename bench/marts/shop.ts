import { uniform } from "../../domain/base/keyed-random.ts";
import { DAY_MS, HOUR_MS } from "../../domain/base/time.ts";
import type { EventType } from "../../domain/messages/rows.ts";

/** An event as it is posted; `at` in ms. */
export interface ShopEvent {
  id: string;
  type: EventType;
  sku?: string;
  sessionId: string;
  customerId?: string;
  device: "mobile" | "desktop" | "tablet";
  quantity?: number;
  price?: string;
  at: number;
}

export interface DemandRow {
  sku: string;
  day: string;
  units: number;
  price: string;
}

const CATEGORIES = 12;
const DEVICES = ["mobile", "desktop", "tablet"] as const;
/** Events may be three days late; those of the bench lie well within. */
const EVENT_DAYS = 2.7;
const EVENTS_PER_SESSION = 8;

export const skuOf = (n: number) => `MART-${n}`;
export const categoryOf = (sku: string) => `category ${Number(sku.slice(5)) % CATEGORIES}`;
export const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

/** The posted days of every SKU before the days of events. */
export function demandRows(skus: number, days: number, now: number): DemandRow[] {
  return Array.from({ length: skus * days }, (_, i) => {
    const n = i % skus;
    const day = dayOf(now - (4 + Math.floor(i / skus)) * DAY_MS);
    return { sku: skuOf(n), day, units: Math.floor(6 * uniform(1, i, 1)), price: `${10 + (n % 40)}.00` };
  });
}

/** Days that are posted again with other figures. */
export function corrections(rows: readonly DemandRow[]): DemandRow[] {
  return rows.filter((_, i) => uniform(1, i, 2) < 0.02).map((row) => ({ ...row, units: row.units + 3 }));
}

/** Events in the order of their sessions, which last some minutes each. */
export function shopEvents(skus: number, count: number, now: number): ShopEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const session = Math.floor(i / EVENTS_PER_SESSION);
    const draw = (stream: number) => uniform(2, i, stream);
    const depth = draw(1);
    const type: EventType =
      depth < 0.2
        ? "page_view"
        : depth < 0.75
          ? "product_view"
          : depth < 0.85
            ? "search"
            : depth < 0.96
              ? "add_to_cart"
              : "purchase";
    const start = now - uniform(2, session, 10) * EVENT_DAYS * DAY_MS - 600_000;
    const isOrder = type === "purchase";
    return {
      ...{ id: `e${i}`, type, sessionId: `s${session}`, device: DEVICES[session % 3]! },
      ...(type === "page_view" ? {} : { sku: skuOf(Math.floor(draw(2) ** 2 * skus)) }),
      ...(isOrder
        ? { quantity: 1 + Math.floor(draw(3) * 2), price: "20.00", customerId: `c${session % 997}` }
        : {}),
      at: Math.floor(start + (i % EVENTS_PER_SESSION) * 45_000),
    };
  });
}

const COMPETITORS = ["northmart", "eastshop", "westhaus"];
const HOURS_BETWEEN = 7;

/** Competitors' prices over the last days, each some hours after the one before; some come late. */
export function observations(skus: number, now: number): object[] {
  const rows = Array.from({ length: skus * COMPETITORS.length }, (_, pair) => {
    const start = now - EVENT_DAYS * DAY_MS + Math.floor(uniform(3, pair, 1) * HOUR_MS);
    let cents = 1500 + Math.floor(1000 * uniform(3, pair, 2));
    return Array.from({ length: 9 }, (_, step) => {
      cents = Math.round(cents * (0.9 + 0.2 * uniform(4, pair, step)));
      const at = start + step * HOURS_BETWEEN * HOUR_MS;
      return {
        ...{
          sku: skuOf(Math.floor(pair / COMPETITORS.length)),
          competitor: COMPETITORS[pair % COMPETITORS.length]!,
        },
        ...{ price: (cents / 100).toFixed(2), currency: "EUR", availability: "in_stock" },
        observedAt: new Date(at).toISOString(),
      };
    });
  }).flat();
  // those that come late stand at the end
  return [...rows.filter((_, i) => i % 11 !== 0), ...rows.filter((_, i) => i % 11 === 0)];
}

/** Two counts of every product's stock, of which the newer one counts; some products have none left. */
export function stockCounts(skus: number, now: number): object[] {
  const count = (n: number, id: string, units: number, at: number) => ({
    ...{ id: `${id}-${n}`, sku: skuOf(n), warehouse: "main", type: "snapshot", quantity: units },
    at: new Date(at).toISOString(),
  });
  const all = Array.from({ length: skus }, (_, n) => n);
  return [
    ...all.map((n) => count(n, "new", n % 9 === 0 ? 0 : Math.floor(400 * uniform(5, n, 1)), now - HOUR_MS)),
    ...all.map((n) => count(n, "old", 500, now - EVENT_DAYS * DAY_MS)),
  ];
}
