/**
 * List prices of the paid plan in US dollars, beyond what a plan includes. As of 2026-11-20, from
 * copies of the vendor's documentation (Workers, Queues, Durable Objects, D1, R2): look again before quoting them.
 */
export const PRICES_READ_AT = "2026-11-20";

/** Dollars per million units, and what a unit is. */
export const PRICES = {
  workerRequests: { perMillion: 0.3, unit: "requests and consumer batches" },
  cpuMilliseconds: { perMillion: 0.02, unit: "ms of processor time" },
  queueOperations: { perMillion: 0.4, unit: "operations of 64 KB: written, read, deleted" },
  objectRequests: { perMillion: 0.15, unit: "calls and alarms" },
  objectGigabyteSeconds: { perMillion: 12.5, unit: "GB-s, at 128 MB for each active object" },
  objectRowsRead: { perMillion: 0.001, unit: "rows read by objects" },
  objectRowsWritten: { perMillion: 1, unit: "rows written by objects, alarms set" },
  d1RowsRead: { perMillion: 0.001, unit: "rows read by D1" },
  d1RowsWritten: { perMillion: 1, unit: "rows written by D1" },
  bucketWrites: { perMillion: 4.5, unit: "objects put into the bucket" },
} as const;

/** What the paid plan costs a month, US dollars. */
export const PLAN_DOLLARS = 5;

/** What it includes in a month, in units of the prices. */
export const INCLUDED: Record<keyof typeof PRICES, number> = {
  workerRequests: 10e6,
  cpuMilliseconds: 30e6,
  queueOperations: 1e6,
  objectRequests: 1e6,
  objectGigabyteSeconds: 400e3,
  objectRowsRead: 25e9,
  objectRowsWritten: 50e6,
  d1RowsRead: 25e9,
  d1RowsWritten: 50e6,
  bucketWrites: 1e6,
};

export type Billed = keyof typeof PRICES;
