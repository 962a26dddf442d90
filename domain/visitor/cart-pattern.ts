/** Additions to the cart count together within this time, ms. */
export const CART_WINDOW_MS = 30 * 60_000;

/** Events may come in another order than they happened, by so much at most, ms. */
export const LATENESS_MS = 2 * 60_000;

/** Something that a session did with its cart. `event` is the hash of the event's id. */
export interface CartEvent {
  event: number;
  kind: "cart" | "purchase";
  sku: string;
  at: number;
}

/** Additions to the cart within the window and without a purchase after the first of them. */
export interface OpenCart {
  /** put in most often; of several, the one put in last */
  sku: string;
  carts: number;
  /** when something was last put in, ms */
  at: number;
}

/** What a session's cart events come to. */
export interface CartReading {
  /** the additions that stand at the newest event, if they reach the threshold */
  open: OpenCart | null;
  /** those that reached the threshold before and ended in a purchase */
  bought: OpenCart[];
}

/**
 * Reads a session's cart in the order of time, whatever the order in which its events arrived: a sliding window of 30
 * minutes that a purchase empties.
 */
export function readCart(events: Iterable<CartEvent>, threshold: number): CartReading {
  const ordered = [...events].sort((a, b) => a.at - b.at || rank(a) - rank(b) || a.event - b.event);
  const reading: CartReading = { open: null, bought: [] };
  let window: CartEvent[] = [];
  for (const event of ordered) {
    if (event.kind === "purchase") {
      if (reading.open !== null && event.at - reading.open.at < CART_WINDOW_MS)
        reading.bought.push(reading.open);
      reading.open = null;
      window = [];
      continue;
    }
    window = [...window.filter(({ at }) => event.at - at < CART_WINDOW_MS), event];
    reading.open = window.length >= threshold ? openCart(window) : null;
  }
  return reading;
}

/** Of the same instant, the cart is filled before it is bought. */
function rank({ kind }: CartEvent): number {
  return kind === "cart" ? 0 : 1;
}

function openCart(window: readonly CartEvent[]): OpenCart {
  const counts = new Map<string, number>();
  let sku = "";
  for (const event of window) {
    const count = (counts.get(event.sku) ?? 0) + 1;
    counts.set(event.sku, count);
    if (count >= (counts.get(sku) ?? 0)) sku = event.sku;
  }
  return { sku, carts: window.length, at: window.at(-1)!.at };
}
