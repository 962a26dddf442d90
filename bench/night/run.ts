import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { profiled } from "../ingest/profile.ts";
import { startRuntime } from "../ingest/runtime.ts";
import { Shop, sleep } from "./install.ts";
import { productsOf } from "./shop.ts";
import { machineLoad, type StageFigures, Stages, seconds } from "./stages.ts";

const USAGE = `npm run bench:night -- [options]
  --skus <n>          products (20000)
  --days <n>          days of demand (90)
  --competitors <n>   competitors of each product (5)
  --looks <n>         times each competitor was looked at over the history (3)
  --runs <kinds>      the runs of a night, with commas (features,elasticity,proposals)
  --nights <n>        nights: the first is a fresh install's, the others find everything unchanged (3)
  --doors <what>      products, demand or both with a comma: imported and posted through the API, as a shop does; else put
                      into the tables, which takes a tenth of the time
  --upkeep            afterwards the runs over the whole install: reproject, retention, evaluation
  --state <folder>    keeps the install, and a line for each stage; a second call goes on from there
  --profile <folder>  a processor profile of every run

Plays nights of a running install: features, elasticity and proposals, on the local runtime with its queues, objects,
tables and bucket, the platform's limits enforced. Prints each stage as it ends: wall-clock and processor seconds, the
largest resident size of the runtime's process, queries, rows and bytes. Last line JSON.`;

const { values } = parseArgs({
  options: {
    skus: { type: "string", default: "20000" },
    days: { type: "string", default: "90" },
    competitors: { type: "string", default: "5" },
    looks: { type: "string", default: "3" },
    runs: { type: "string", default: "features,elasticity,proposals" },
    nights: { type: "string", default: "3" },
    doors: { type: "string", default: "" },
    upkeep: { type: "boolean", default: false },
    state: { type: "string" },
    profile: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [SKUS, DAYS, NIGHTS] = [values.skus, values.days, values.nights].map(Number) as [
  number,
  number,
  number,
];
const DOORS = values.doors.split(",");
const [COMPETITORS, LOOKS] = [Number(values.competitors), Number(values.looks)];

const ENTRY = "bench/ingest/worker/entry.ts";
const NIGHT = values.runs.split(",");
const UPKEEP = ["reproject", "retention", "evaluation"] as const;
const POLL_MS = 250;
/** What has to hold on a machine that does nothing else, seconds. */
const LIMITS = { proposals: 15, night: 60 } as const;

interface RunBody {
  status: string;
  phase: string;
  counts: Record<string, unknown>;
}

/** What a run came to: seconds of each phase, and how many prices it proposed. */
interface RunFigures {
  phases: Record<string, number>;
  proposed: number | null;
}

const folder = values.state === undefined ? undefined : resolve(values.state);
if (folder !== undefined) mkdirSync(folder, { recursive: true });
const runtime = await startRuntime(ENTRY, {
  ...{ folder, isQuiet: true, withInspector: values.profile !== undefined },
});
const shop = new Shop(runtime);
const stages = new Stages(runtime, shop, folder === undefined ? null : join(folder, "stages.jsonl"));

/** What of the shop is there already, and the instant that its history ends at, ms. */
const notes = readNotes();

function readNotes(): { now: number; filled: string[] } {
  const file = folder === undefined ? null : join(folder, "filled.json");
  if (file !== null && existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  return { now: Date.now(), filled: [] };
}

async function fillOnce(stage: string, rows: number, work: () => Promise<void>): Promise<void> {
  if (notes.filled.includes(stage)) return;
  await stages.measure(stage, async () => {
    await work();
    return { rows };
  });
  notes.filled.push(stage);
  if (folder !== undefined) writeFileSync(join(folder, "filled.json"), JSON.stringify(notes));
}

async function fill(): Promise<void> {
  const products = productsOf(SKUS);
  const { now } = notes;
  const asked = { competitors: COMPETITORS, looks: LOOKS, now };
  await shop.insertKey(now);
  await fillOnce("products", SKUS, () =>
    DOORS.includes("products") ? shop.importProducts(products) : shop.open(products, now),
  );
  await fillOnce("demand", SKUS * DAYS, () =>
    DOORS.includes("demand") ? shop.postDemand(products, DAYS, now) : shop.insertDemand(products, DAYS, now),
  );
  await fillOnce("offers", SKUS * COMPETITORS * LOOKS, () => shop.observe(products, asked));
}

function play(stage: string, kind: string): Promise<StageFigures & RunFigures> {
  const measured = () => stages.measure(stage, () => runToEnd(kind));
  if (values.profile === undefined || runtime.inspector === null) return measured();
  mkdirSync(values.profile, { recursive: true });
  return profiled(
    runtime.inspector,
    join(values.profile, `${stage.replaceAll(" ", "-")}.cpuprofile`),
    measured,
  );
}

async function runToEnd(kind: string): Promise<RunFigures> {
  const { runId } = await shop.call<{ runId: string }>("POST", "/api/runs", { kind });
  const phases: Record<string, number> = {};
  let [phase, phaseAt] = ["", performance.now()];
  for (;;) {
    const run = await shop.call<RunBody>("GET", `/api/runs/${runId}`);
    const now = performance.now();
    const ended = ["done", "partial", "failed"].includes(run.status);
    if (phase !== "" && (run.phase !== phase || ended)) phases[phase] = seconds(now - phaseAt);
    if (run.phase !== phase) [phase, phaseAt] = [run.phase, now];
    if (ended) {
      if (run.status !== "done") throw new Error(`${kind}: ${JSON.stringify(run)}`);
      return { phases, proposed: (run.counts.proposed as number | undefined) ?? null };
    }
    await sleep(POLL_MS);
  }
}

function nightName(night: number): string {
  return night === 0 ? "first" : night === 1 ? "unchanged" : `unchanged ${night}`;
}

const loadBefore = machineLoad();
try {
  await fill();
  const nights: Record<string, StageFigures[]> = {};
  for (let night = 0; night < NIGHTS; night++) {
    const name = nightName(night);
    const figures: StageFigures[] = [];
    for (const kind of NIGHT) figures.push(await play(`${name} ${kind}`, kind));
    nights[name] = figures;
    console.table(figures.map(({ ...figures }) => figures));
  }
  const upkeep: StageFigures[] = [];
  if (values.upkeep) for (const kind of UPKEEP) upkeep.push(await play(kind, kind));
  // the best of the unchanged nights: what the machine did beside them is not the product's
  const unchanged = Object.values(nights).slice(1);
  const least = (of: (figures: StageFigures[]) => number) =>
    unchanged.length === 0 ? null : Math.round(Math.min(...unchanged.map(of)) * 10) / 10;
  const proposals = least((figures) => figures.at(-1)!.seconds);
  const night = least((figures) => figures.reduce((sum, one) => sum + one.seconds, 0));
  const gates = {
    proposals: { value: proposals, holds: proposals !== null && proposals <= LIMITS.proposals },
    night: { value: night, holds: night !== null && night <= LIMITS.night },
  };
  const shopSize = { skus: SKUS, days: DAYS, competitors: COMPETITORS, looks: LOOKS };
  console.log(JSON.stringify({ ...shopSize, nights, upkeep, gates, load: [loadBefore, machineLoad()] }));
} finally {
  await runtime.stop();
}
process.exit(0);
