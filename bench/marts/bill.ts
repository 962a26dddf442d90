import { parseArgs } from "node:util";
import { DAY_MS, dayStart, HOUR_MS } from "../../domain/base/time.ts";
import { type Bill, billOf } from "../ingest/bill.ts";
import { startRuntime } from "../ingest/runtime.ts";
import type { Counters } from "../ingest/worker/counters.ts";
import { ask, importShop, post, rebuild } from "./client.ts";
import { dayOf, shopEvents } from "./shop.ts";

const USAGE = `npm run bench:marts-bill -- [options]
  --skus <n>     products (1000)
  --events <n>   shop events of a day (16667: a million in sixty days)
Posts a day hour by hour and rolls the marts up after each, as cron does. Prints what the platform bills for the events
themselves and for the marts, per million events. The last line is JSON.`;

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

interface Spent {
  dollars: number;
  lines: Map<string, number>;
}

/** Adds what a step of the day cost, in dollars per million events of the whole day. */
function add(spent: Spent, bill: Bill): void {
  spent.dollars += bill.dollars;
  for (const { item, dollars } of bill.lines) spent.lines.set(item, (spent.lines.get(item) ?? 0) + dollars);
}

const runtime = await startRuntime("bench/ingest/worker/entry.ts");
const meter = async () => ({
  ...(await ask<{ counters: Counters }>(runtime, "GET", "/bench/state")),
  cpu: runtime.process.cpuSeconds() ?? 0,
});
try {
  const now = Date.now();
  await importShop(runtime, SKUS);
  // the day is as long as today has been: every event is of today, as it is when cron rolls it up
  const start = dayStart(dayOf(now), "UTC");
  const hourMs = (now - start) / HOURS;
  const events = shopEvents(SKUS, EVENTS, now)
    .map((event) => ({ ...event, at: start + Math.floor((((now - event.at) % DAY_MS) / HOUR_MS) * hourMs) }))
    .sort((a, b) => a.at - b.at);
  const [forEvents, forMarts]: Spent[] = [0, 1].map(() => ({ dollars: 0, lines: new Map() }));
  for (let hour = 0; hour < HOURS; hour++) {
    const rows = events
      .filter(({ at }) => Math.floor((at - start) / hourMs) === hour)
      .map((event) => ({ ...event, at: new Date(event.at).toISOString() }));
    const first = await meter();
    await post(runtime, "events", rows, EVENTS_PER_BATCH);
    const second = await meter();
    await rebuild(runtime, { from: dayOf(now), to: dayOf(now) });
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
