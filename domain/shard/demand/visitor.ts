import { HOUR_MS, MINUTE_MS } from "../../base/time.ts";
import type { CartPatternRow, EventRow } from "../../messages/rows.ts";
import { visitKind } from "../../messages/visits.ts";
import { type EventClock, IDS_SLACK_MS } from "./activity.ts";

/** What is remembered of one session. Times in ms. */
export interface SessionState {
  /** ids counted, with their time, the tag of the row that brought them and, without a product, what was done */
  ids: [event: number, at: number, tag: number, kind?: number][];
  cart: CartEvent[];
  /** ids of events before it are forgotten, ms */
  forgottenBefore: number;
  lastAt: number;
  /** when the session may be forgotten */
  keptUntil: number;
}

export function emptySession(at: number): SessionState {
  return { ids: [], cart: [], forgottenBefore: 0, lastAt: at, keptUntil: at };
}

export type SessionOutcome = "taken" | "again" | "duplicate" | "too_late";

/** Takes an event of a session if its id is new. Whether it is late depends on its receipt, not on its delivery. */
export function takeVisit(
  session: SessionState,
  row: EventRow,
  tag: number,
  clock: EventClock,
): SessionOutcome {
  const keptMs = clock.eventHours * HOUR_MS;
  // checked first, since this does not depend on what else has come by now
  if (row.at < clock.receivedAt - keptMs) return "too_late";
  const known = session.ids.find(([event]) => event === row.event);
  if (known) return known[2] === tag ? "again" : "duplicate";
  // by the clock too, since this limit is lost when an old session is forgotten as a whole
  const forgottenBefore = Math.max(session.forgottenBefore, clock.now - keptMs - IDS_SLACK_MS);
  if (row.at < forgottenBefore) return "too_late";
  session.forgottenBefore = forgottenBefore;
  session.ids = session.ids.filter(([, at]) => at >= session.forgottenBefore);
  session.ids.push(
    row.sku === "" ? [row.event, row.at, tag, visitKind(row.type, row.device)] : [row.event, row.at, tag],
  );
  session.lastAt = Math.max(session.lastAt, row.at);
  session.keptUntil = session.lastAt + keptMs + IDS_SLACK_MS;
  const kind = row.type === "add_to_cart" ? "cart" : row.type === "purchase" ? "purchase" : null;
  if (kind !== null) session.cart.push({ event: row.event, kind, sku: row.sku, at: row.at });
  const newest = Math.max(...session.cart.map(({ at }) => at));
  session.cart = session.cart.filter(({ at }) => at >= newest - 2 * CART_WINDOW_MS - LATENESS_MS);
  return "taken";
}

/** What the shards of the session's products should know of its carts now. */
export function cartPatterns(
  session: SessionState,
  visitor: number,
  threshold: number,
): Omit<CartPatternRow, "row">[] {
  const { open, bought } = readCart(session.cart, threshold);
  return [
    ...bought.map((cart) => ({ ...cart, visitor, bought: true })),
    ...(open === null ? [] : [{ ...open, visitor, bought: false }]),
  ];
}

/** Additions to the cart count together within this time, ms. */
export const CART_WINDOW_MS = 30 * MINUTE_MS;

/** By how much events may arrive out of order, ms. */
export const LATENESS_MS = 2 * MINUTE_MS;

/** Something that a session did with its cart. `event` is the hash of the event's id. */
export interface CartEvent {
  event: number;
  kind: "cart" | "purchase";
  sku: string;
  at: number;
}

/** Additions to the cart within the window, without a purchase since the first of them. */
interface OpenCart {
  /** the SKU that was added most often; of several, the one added last */
  sku: string;
  carts: number;
  /** when something was last added, ms */
  at: number;
}

/** The result of a session's cart events. */
export interface CartReading {
  /** the additions that are open at the newest event, if they reach the threshold */
  open: OpenCart | null;
  /** earlier ones that reached the threshold and ended in a purchase */
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

/** At the same instant, additions come before purchases. */
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
