import { parseArgs } from "node:util";
import { DAY_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { type Runtime, startRuntime } from "../ingest/runtime.ts";
import { ask, HEADERS, importShop, post, rebuild } from "./client.ts";
import { type LakeApi, openLake } from "./lake.ts";
import { MART_NAMES, type MartName, type MartRow, recomputeMarts } from "./recompute.ts";
import { corrections, dayOf, demandRows, observations, type ShopEvent, shopEvents } from "./shop.ts";

const USAGE = `npm run bench:marts -- [options]
  --skus <n>     products (1000)
  --days <n>     posted days of each (57)
  --events <n>   shop events of the last days (1000000)
Posts a shop with repeated, late and corrected rows, rolls it up, and compares every mart with what DuckDB makes of the lake's
files alone. The last line is JSON; a mart that differs ends it with an error.`;

const { values } = parseArgs({
  options: {
    skus: { type: "string", default: "1000" },
    days: { type: "string", default: "57" },
    events: { type: "string", default: "1000000" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const [SKUS, DAYS, EVENTS] = [Number(values.skus), Number(values.days), Number(values.events)];
const posted = (events: readonly ShopEvent[]) =>
  events.map((one) => ({ ...one, at: new Date(one.at).toISOString() }));

const MONEY = new Set(["revenue", "priorRevenue", "minCompetitor", "avgCompetitor", "maxCompetitor"]);

/** A mart as the API shows it, money in minor units. */
async function readMart(runtime: Runtime, name: MartName, from: string): Promise<MartRow[]> {
  const rows: Record<string, unknown>[] = [];
  const days = name === "product-performance" || name === "pricing-analysis" ? "limit=200" : `from=${from}`;
  for (let cursor: string | null = ""; cursor !== null; ) {
    const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { items: Record<string, unknown>[]; nextCursor: string | null } = await ask(
      runtime,
      "GET",
      `/api/marts/${name}?${days}${after}`,
    );
    rows.push(...page.items);
    cursor = page.nextCursor;
  }
  return rows.map(
    (row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [
          key,
          MONEY.has(key) ? Math.round(Number(value) * 100) : value,
        ]),
      ) as MartRow,
  );
}

/** How many rows of the lake's version the mart has not, and of how many; only what both say is compared. */
function differing(mart: readonly MartRow[], lake: readonly MartRow[]): { rows: number; differ: number } {
  const names = Object.keys(lake[0] ?? {}).sort();
  const text = (row: MartRow) => JSON.stringify(names.map((name) => row[name]));
  const [mine, other] = [new Set(mart.map(text)), new Set(lake.map(text))];
  const missing = [...other].filter((row) => !mine.has(row));
  const more = [...mine].filter((row) => !other.has(row));
  if (missing[0] ?? more[0]) console.log({ lake: missing.slice(0, 3), mart: more.slice(0, 3) });
  return { rows: lake.length, differ: missing.length + more.length };
}

/** The lake takes signals so long after their last change. */
const SIGNALS_LATE_MS = 2.5 * MINUTE_MS;
/** Views and carts of a day reach its row within ten minutes of the last event. */
const SETTLE_MS = 12 * MINUTE_MS;

const runtime = await startRuntime("bench/approvals/worker/entry.ts");
const lakeApi: LakeApi = {
  ask: (method, path) => ask(runtime, method, path),
  async file(key) {
    const path = `/api/lake/file?key=${encodeURIComponent(key)}`;
    const response = await fetch(new URL(path, runtime.url), { headers: HEADERS });
    return new Uint8Array(await response.arrayBuffer());
  },
};
try {
  const now = Date.now();
  await importShop(runtime, SKUS);
  const demand = demandRows(SKUS, DAYS, now);
  const events = posted(shopEvents(SKUS, EVENTS, now));
  const seen = observations(SKUS, now);
  const began = performance.now();
  await post(runtime, "demand", demand);
  await post(runtime, "demand", corrections(demand));
  await post(runtime, "observations", seen);
  const accepted = await post(runtime, "events", events);
  const again =
    (await post(
      runtime,
      "events",
      events.filter((_, i) => i % 20 === 0),
    )) +
    (await post(
      runtime,
      "observations",
      seen.filter((_, i) => i % 10 === 0),
    ));
  const ingestSeconds = Math.round((performance.now() - began) / 1000);
  const first = demand.at(-1)?.day ?? dayOf(now);
  const ago = (days: number) => dayOf(now - days * DAY_MS);
  const window = { first: ago(56), middle: ago(29), last: ago(1) };
  const until = Date.now() + SETTLE_MS;
  for (;;) {
    const before = await ask<{ rowsWritten: number }>(runtime, "GET", "/bench/counters");
    // signals open with time, too: both sides say what there was at this instant
    const asOf = Date.now();
    const start = performance.now();
    const span = { from: first, to: dayOf(now) };
    await rebuild(runtime, span);
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    const after = await ask<{ rowsWritten: number }>(runtime, "GET", "/bench/counters");
    const shown = new Map<MartName, MartRow[]>();
    for (const name of MART_NAMES) shown.set(name, await readMart(runtime, name, first));
    const checks = await ask<{ items: { name: string; checks: { failing: number }[] }[] }>(
      runtime,
      "GET",
      "/api/marts?checks=true",
    );
    await new Promise((resolve) => setTimeout(resolve, SIGNALS_LATE_MS));
    const lake = await openLake(lakeApi);
    const marts: Record<string, { rows: number; differ: number }> = {};
    for (const [name, rows] of await recomputeMarts(lake.duck, window, asOf))
      marts[name] = differing(shown.get(name)!, rows);
    lake.close();
    const failing = checks.items.flatMap(({ checks }) => checks).filter((check) => check.failing > 0).length;
    const wrong = failing + again + Object.values(marts).reduce((sum, { differ }) => sum + differ, 0);
    if (wrong > 0 && Date.now() < until) continue;
    console.table(marts);
    console.log(`${DAYS} days and ${EVENTS} events: rolled up in ${seconds} s`);
    const result = { skus: SKUS, events: EVENTS, accepted, again, failing, ingestSeconds, seconds };
    console.log(JSON.stringify({ ...result, rowsWritten: after.rowsWritten - before.rowsWritten, marts }));
    if (wrong > 0) process.exitCode = 1;
    break;
  }
} finally {
  await runtime.stop();
}
