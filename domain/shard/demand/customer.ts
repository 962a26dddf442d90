import { DAY_MS, HOUR_MS } from "../../base/time.ts";
import type { CustomerSummary, OrderRow } from "../../messages/orders.ts";
import { DEVICES } from "../../messages/rows.ts";
import { type EventClock, IDS_SLACK_MS } from "./activity.ts";

/** Orders count for a year. */
const ORDERS_KEPT_DAYS = 365;

/** What is remembered of a customer, who is known by a hash. */
export interface CustomerState {
  /** ids counted, with their time (ms) and the tag of the row that brought them */
  ids: [event: number, at: number, tag: number][];
  /** by number of the day since 1970 (UTC): orders, and what was spent less refunds, minor units */
  days: [day: number, orders: number, spend: number][];
  /** orders by device, in the order of DEVICES */
  devices: number[];
  /** of the newest purchase, ms; 0 = none */
  lastOrderAt: number;
}

export function emptyCustomer(): CustomerState {
  return { ids: [], days: [], devices: DEVICES.map(() => 0), lastOrderAt: 0 };
}

/** Counts a purchase or a refund once for each id. Answers whether anything changed. */
export function takeOrder(customer: CustomerState, row: OrderRow, tag: number, clock: EventClock): boolean {
  if (customer.ids.some(([event]) => event === row.event)) return false;
  const before = clock.now - clock.eventHours * HOUR_MS - IDS_SLACK_MS;
  if (row.at < before) return false;
  customer.ids = [...customer.ids.filter(([, at]) => at >= before), [row.event, row.at, tag]];
  const isPurchase = row.kind === "purchase";
  const number = Math.floor(row.at / DAY_MS);
  const known = customer.days.find(([day]) => day === number);
  const day: CustomerState["days"][number] = known ?? [number, 0, 0];
  if (!known) customer.days.push(day);
  day[1] += isPurchase ? 1 : 0;
  day[2] += isPurchase ? row.amount : -row.amount;
  if (isPurchase) {
    customer.devices[DEVICES.indexOf(row.device)]! += 1;
    customer.lastOrderAt = Math.max(customer.lastOrderAt, row.at);
  }
  const oldest = Math.floor(clock.now / DAY_MS) - ORDERS_KEPT_DAYS;
  customer.days = customer.days.filter(([day]) => day >= oldest).sort(([a], [b]) => a - b);
  return true;
}

/** A customer's last year as of `now` (ms); null without an order in it. */
export function summariseCustomer(
  hash: number,
  { days, devices, lastOrderAt }: CustomerState,
  now: number,
): CustomerSummary | null {
  const oldest = Math.floor(now / DAY_MS) - ORDERS_KEPT_DAYS;
  const recent = days.filter(([day]) => day >= oldest);
  const orders = recent.reduce((sum, [, count]) => sum + count, 0);
  if (orders === 0) return null;
  const spend = recent.reduce((sum, [, , amount]) => sum + amount, 0);
  const device = DEVICES[devices.indexOf(Math.max(...devices))]!;
  return { customer: hash, lastOrderAt, orders, spend, device };
}
