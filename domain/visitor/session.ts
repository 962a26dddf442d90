import { type EventClock, IDS_SLACK_MS } from "../demand/activity.ts";
import type { CartPatternRow, EventRow } from "../messages/rows.ts";
import { CART_WINDOW_MS, type CartEvent, LATENESS_MS, readCart } from "./cart-pattern.ts";

const HOUR_MS = 3_600_000;

/** What is remembered of one session. Times in ms. */
export interface SessionState {
  /** ids counted, with the tag of the row that brought them, and their time */
  ids: [event: number, at: number, tag: number][];
  cart: CartEvent[];
  /** ids of events before it are forgotten, ms */
  forgottenBefore: number;
  /** events without a product */
  pageViews: number;
  searches: number;
  lastAt: number;
  /** from here on nothing of it can matter any more */
  keptUntil: number;
}

export function emptySession(at: number): SessionState {
  return { ids: [], cart: [], forgottenBefore: 0, pageViews: 0, searches: 0, lastAt: at, keptUntil: at };
}

export type SessionOutcome = "taken" | "again" | "duplicate" | "too_late";

/** Takes one event of a session, if its id is new. It is late as of its receipt, however often and late it comes again. */
export function takeVisit(
  session: SessionState,
  row: EventRow,
  tag: number,
  clock: EventClock,
): SessionOutcome {
  const keptMs = clock.eventHours * HOUR_MS;
  // first, since it is the same whatever else has come by now
  if (row.at < clock.receivedAt - keptMs) return "too_late";
  const known = session.ids.find(([event]) => event === row.event);
  if (known) return known[2] === tag ? "again" : "duplicate";
  // by the clock: a session that is over is forgotten as a whole, and this with it
  const forgottenBefore = Math.max(session.forgottenBefore, clock.now - keptMs - IDS_SLACK_MS);
  if (row.at < forgottenBefore) return "too_late";
  session.forgottenBefore = forgottenBefore;
  session.ids = session.ids.filter(([, at]) => at >= session.forgottenBefore);
  session.ids.push([row.event, row.at, tag]);
  session.lastAt = Math.max(session.lastAt, row.at);
  session.keptUntil = session.lastAt + keptMs + IDS_SLACK_MS;
  if (row.type === "page_view" && row.sku === "") session.pageViews++;
  if (row.type === "search" && row.sku === "") session.searches++;
  const kind = row.type === "add_to_cart" ? "cart" : row.type === "purchase" ? "purchase" : null;
  if (kind !== null) session.cart.push({ event: row.event, kind, sku: row.sku, at: row.at });
  const newest = Math.max(...session.cart.map(({ at }) => at));
  session.cart = session.cart.filter(({ at }) => at >= newest - 2 * CART_WINDOW_MS - LATENESS_MS);
  return "taken";
}

/** What the shards of the session's products are to know of its carts now. */
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
