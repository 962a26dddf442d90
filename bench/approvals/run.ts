import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Runtime, startRuntime } from "../ingest/runtime.ts";
import { addPrices, IN_STEPS, SKU } from "./catalogue.ts";

const USAGE = `npm run bench:approvals -- [options]
  --prices <n>   prices that are applied (10000)
  --reads <n>    served prices that are read (1000)`;

const { values } = parseArgs({
  options: {
    prices: { type: "string", default: "10000" },
    reads: { type: "string", default: "1000" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const PRICES = Number(values.prices);
const READS = Number(values.reads);
/** The smaller number of prices that the time of the larger is compared with. */
const FEW = Math.max(500, Math.round(PRICES / 10));

const HEADERS = {
  authorization: "Bearer pw_bench_0123456789abcdefghijklmnop",
  "content-type": "application/json",
};

interface Counters {
  roundTrips: number;
  rowsWritten: number;
}

interface BulkBody {
  done: number;
  failed: unknown[];
  remaining: number;
}

const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
const round = (value: number, digits: number) => Number(value.toFixed(digits));

async function ask<T>({ url }: Runtime, method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(new URL(path, url), {
    ...{ method, headers: HEADERS },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return (text === "" ? {} : JSON.parse(text)) as T;
}

/** The shards hear of new prices behind the requests: all is done when the runtime has next to nothing to do for so long. */
const QUIET_MS = 2_500;
/** What an idle runtime may use in that time, s. */
const IDLE_SECONDS = 0.05;

/** The runtime's processor time at the end of all that is under way, s; null where it cannot be told. */
async function untilQuiet({ process }: Runtime): Promise<number | null> {
  for (let before = process.cpuSeconds(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const now = process.cpuSeconds();
    if (before === null || now === null || now - before <= IDLE_SECONDS) return now;
    before = now;
  }
}

/** What a piece of work takes, and what of the database; of the processor, with all that follows from it. */
async function measured(runtime: Runtime, prices: number, work: () => Promise<void>) {
  await untilQuiet(runtime);
  const before = await ask<Counters>(runtime, "GET", "/bench/counters");
  const cpuBefore = runtime.process.cpuSeconds();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const after = await ask<Counters>(runtime, "GET", "/bench/counters");
  const cpuAfter = await untilQuiet(runtime);
  const cpu = cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / prices;
  return {
    prices,
    seconds: round(seconds, 2),
    "ms a price": round((seconds / prices) * 1000, 3),
    "ms of the processor a price": cpu === null ? null : round(cpu * 1000, 3),
    "rows written a price": round((after.rowsWritten - before.rowsWritten) / prices, 2),
    "round trips": after.roundTrips - before.roundTrips,
  };
}

/** Approves everything of a category, 500 a request. */
async function approveAll(runtime: Runtime, category: string, count: number): Promise<void> {
  let done = 0;
  for (let remaining = 1; remaining > 0; ) {
    const bulk = { action: "approve", filter: { category } };
    const answer = await ask<BulkBody>(runtime, "POST", "/api/proposals/bulk", bulk);
    done += answer.done;
    remaining = answer.remaining;
  }
  if (done !== count) throw new Error(`${done} of ${count} were approved`);
}

/** Forty people change forty prices at the same instant. */
async function together(runtime: Runtime): Promise<{ succeeded: number; seconds: number }> {
  await addPrices(runtime, "together", 40);
  const start = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      fetch(new URL(`/api/proposals/prp_${SKU("together", i)}/approve`, runtime.url), {
        ...{ method: "POST", headers: HEADERS },
      }),
    ),
  );
  const succeeded = answers.filter(({ ok }) => ok).length;
  return { succeeded, seconds: round((performance.now() - start) / 1000, 2) };
}

/** Milliseconds of a served price beside those of a handler that answers at once, in turn, so that noise meets both. */
async function reads(runtime: Runtime): Promise<{ served: number; bare: number }> {
  const timeOf = async (path: string) => {
    const start = performance.now();
    await (await fetch(new URL(path, runtime.url))).arrayBuffer();
    return performance.now() - start;
  };
  const served: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < READS; i++) {
    served.push(await timeOf(`/api/price/${SKU("many", i % PRICES)}`));
    bare.push(await timeOf("/bench/bare"));
  }
  return { served: median(served), bare: median(bare) };
}

const runtime = await startRuntime("bench/approvals/worker/entry.ts");
try {
  const table: Record<string, Awaited<ReturnType<typeof measured>>> = {};
  const sizes = { few: FEW, many: PRICES, "a page": 500 };
  await addPrices(runtime, "warm", 500);
  await approveAll(runtime, "warm", 500);
  for (const [name, count] of Object.entries(sizes)) {
    await addPrices(runtime, name, count);
    table[`approve ${name}`] = await measured(runtime, count, () => approveAll(runtime, name, count));
  }
  await addPrices(runtime, "tick", PRICES, IN_STEPS);
  table["apply by the tick"] = await measured(runtime, PRICES, () => ask(runtime, "POST", "/bench/tick"));
  console.table(table);
  const crowd = await together(runtime);
  console.log(`forty at the same instant: ${crowd.succeeded} succeed in ${crowd.seconds} s`);
  await untilQuiet(runtime);
  const { served, bare } = await reads(runtime);
  const over = round(served - bare, 2);
  console.log(`a served price: p50 ${round(served, 2)} ms, a bare handler ${round(bare, 2)} ms`);
  const page = table["approve a page"]!;
  const linear = round(table["approve many"]!["ms a price"] / table["approve few"]!["ms a price"], 2);
  const cpuOf = (name: string) => table[name]!["ms of the processor a price"] ?? Number.NaN;
  const linearCpu = round(cpuOf("approve many") / cpuOf("approve few"), 2);
  const rows = Math.max(...Object.values(table).map((row) => row["rows written a price"]));
  const gates = [
    { name: "rows written a price", value: rows, limit: 6 },
    { name: "time a price, many over few", value: linear, limit: 1.3 },
    // where /proc does not tell it, there is nothing to compare
    ...(Number.isNaN(linearCpu)
      ? []
      : [{ name: "processor time a price, many over few", value: linearCpu, limit: 1.3 }]),
    { name: "seconds for 500 approvals", value: page.seconds, limit: 5 },
    { name: "round trips for 500 approvals", value: page["round trips"], limit: 50 },
    { name: "of forty at once that failed", value: 40 - crowd.succeeded, limit: 0 },
    { name: "served price over a bare handler, p50 ms", value: over, limit: 2 },
  ].map((gate) => ({ ...gate, holds: gate.value <= gate.limit }));
  for (const { name, value, limit, holds } of gates)
    console.log(`${holds ? "holds" : "FAILS"}  ${name}: ${value} (at most ${limit})`);
  const load = loadavg().map((value) => round(value, 1));
  console.log(JSON.stringify({ table, together: crowd, served, bare, gates, load }));
  if (gates.some(({ holds }) => !holds)) process.exitCode = 1;
} finally {
  await runtime.stop();
}
