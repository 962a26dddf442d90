import { HOUR_MS } from "../base/time.ts";
import { DEVICES, type Device, EVENT_TYPES, type EventType } from "../messages/rows.ts";

/** One accepted event of a session. */
export interface Visit {
  /** the session by its hash */
  visitor: number;
  at: number;
  type: EventType;
  device: Device;
  /** null: the event names no product */
  category: string | null;
}

/** The steps of the funnel, in order. */
export const FUNNEL_STEPS = ["page_view", "product_view", "add_to_cart", "purchase"] as const;
type FunnelStep = (typeof FUNNEL_STEPS)[number];

/** What a session did on a day. Times in ms. */
interface SessionDay {
  firstAt: number;
  lastAt: number;
  events: number;
  /** of the first event that names one */
  device: Device;
  deviceAt: number;
  /** by event type: bit */
  types: number;
  /** events of each funnel step by category; null: without a product */
  steps: Map<string | null, number[]>;
}

/** The sessions of a day by their hash; the order in which visits are added makes no difference. */
export type SessionDays = Map<number, SessionDay>;

export function addVisit(sessions: SessionDays, visit: Visit): void {
  const { visitor, at, type, device, category } = visit;
  let session = sessions.get(visitor);
  if (!session) {
    session = {
      firstAt: at,
      lastAt: at,
      events: 0,
      device: "unknown",
      deviceAt: 0,
      types: 0,
      steps: new Map(),
    };
    sessions.set(visitor, session);
  }
  session.firstAt = Math.min(session.firstAt, at);
  session.lastAt = Math.max(session.lastAt, at);
  session.events += 1;
  session.types |= 1 << EVENT_TYPES.indexOf(type);
  if (device !== "unknown" && isEarlier(device, at, session)) {
    session.device = device;
    session.deviceAt = at;
  }
  const step = FUNNEL_STEPS.indexOf(type as FunnelStep);
  if (step < 0) return;
  const counts = session.steps.get(category) ?? FUNNEL_STEPS.map(() => 0);
  session.steps.set(category, counts);
  counts[step]! += 1;
}

/** At the same instant the device that comes first in the list counts, so that order does not. */
function isEarlier(device: Device, at: number, known: SessionDay): boolean {
  if (known.device === "unknown" || at < known.deviceAt) return true;
  return at === known.deviceAt && DEVICES.indexOf(device) < DEVICES.indexOf(known.device);
}

/** How far the sessions of one category and device came; empty category: the whole shop. */
export interface FunnelRow {
  category: string;
  device: Device;
  pageViews: number;
  shopPageViews: number;
  productViews: number;
  carts: number;
  purchases: number;
  pageViewSessions: number;
  productViewSessions: number;
  cartSessions: number;
  purchaseSessions: number;
  cartAfterView: number;
  purchaseAfterCart: number;
}

const NO_FUNNEL = {
  ...{ pageViews: 0, shopPageViews: 0, productViews: 0, carts: 0, purchases: 0 },
  ...{ pageViewSessions: 0, productViewSessions: 0, cartSessions: 0, purchaseSessions: 0 },
  ...{ cartAfterView: 0, purchaseAfterCart: 0 },
};

/**
 * The funnel of a day. A page view that names no product belongs to no category, so a category's funnel begins at the
 * product view; the whole shop's counts every page view.
 */
export function funnelOf(sessions: SessionDays): FunnelRow[] {
  const rows = new Map<string, FunnelRow>();
  for (const { device, steps } of sessions.values()) {
    const whole = FUNNEL_STEPS.map(() => 0);
    for (const [category, counts] of steps) {
      for (const [step, count] of counts.entries()) whole[step]! += count;
      if (category !== null) addToFunnel(funnelRow(rows, category, device), counts, 0);
    }
    addToFunnel(funnelRow(rows, "", device), whole, steps.get(null)?.[0] ?? 0);
  }
  return [...rows.values()];
}

function funnelRow(rows: Map<string, FunnelRow>, category: string, device: Device): FunnelRow {
  const key = `${device} ${category}`;
  const row = rows.get(key) ?? { category, device, ...NO_FUNNEL };
  rows.set(key, row);
  return row;
}

function addToFunnel(row: FunnelRow, counts: readonly number[], shopPageViews: number): void {
  const [pages, views, carts, purchases] = counts as [number, number, number, number];
  row.pageViews += pages;
  row.shopPageViews += shopPageViews;
  row.productViews += views;
  row.carts += carts;
  row.purchases += purchases;
  row.pageViewSessions += pages > 0 ? 1 : 0;
  row.productViewSessions += views > 0 ? 1 : 0;
  row.cartSessions += carts > 0 ? 1 : 0;
  row.purchaseSessions += purchases > 0 ? 1 : 0;
  row.cartAfterView += views > 0 && carts > 0 ? 1 : 0;
  row.purchaseAfterCart += views > 0 && carts > 0 && purchases > 0 ? 1 : 0;
}

/** The least number of events of each class of sessions. */
export const SESSION_CLASSES = [1, 2, 3, 4, 5, 6, 11, 21] as const;

/** Sessions of one device and class, with and without a purchase, as sums. */
export interface SessionRow {
  device: Device;
  converted: boolean;
  eventsFrom: number;
  sessions: number;
  events: number;
  seconds: number;
  eventTypes: number;
}

/** The sessions of a day in classes. */
export function sessionRowsOf(sessions: SessionDays): SessionRow[] {
  const rows = new Map<string, SessionRow>();
  const bought = 1 << EVENT_TYPES.indexOf("purchase");
  for (const { device, types, events, firstAt, lastAt } of sessions.values()) {
    const converted = (types & bought) !== 0;
    const eventsFrom = SESSION_CLASSES.findLast((least) => events >= least) ?? 1;
    const key = `${device} ${converted} ${eventsFrom}`;
    const row = rows.get(key) ?? {
      device,
      converted,
      eventsFrom,
      ...{ sessions: 0, events: 0, seconds: 0, eventTypes: 0 },
    };
    rows.set(key, row);
    row.sessions += 1;
    row.events += events;
    row.seconds += Math.round((lastAt - firstAt) / 1000);
    row.eventTypes += bitCount(types);
  }
  return [...rows.values()];
}

function bitCount(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count++;
  return count;
}

/** Page views and searches without a product, by hours since the day began. */
export interface ShopHour {
  hour: number;
  views: number;
  searches: number;
}

/** Counts a visit without a product into its hour. `start`: of the day, ms. */
export function addShopHour(
  hours: Map<number, ShopHour>,
  { at, type }: Pick<Visit, "at" | "type">,
  start: number,
): void {
  const hour = Math.floor((at - start) / HOUR_MS);
  const counted = hours.get(hour) ?? { hour, views: 0, searches: 0 };
  hours.set(hour, counted);
  if (type === "page_view") counted.views += 1;
  if (type === "search") counted.searches += 1;
}
