import type { Device } from "./rows.ts";

/** A customer's purchase or refund. Customers and events are known by their hashes; money in minor units. */
export interface OrderRow {
  row: number;
  customer: number;
  event: number;
  kind: "purchase" | "refund";
  device: Device;
  /** quantity times unit price, in the install's currency; 0 for a product of another */
  amount: number;
  at: number;
}

/** Orders of one chunk, for one of the objects that keep customers. */
export interface OrderCall {
  now: number;
  eventHours: number;
  chunks: { chunkId: string; receivedAt: number; rows: OrderRow[] }[];
}

/** What is kept of a customer over the last year. */
export interface CustomerSummary {
  customer: number;
  /** ms */
  lastOrderAt: number;
  orders: number;
  /** less refunds, minor units */
  spend: number;
  device: Device;
}
