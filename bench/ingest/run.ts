import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { billText } from "./bill.ts";
import { PRICES_READ_AT } from "./prices.ts";
import { type IngestFigures, type Plan, type RealFigures, runBoth, runReal } from "./scenarios.ts";

const USAGE = `npm run bench:ingest -- [options]
  --quick            a smoke run: seconds instead of minutes, no gate means anything
  --repeat <n>       measured drains, of which the median counts (3)
  --skus <list>      catalogue sizes for the cost per observation (1000,10000,100000)
  --rate <n>         observations a second of the paced run (2000)
  --profile <file>   write a processor profile of the last drain`;

/** What has to hold, and what a figure says about it. */
interface Gate {
  name: string;
  value: number;
  holds: boolean;
  limit: string;
}

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    repeat: { type: "string", default: "3" },
    skus: { type: "string" },
    rate: { type: "string", default: "2000" },
    profile: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const QUICK = values.quick;
/** Whole consumer batches, so that no drain ends with a part of one that waits for its timeout. */
const BATCHES = 63 * 16;
const MAIN: Plan = {
  skus: QUICK ? 2_000 : 20_000,
  batches: QUICK ? 96 : BATCHES,
  repeat: QUICK ? 1 : Number(values.repeat),
  pacedSeconds: QUICK ? 5 : 30,
  pacedRate: Number(values.rate),
  profile: values.profile ?? null,
};
const SIZES = (values.skus ?? (QUICK ? "1000,2000" : "1000,10000,100000")).split(",").map(Number);

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function drained(drains: readonly IngestFigures[]): number {
  return median(drains.map(({ drainedPerSecond }) => drainedPerSecond));
}

function cpu(drains: readonly IngestFigures[]): number {
  return median(drains.map(({ cpuPerObservation }) => cpuPerObservation ?? Number.NaN));
}

function drainRow(name: string, drains: readonly IngestFigures[]) {
  return {
    run: name,
    "accepted/s": Math.round(median(drains.map(({ acceptedPerSecond }) => acceptedPerSecond))),
    "drained/s": Math.round(drained(drains)),
    "µs cpu/observation": round(cpu(drains), 1),
    "peak MB": drains.at(-1)?.peakMegabytes ?? null,
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** Processor time for one observation by catalogue size: it does not depend on who else uses the machine. */
async function costBySize(): Promise<{ skus: number; microseconds: number; drainedPerSecond: number }[]> {
  const costs = [];
  for (const skus of SIZES) {
    const { drains } = await runReal({ ...MAIN, skus, repeat: 1, pacedSeconds: 0, profile: null });
    costs.push({ skus, microseconds: round(cpu(drains), 1), drainedPerSecond: Math.round(drained(drains)) });
  }
  return costs;
}

function gates(floor: IngestFigures[], real: RealFigures, growth: number): Gate[] {
  const ratio = drained(real.drains) / drained(floor);
  const gate = (name: string, value: number, limit: string, holds: boolean) => ({
    name,
    value,
    limit,
    holds,
  });
  const { paced, bill } = real;
  return [
    gate("floor drained/s", Math.round(drained(floor)), ">= 15,000", drained(floor) >= 15_000),
    gate("drained / floor", round(ratio, 2), ">= 0.5", ratio >= 0.5),
    gate("drained/s", Math.round(drained(real.drains)), "aim 12,300", drained(real.drains) >= 12_300),
    ...(paced
      ? [
          gate("p50 ms", paced.p50, "<= 600", paced.p50 <= 600),
          gate("p99 ms", paced.p99, "<= 1,500", paced.p99 <= 1_500),
          gate("$ per million, paced", round(paced.bill.dollars, 3), "<= 0.50", paced.bill.dollars <= 0.5),
        ]
      : []),
    gate("$ per million", round(bill.dollars, 3), "<= 0.50", bill.dollars <= 0.5),
    gate("cost growth over sizes", round(growth, 2), "<= 1.3", growth <= 1.3),
  ];
}

const load = () => round(loadavg()[0] ?? 0, 1);
console.log(`load of the machine before: ${load()}`);
const { floor, real } = await runBoth(MAIN);
console.table([drainRow("floor", floor), drainRow(`${MAIN.skus} SKUs x 5`, real.drains)]);
if (real.paced)
  console.table([
    {
      "paced at/s": Math.round(real.paced.offeredPerSecond),
      p50: real.paced.p50,
      p99: real.paced.p99,
      max: real.paced.max,
    },
  ]);
console.log(`\nbill per million observations, at full speed (prices of ${PRICES_READ_AT})`);
for (const line of billText(real.bill)) console.log(line);
if (real.paced) {
  console.log(`\nbill per million observations, paced`);
  for (const line of billText(real.paced.bill)) console.log(line);
}
const costs = await costBySize();
console.table(costs);
const growth = costs.at(-1)!.microseconds / costs[0]!.microseconds;
const checked = gates(floor, real, growth);
console.table(checked);
console.log(`load of the machine after: ${load()}`);
console.log(
  JSON.stringify({
    quick: QUICK,
    floor: drainRow("floor", floor),
    real: drainRow("real", real.drains),
    paced: real.paced && { p50: real.paced.p50, p99: real.paced.p99, max: real.paced.max },
    dollarsPerMillion: round(real.bill.dollars, 4),
    dollarsPerMillionPaced: real.paced && round(real.paced.bill.dollars, 4),
    rowsWrittenPerMillion: real.bill.rowsWrittenBy,
    costs,
    gates: Object.fromEntries(checked.map(({ name, value, holds }) => [name, { value, holds }])),
  }),
);
process.exit(0);
