import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { profiled } from "../ingest/profile.ts";
import { startRuntime } from "../ingest/runtime.ts";
import { Shop, sleep } from "../night/install.ts";
import { productsOf } from "../night/shop.ts";
import { daysOfGrowth, type Growth, growthAtThousand, limitDays } from "./limits.ts";
import { Market } from "./market.ts";
import { databaseSizes, type StoreSizes, total } from "./stores.ts";

const USAGE = `npm run bench:growth -- [options]
  --skus <n>         products (1000)
  --days <n>         days of the shop's life (60)
  --steady <n>       the day from which growth is measured (35)
  --competitors <n>  competitors of each product, looked at four times a day (5)
  --history <n>      days of demand that the shop brings along (60)
  --step <n>         hours between two ticks of cron: 1, 2, 3 or 6 (3)
  --profile <file>   a processor profile of the Worker over the last day

Lives a shop's days through a running install, under a clock that the bench moves: checks, demand, nights, proposals of
which a person approves half and leaves the rest, and every job of cron. Prints what each store holds.`;

const { values } = parseArgs({
  options: {
    skus: { type: "string", default: "1000" },
    days: { type: "string", default: "60" },
    steady: { type: "string", default: "35" },
    competitors: { type: "string", default: "5" },
    history: { type: "string", default: "60" },
    step: { type: "string", default: "3" },
    profile: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const SKUS = Number(values.skus);
const DAYS = Number(values.days);
const STEADY = Number(values.steady);
const HISTORY = Number(values.history);
/** A shard of the bench has as many SKUs as one of an install of this size. */
const FULL_SKUS = 100_000;
const SHARDS = 128;
const STEP_HOURS = Number(values.step);
const LOOKS = [0, 6, 12, 18];
/** A person looks at the proposals at the first tick from nine on. */
const APPROVAL_HOUR = Math.ceil(9 / STEP_HOURS) * STEP_HOURS;
const MINUTELY = "* * * * *";
const HOURLY = "0 * * * *";
const PROPOSALS_AFTER_MS = 16 * MINUTE_MS;
/** A run that takes longer, ms of real time, waits for a message that was lost; when that is sent again, ms of the shop's. */
const LOST_MS = 60_000;
const RESENT_AFTER_MS = 10 * MINUTE_MS;
/** A run is asked for soon at first, then less and less often, ms: each answer takes the processor from it. */
const ASKED_FIRST_MS = 30;
const ASKED_LAST_MS = 1_000;
/** After this an object that nobody calls has left the memory, ms. */
const IDLE_MS = 20_000;
/** What has to hold of a thousand products, KB a SKU and day. */
const GATES = { d1: 0.25, bucket: 4 } as const;

const startedAt = performance.now();
const runtime = await startRuntime("bench/growth/worker/entry.ts", {
  shards: Math.max(1, Math.round((SKUS * SHARDS) / FULL_SKUS)),
  queueWaitSeconds: 0.05,
  withInspector: values.profile !== undefined,
});
const shop = new Shop(runtime);
const products = productsOf(SKUS);
const market = new Market(products, Number(values.competitors));
const firstDay = Math.floor(Date.now() / DAY_MS) - DAYS - 1;

async function ask<Row>(sql: string): Promise<Row[]> {
  return (await runtime.database.prepare(sql).all<Row>()).results;
}

async function poke(path: string): Promise<void> {
  const answer = await fetch(new URL(path, runtime.url));
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

/** Moves the clock, lets alarms and cron do what is due, and waits for the runs that they started. */
async function moveTo(at: number, crons: readonly string[]): Promise<void> {
  await poke(`/bench/clock?at=${at}`);
  await tick(crons);
}

async function tick(crons: readonly string[]): Promise<void> {
  await poke(tickOf(crons));
  let waitedSince = performance.now();
  for (let pause = ASKED_FIRST_MS; ; pause = Math.min(ASKED_LAST_MS, pause * 1.5)) {
    const open = await ask("SELECT 1 FROM runs WHERE status IN ('queued', 'running')");
    if (open.length === 0) return;
    if (performance.now() - waitedSince > LOST_MS) {
      // the local queue loses a message now and then: the minute tick sends it again
      await poke(`/bench/clock?by=${RESENT_AFTER_MS}`);
      await poke(tickOf([MINUTELY]));
      waitedSince = performance.now();
    }
    await sleep(pause);
  }
}

function tickOf(crons: readonly string[]): string {
  return `/bench/tick?${crons.map((cron) => `cron=${encodeURIComponent(cron)}`).join("&")}`;
}

/** Prices in force, minor units by SKU. */
async function asked(): Promise<Map<string, number>> {
  const rows = await ask<{ sku: string; price: number }>("SELECT sku, price FROM products");
  return new Map(rows.map(({ sku, price }) => [sku, price]));
}

/** A person approves every second proposal that waits, and looks at none of the others. */
async function approveHalf(): Promise<void> {
  const pending = await ask<{ id: string }>("SELECT id FROM proposals WHERE status = 'pending' ORDER BY sku");
  const ids = pending.filter((_, i) => i % 2 === 0).map(({ id }) => id);
  for (let start = 0; start < ids.length; start += 100)
    await shop.call("POST", "/api/proposals/bulk", {
      action: "approve",
      ids: ids.slice(start, start + 100),
    });
}

async function liveDay(day: number): Promise<void> {
  for (let hour = 0; hour < 24; hour += STEP_HOURS) {
    const at = day * DAY_MS + hour * HOUR_MS;
    await poke(`/bench/clock?at=${at}`);
    if (hour === 0) await shop.post("demand", market.demand(day - 1, await asked()));
    if (LOOKS.includes(hour)) await shop.post("observations", market.observations(at));
    if (hour === APPROVAL_HOUR) await approveHalf();
    await tick([MINUTELY, HOURLY]);
    await moveTo(at + PROPOSALS_AFTER_MS, [MINUTELY]);
  }
}

/** Everything that is stored: by store and table, object class or kind of object in the bucket. */
async function stores(): Promise<StoreSizes> {
  const bucket = await shop.call<Record<string, number>>("GET", "/bench/bucket");
  return { ...databaseSizes(join(runtime.folder, "state")), bucket };
}

/**
 * What the runtime's process has, and what the SKU shards hold in it as they store it, MB. The first hardly depends on the
 * number of SKUs: it is the runtime's own, and what its collector has not taken back yet.
 */
async function memoryNow(): Promise<{ process: number; shards: number }> {
  const held = await shop.call<number>("GET", "/bench/held");
  return { process: runtime.process.megabytes() ?? 0, shards: Number((held / 1e6).toFixed(2)) };
}

/** Seconds of the runtime's processor that a day took so far. */
function processorOfDay(day: number): number {
  return Number(((runtime.process.cpuSeconds() ?? 0) / (day + 1)).toFixed(1));
}

const perSku = (bytes: number) => bytes / SKUS;
const kilobytes = (bytes: number) => Number((bytes / 1000).toFixed(3));

function growthOf(name: string, before: StoreSizes, after: StoreSizes) {
  const days = DAYS - STEADY;
  const names = new Set([...Object.keys(before[name] ?? {}), ...Object.keys(after[name] ?? {})]);
  const parts = [...names].map((part): Growth => {
    const [first, last] = [before[name]?.[part] ?? 0, after[name]?.[part] ?? 0];
    return { part, perSku: perSku(last), perSkuAndDay: perSku(last - first) / days };
  });
  return {
    perSku: perSku(total(after[name])),
    perSkuAndDay: perSku(total(after[name]) - total(before[name])) / days,
    parts: parts.sort((a, b) => b.perSkuAndDay - a.perSkuAndDay),
  };
}

/** The parts that are worth a line. */
function linesOf(parts: readonly Growth[]) {
  return parts
    .map((one) => ({
      part: one.part,
      kbPerSku: kilobytes(one.perSku),
      kbPerSkuDay: kilobytes(one.perSkuAndDay),
      "until day": daysOfGrowth(one.part) ?? "",
    }))
    .filter(({ kbPerSku, kbPerSkuDay }) => kbPerSku >= 0.1 || Math.abs(kbPerSkuDay) >= 0.001);
}

/** Computes the newest runs again from what the bucket kept of them. @throws Error if one comes out otherwise */
async function replayNewest(): Promise<void> {
  for (const kind of ["elasticity", "proposals"]) {
    const [run] = await ask<{ id: string }>(
      `SELECT id FROM runs WHERE kind = '${kind}' AND decision_hash IS NOT NULL ORDER BY created_at DESC LIMIT 1`,
    );
    const replay = await shop.call<{ identical: boolean }>("POST", `/api/runs/${run!.id}/replay`);
    if (!replay.identical) throw new Error(`${kind}: ${JSON.stringify(replay)}`);
  }
}

function* history() {
  for (let back = HISTORY; back > 1; back--) yield* market.demand(firstDay - back, new Map());
}

async function main(): Promise<void> {
  await shop.open(products, firstDay * DAY_MS);
  // a day early: a long history takes a while, and the clock must not go back at the first midnight
  await poke(`/bench/clock?at=${(firstDay - 1) * DAY_MS}`);
  await shop.post("demand", history());
  const memory: Record<string, Awaited<ReturnType<typeof memoryNow>>> = {};
  let steady: StoreSizes = {};
  for (let day = 0; day < DAYS; day++) {
    const live = () => liveDay(firstDay + day);
    if (runtime.inspector !== null && day + 1 === DAYS)
      await profiled(runtime.inspector, values.profile!, live);
    else await live();
    if (day + 1 === STEADY) steady = await stores();
    if ((day + 1) % 5 !== 0 && day + 1 !== STEADY) continue;
    memory[`day ${day + 1}`] = await memoryNow();
    const now = await stores();
    console.log(
      `day ${day + 1} after ${Math.round((performance.now() - startedAt) / 1000)} s; KB a SKU: ` +
        ["d1", "bucket"].map((name) => `${name} ${kilobytes(perSku(total(now[name])))}`).join(", ") +
        `; ${processorOfDay(day)} s of processor a day`,
    );
  }
  const last = await stores();
  await replayNewest();
  await sleep(IDLE_MS);
  memory.idle = await memoryNow();
  report(steady, last, memory);
}

function report(steady: StoreSizes, last: StoreSizes, memory: Record<string, object>): void {
  const growth = Object.fromEntries(Object.keys(last).map((name) => [name, growthOf(name, steady, last)]));
  for (const [name, { parts, perSku: bytes, perSkuAndDay }] of Object.entries(growth)) {
    console.log(`\n${name}: ${kilobytes(bytes)} KB a SKU, growing by ${kilobytes(perSkuAndDay)} KB a day`);
    const lines = linesOf(parts);
    if (lines.length > 0) console.table(lines);
  }
  const limits = limitDays({ d1: growth.d1!.parts, shards: growth.shards!.parts }, DAYS, SKUS, {
    competitors: Number(values.competitors),
    looksADay: LOOKS.length,
  });
  console.log("\nday on which a limit is met, by number of SKUs");
  console.table(limits);
  const gates = Object.fromEntries(
    Object.entries(GATES).map(([name, limit]) => {
      const value = kilobytes(growthAtThousand(growth[name]!.parts, SKUS));
      return [name, { value, limit, holds: value <= limit }];
    }),
  );
  console.log("\nmemory, MB");
  console.table(memory);
  console.log(
    JSON.stringify({
      ...{ skus: SKUS, days: DAYS, steady: STEADY },
      growth: Object.fromEntries(
        Object.entries(growth).map(([name, { perSku: bytes, perSkuAndDay }]) => [
          name,
          { kbPerSku: kilobytes(bytes), kbPerSkuDay: kilobytes(perSkuAndDay) },
        ]),
      ),
      ...{
        limits,
        memory,
        gates,
        processorSecondsOfDay: processorOfDay(DAYS - 1),
        seconds: Math.round((performance.now() - startedAt) / 1000),
      },
      load: loadavg().map((value) => Number(value.toFixed(1))),
    }),
  );
}

try {
  await main();
} finally {
  await runtime.stop();
}
process.exit(0);
