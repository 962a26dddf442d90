import { parseArgs } from "node:util";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { type Bill, billOf } from "../ingest/bill.ts";
import { startRuntime } from "../ingest/runtime.ts";
import type { Counters } from "../ingest/worker/counters.ts";
import { ask, importShop, post } from "./client.ts";
import { shopEvents } from "./shop.ts";

const USAGE = `npm run bench:marts-bill -- [options]
  --skus <n>     products (1000)
  --events <n>   shop events of a day (16667: a million in sixty days)
Lets a day go by: posts the events of each hour at its end, has them projected, and rolls the marts up as cron does. Prints
what the platform bills for the events themselves and for the marts, per million events. The last line is JSON.`;

const { values } = parseArgs({
  options: {
    skus: { type: "string", default: "1000" },
    events: { type: "string", default: "16667" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const round = (value: number) => Math.round(value * 10_000) / 10_000;
const [SKUS, EVENTS] = [Number(values.skus), Number(values.events)];
const HOURS = 24;
/** A shop's page sends what it collected of some visitors. */
const EVENTS_PER_BATCH = 50;
/** Views and carts are projected within ten minutes. */
const PROJECTED_AFTER_MINUTES = 11;
/** Queues hand over within a second. */
const SETTLE_MS = 2_500;

interface Spent {
  dollars: number;
  lines: Map<string, number>;
  /** rows written per million events */
  tables: Map<string, number>;
}

/** Adds what a step of the day cost, in dollars per million events of the whole day. */
function add(spent: Spent, bill: Bill): void {
  spent.dollars += bill.dollars;
  for (const [table, rows] of Object.entries(bill.rowsWrittenBy))
    spent.tables.set(table, (spent.tables.get(table) ?? 0) + rows);
  for (const { item, dollars } of bill.lines) spent.lines.set(item, (spent.lines.get(item) ?? 0) + dollars);
}

const runtime = await startRuntime("bench/ingest/worker/entry.ts");
const meter = async () => ({
  ...(await ask<{ counters: Counters }>(runtime, "GET", "/bench/state")),
  cpu: runtime.process.cpuSeconds() ?? 0,
});

let ahead = 0;
/** Lets minutes go by, as the Worker's clock sees it. */
async function pass(minutes: number): Promise<number> {
  ahead += minutes * MINUTE_MS;
  return (await ask<{ now: number }>(runtime, "POST", `/bench/clock?ahead=${ahead}`)).now;
}

/** The shards' alarms go off, and what they announce is projected. */
async function wake(): Promise<void> {
  await ask(runtime, "POST", "/bench/wake");
  for (let before = -1; ; ) {
    const { consumerBatches } = (await meter()).counters;
    if (consumerBatches === before) return;
    before = consumerBatches;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
}

try {
  const now = Date.now();
  await importShop(runtime, SKUS);
  const events = shopEvents(SKUS, EVENTS, now).map((event) => ({ ...event, age: (now - event.at) % DAY_MS }));
  const [forEvents, forMarts]: Spent[] = [0, 1].map(() => ({
    dollars: 0,
    lines: new Map(),
    tables: new Map(),
  }));
  for (let hour = 0; hour < HOURS; hour++) {
    const at = await pass(60 - PROJECTED_AFTER_MINUTES);
    const rows = events
      .filter(({ age }) => Math.floor(age / HOUR_MS) === hour)
      .map(({ age, ...event }) => ({ ...event, at: new Date(at - (age % HOUR_MS)).toISOString() }));
    const first = await meter();
    await post(runtime, "events", rows, EVENTS_PER_BATCH);
    await pass(PROJECTED_AFTER_MINUTES);
    await wake();
    const second = await meter();
    for (const job of ["market", "marts"]) await ask(runtime, "POST", `/bench/job?name=${job}`);
    const third = await meter();
    add(forEvents!, billOf(first.counters, second.counters, second.cpu - first.cpu, EVENTS));
    add(forMarts!, billOf(second.counters, third.counters, third.cpu - second.cpu, EVENTS));
  }
  console.table(
    Object.fromEntries(
      [...forEvents!.lines].map(([item, dollars]) => [
        item,
        { events: round(dollars), marts: round(forMarts!.lines.get(item) ?? 0) },
      ]),
    ),
  );
  console.log("rows written per million events, by the marts:", Object.fromEntries(forMarts!.tables));
  const share = round(forMarts!.dollars / forEvents!.dollars);
  console.log(
    `dollars per million events, ${EVENTS} a day of ${SKUS} products; marts add ${share} of the rest`,
  );
  console.log(
    JSON.stringify({
      ...{
        skus: SKUS,
        eventsPerDay: EVENTS,
        events: round(forEvents!.dollars),
        marts: round(forMarts!.dollars),
      },
      share,
    }),
  );
} finally {
  await runtime.stop();
}
