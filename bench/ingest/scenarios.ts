import { type Bill, billOf } from "./bill.ts";
import { install } from "./install.ts";
import { type DrainFigures, type LatencyFigures, Load, sleep } from "./load.ts";
import { BATCH_ROWS, Market, SOURCE, skuNames } from "./market.ts";
import { profiled } from "./profile.ts";
import { startRuntime } from "./runtime.ts";

const COMPETITORS = 5;
const SEED = 20_261_120;
/** Until what the first look at the market changed has settled, ms. */
const SETTLE_MS = 3_000;
/** Batches before each drain that nobody measures: while the other one drained, objects may have been put to sleep. */
const WAKE_BATCHES = 32;
const FLOOR_ENTRY = "bench/ingest/worker/floor.ts";
const REAL_ENTRY = "bench/ingest/worker/entry.ts";

/** What a run of the ingest path showed. Times in ms, processor time in microseconds. */
export interface IngestFigures extends DrainFigures {
  cpuPerObservation: number | null;
  peakMegabytes: number | null;
}

export interface RealFigures {
  drains: IngestFigures[];
  bill: Bill;
  paced: (LatencyFigures & { bill: Bill }) | null;
}

export interface Plan {
  skus: number;
  /** batches of one measured drain */
  batches: number;
  repeat: number;
  /** seconds at the steady rate; 0 = none */
  pacedSeconds: number;
  /** observations a second */
  pacedRate: number;
  /** where to write a processor profile of the last drain */
  profile: string | null;
  /** how the Worker and its queues are set up; default: as configured */
  waitSeconds?: number;
  queueWaitSeconds?: number;
  shards?: number | undefined;
}

/** A Worker that is up and warm, and can be drained as often as wanted. */
interface Rig {
  drain(): Promise<void>;
  readonly drains: IngestFigures[];
  close(): Promise<void>;
}

/**
 * The product, and in turn with it the floor: one drain of each after the other, so that whatever else the machine
 * does meets both.
 */
export async function runBoth(plan: Plan): Promise<{ floor: IngestFigures[]; real: RealFigures }> {
  const floor = await floorRig(plan);
  try {
    const real = await runReal(plan, () => floor.drain());
    return { floor: floor.drains, real };
  } finally {
    await floor.close();
  }
}

/** The floor: the same bodies, parsed, queued, and written without a thought. */
async function floorRig(plan: Plan): Promise<Rig> {
  const runtime = await startRuntime(FLOOR_ENTRY);
  const load = new Load(runtime.url, "/");
  const market = new Market(skuNames(plan.skus), COMPETITORS, "", SEED);
  await load.drain(market.batches(plan.batches / 2));
  const drains: IngestFigures[] = [];
  return {
    drains,
    async drain() {
      await load.drain(market.batches(WAKE_BATCHES));
      const batches = market.batches(plan.batches);
      drains.push(await measured(runtime, () => load.drain(batches), plan.batches));
    },
    async close() {
      load.close();
      await runtime.stop();
    },
  };
}

/** The product: every price is known before anything is measured. `between` happens before each drain. */
export async function runReal(
  plan: Plan,
  between: () => Promise<void> = async () => {},
): Promise<RealFigures> {
  const { waitSeconds = 0, queueWaitSeconds, shards } = plan;
  const runtime = await startRuntime(REAL_ENTRY, {
    ...{ withInspector: plan.profile !== null, waitSeconds },
    ...(queueWaitSeconds === undefined ? {} : { queueWaitSeconds }),
    ...(shards === undefined ? {} : { shards }),
  });
  const load = new Load(runtime.url, `/api/hooks/${SOURCE}`);
  try {
    const skus = skuNames(plan.skus);
    const market = new Market(skus, COMPETITORS, await install(runtime.database, skus), SEED);
    await warm(load, market);
    const drains: IngestFigures[] = [];
    await load.count(false);
    for (let i = 0; i < plan.repeat; i++) {
      await between();
      await load.drain(market.batches(WAKE_BATCHES));
      const batches = market.batches(plan.batches);
      const drain = () => load.drain(batches);
      const isProfiled = plan.profile !== null && runtime.inspector !== null && i === plan.repeat - 1;
      const work = isProfiled ? () => profiled(runtime.inspector!, plan.profile!, drain) : drain;
      drains.push(await measured(runtime, work, plan.batches));
    }
    await load.count(true);
    const bill = await billed(load, market, plan.batches, drains.at(-1)?.cpuPerObservation ?? 0);
    return { drains, bill, paced: plan.pacedSeconds > 0 ? await pace(runtime, load, market, plan) : null };
  } finally {
    load.close();
    await runtime.stop();
  }
}

/** One more drain, counted. `cpuPerObservation`: of one that was not, microseconds. */
async function billed(load: Load, market: Market, batches: number, cpuPerObservation: number): Promise<Bill> {
  const before = await load.counters();
  if (batches > 0) await load.drain(market.batches(batches));
  const observations = batches * BATCH_ROWS;
  return billOf(before, await load.counters(), (cpuPerObservation * observations) / 1e6, observations);
}

type Runtime = Awaited<ReturnType<typeof startRuntime>>;

/** Signatures are good for five minutes: a large market is shown part by part. */
async function warm(load: Load, market: Market): Promise<void> {
  for (let left = market.batchesPerPass; left > 0; left -= 1_000)
    await load.drain(market.batches(Math.min(left, 1_000)));
  await sleep(SETTLE_MS);
}

async function pace(runtime: Runtime, load: Load, market: Market, plan: Plan) {
  const batches = market.batches(Math.ceil((plan.pacedSeconds * plan.pacedRate) / BATCH_ROWS));
  const before = await load.counters();
  const cpuBefore = runtime.process.cpuSeconds() ?? 0;
  const latency = await load.pace(batches, plan.pacedRate);
  const cpu = (runtime.process.cpuSeconds() ?? 0) - cpuBefore;
  const bill = billOf(before, await load.counters(), cpu, batches.length * BATCH_ROWS);
  return { ...latency, bill };
}

async function measured(
  runtime: Runtime,
  work: () => Promise<DrainFigures>,
  batches: number,
): Promise<IngestFigures> {
  const cpuBefore = runtime.process.cpuSeconds();
  const figures = await work();
  const cpuAfter = runtime.process.cpuSeconds();
  const cpuPerObservation =
    cpuBefore === null || cpuAfter === null ? null : ((cpuAfter - cpuBefore) * 1e6) / (batches * BATCH_ROWS);
  return { ...figures, cpuPerObservation, peakMegabytes: runtime.process.peakMegabytes() };
}
