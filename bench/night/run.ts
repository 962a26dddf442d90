import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startRuntime } from "../ingest/runtime.ts";
import type { Counters } from "../ingest/worker/counters.ts";
import { Shop, sleep } from "./install.ts";
import { productsOf } from "./shop.ts";

const USAGE = `npm run bench:night -- [options]
  --skus <n>         products (20000)
  --days <n>         days of demand (90)
  --competitors <n>  competitors of each product (5)

Plays nights of a running install: features, elasticity and proposals, on the local runtime with its queues, objects,
tables and bucket. The first night is a fresh install's, the others find everything unchanged. Wall-clock seconds.`;

const { values } = parseArgs({
  options: {
    skus: { type: "string", default: "20000" },
    days: { type: "string", default: "90" },
    competitors: { type: "string", default: "5" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [SKUS, DAYS, COMPETITORS] = [values.skus, values.days, values.competitors].map(Number) as [
  number,
  number,
  number,
];

const ENTRY = "bench/ingest/worker/entry.ts";
const KINDS = ["features", "elasticity", "proposals"] as const;
const NIGHTS = ["first", "unchanged", "again"] as const;
const POLL_MS = 100;
/** What has to hold on a machine that does nothing else, seconds. */
const LIMITS = { proposals: 15, night: 60 } as const;

/** What one run took and did. */
interface RunFigures {
  seconds: number;
  cpuSeconds: number | null;
  /** seconds of each phase */
  phases: Record<string, number>;
  d1RowsRead: number;
  d1RowsWritten: number;
  d1Queries: number;
  bucketReads: number;
  bucketWrites: number;
  bucketMegabytes: number;
  proposed: number | null;
}

interface RunBody {
  status: string;
  phase: string;
  counts: Record<string, unknown>;
}

const runtime = await startRuntime(ENTRY);
const shop = new Shop(runtime);

async function counters(): Promise<Counters> {
  return (await shop.call<{ counters: Counters }>("GET", "/bench/state?since=999999999")).counters;
}

async function play(kind: (typeof KINDS)[number]): Promise<RunFigures> {
  const before = await counters();
  const cpuBefore = runtime.process.cpuSeconds();
  const startAt = performance.now();
  const { runId } = await shop.call<{ runId: string }>("POST", "/api/runs", { kind });
  const phases: Record<string, number> = {};
  let [phase, phaseAt] = ["", startAt];
  for (;;) {
    const run = await shop.call<RunBody>("GET", `/api/runs/${runId}`);
    const now = performance.now();
    const ended = ["done", "partial", "failed"].includes(run.status);
    if (phase !== "" && (run.phase !== phase || ended)) phases[phase] = seconds(now - phaseAt);
    if (run.phase !== phase) [phase, phaseAt] = [run.phase, now];
    if (ended) {
      if (run.status !== "done") throw new Error(`${kind}: ${JSON.stringify(run)}`);
      const cpuAfter = runtime.process.cpuSeconds();

      const after = await counters();
      const spent = (name: keyof Omit<Counters, "rowsWrittenBy">) => after[name] - before[name];
      return {
        seconds: seconds(now - startAt),
        cpuSeconds: cpuBefore === null || cpuAfter === null ? null : seconds((cpuAfter - cpuBefore) * 1000),
        phases,
        d1RowsRead: spent("d1RowsRead"),
        d1RowsWritten: spent("d1RowsWritten"),
        d1Queries: spent("d1Queries"),
        bucketReads: spent("bucketReads"),
        bucketWrites: spent("bucketWrites"),
        bucketMegabytes: Math.round(spent("bucketBytes") / 2 ** 20),
        proposed: (run.counts.proposed as number | undefined) ?? null,
      };
    }
    await sleep(POLL_MS);
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

const load = () => seconds((loadavg()[0] ?? 0) * 1000);
const loadBefore = load();
try {
  const filledAt = performance.now();
  await shop.fill(productsOf(SKUS), DAYS, COMPETITORS);
  console.log(`filled in ${seconds(performance.now() - filledAt)} s; load of the machine ${load()}`);
  const nights: Record<string, Record<string, RunFigures>> = {};
  for (const night of NIGHTS) {
    const figures: Record<string, RunFigures> = {};
    for (const kind of KINDS) figures[kind] = await play(kind);
    nights[night] = figures;
    console.log(`\n${night} night`);
    console.table(
      Object.entries(figures).map(([run, { phases, ...rest }]) => ({
        run,
        ...rest,
        phases: Object.entries(phases)
          .map(([name, took]) => `${name} ${took}`)
          .join(", "),
      })),
    );
  }
  const last = nights.unchanged!;
  const night = KINDS.reduce((sum, kind) => sum + last[kind]!.seconds, 0);
  const gates = {
    proposals: { value: last.proposals!.seconds, holds: last.proposals!.seconds <= LIMITS.proposals },
    night: { value: Math.round(night * 10) / 10, holds: night <= LIMITS.night },
  };
  console.log(`load of the machine before ${loadBefore}, after ${load()}`);
  console.log(
    JSON.stringify({
      skus: SKUS,
      days: DAYS,
      competitors: COMPETITORS,
      nights,
      gates,
      load: [loadBefore, load()],
    }),
  );
} finally {
  await runtime.stop();
}
process.exit(0);
