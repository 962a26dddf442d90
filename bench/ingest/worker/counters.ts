/** What a run is billed for, counted from what the platform itself reports. */
export interface Counters {
  workerRequests: number;
  consumerBatches: number;
  messagesDelivered: number;
  /** operations of 64 KB: written by sends, read by deliveries, deleted by acknowledgements */
  queueOperations: number;
  objectRequests: number;
  objectRowsRead: number;
  objectRowsWritten: number;
  /** setting an alarm is billed as a row written */
  alarmsSet: number;
  d1Queries: number;
  d1RowsRead: number;
  d1RowsWritten: number;
  bucketWrites: number;
  bucketReads: number;
  /** bytes of text and of packed text, written and read */
  bucketBytes: number;
  /** rows written by statement: object class or "d1", and the table */
  rowsWrittenBy: Record<string, number>;
}

export const counters: Counters = {
  workerRequests: 0,
  consumerBatches: 0,
  messagesDelivered: 0,
  queueOperations: 0,
  objectRequests: 0,
  objectRowsRead: 0,
  objectRowsWritten: 0,
  alarmsSet: 0,
  d1Queries: 0,
  d1RowsRead: 0,
  d1RowsWritten: 0,
  bucketWrites: 0,
  bucketReads: 0,
  bucketBytes: 0,
  rowsWrittenBy: {},
};

/** Bytes of one billed queue operation. */
const OPERATION_BYTES = 64_000;

type Method = (this: unknown, ...values: never[]) => unknown;

const patched = new Set<object>();

/** Counting takes a share of the processor time: where that is measured, nothing is counted. */
export const counting = { isOn: true };

/** Replaces methods of an object's prototype, once for all objects that share it. */
export function patchPrototype(
  of: object,
  replace: (original: (name: string) => Method) => Record<string, Method>,
): void {
  const prototype = Object.getPrototypeOf(of) as Record<string, Method>;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const originals = { ...Object.getOwnPropertyDescriptors(prototype) };
  const original = (name: string) => originals[name]?.value as Method;
  for (const [name, method] of Object.entries(replace(original))) {
    const uncounted = original(name);
    function value(this: unknown, ...values: never[]) {
      return (counting.isOn ? method : uncounted).apply(this, values);
    }
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  }
}

const tables = new Map<string, string>();

/** The table that a statement writes, for the breakdown: looked for once, since the search took a share of the run. */
function tableOf(sql: string): string {
  const known = tables.get(sql);
  if (known !== undefined) return known;
  const table = /(?:INTO|UPDATE|FROM)\s+["`]?(\w+)/i.exec(sql)?.[1] ?? "other";
  tables.set(sql, table);
  return table;
}

export function countWrites(where: string, sql: string, rows: number): void {
  if (rows === 0) return;
  const name = `${where}.${tableOf(sql)}`;
  counters.rowsWrittenBy[name] = (counters.rowsWrittenBy[name] ?? 0) + rows;
}

/** Operations that one message costs each time it is written, read or deleted. */
export function operationsOf(body: unknown): number {
  // chunks travel as text; anything else is a small wake-up
  return typeof body === "string" ? Math.ceil(body.length / OPERATION_BYTES) : 1;
}
