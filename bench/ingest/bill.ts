import { type Billed, PRICES } from "./prices.ts";
import type { Counters } from "./worker/counters.ts";

/** Memory that an active object is billed for, GB. */
const OBJECT_GIGABYTES = 0.128;

/** How long an object stays active for one call beyond its processor time: storage and its own calls are awaited, s. */
const OBJECT_WAIT_SECONDS = 0.01;

interface BillLine {
  item: Billed;
  /** units per million observations */
  quantity: number;
  dollars: number;
}

export interface Bill {
  lines: BillLine[];
  dollars: number;
  /** rows written per million observations, by object class or database and table */
  rowsWrittenBy: Record<string, number>;
}

/** What a million observations cost, from what a run counted. The processor time of all objects is billed as theirs. */
export function billOf(before: Counters, after: Counters, cpuSeconds: number, observations: number): Bill {
  const perMillion = (n: number) => (n / observations) * 1e6;
  const spent = (name: keyof Omit<Counters, "rowsWrittenBy">) => perMillion(after[name] - before[name]);
  const cpu = perMillion(cpuSeconds);
  const objectRequests = spent("objectRequests");
  const quantities: Record<Billed, number> = {
    workerRequests: spent("workerRequests"),
    cpuMilliseconds: cpu * 1000,
    queueOperations: spent("queueOperations"),
    objectRequests,
    objectGigabyteSeconds: (cpu + objectRequests * OBJECT_WAIT_SECONDS) * OBJECT_GIGABYTES,
    objectRowsRead: spent("objectRowsRead"),
    objectRowsWritten: spent("objectRowsWritten") + spent("alarmsSet"),
    d1RowsRead: spent("d1RowsRead"),
    d1RowsWritten: spent("d1RowsWritten"),
    bucketWrites: spent("bucketWrites"),
  };
  const lines = (Object.keys(PRICES) as Billed[]).map((item) => ({
    item,
    quantity: Math.round(quantities[item]),
    dollars: (quantities[item] * PRICES[item].perMillion) / 1e6,
  }));
  const rowsWrittenBy = Object.fromEntries(
    Object.entries(after.rowsWrittenBy)
      .map(
        ([name, rows]) => [name, Math.round(perMillion(rows - (before.rowsWrittenBy[name] ?? 0)))] as const,
      )
      .filter(([, rows]) => rows > 0),
  );
  return { lines, dollars: lines.reduce((sum, line) => sum + line.dollars, 0), rowsWrittenBy };
}

/** The bill with its arithmetic, a line for each item. */
export function billText({ lines, dollars, rowsWrittenBy }: Bill): string[] {
  return [
    ...lines.map(
      ({ item, quantity, dollars }) =>
        `${item.padEnd(22)} ${quantity.toLocaleString("en").padStart(12)} x $${PRICES[item].perMillion}/M = $${dollars.toFixed(4)}   (${PRICES[item].unit})`,
    ),
    `${"together".padEnd(22)} ${"".padStart(12)} $${dollars.toFixed(4)} per million observations`,
    `rows written by table: ${Object.entries(rowsWrittenBy)
      .map(([name, rows]) => `${name} ${rows.toLocaleString("en")}`)
      .join(", ")}`,
  ];
}
