import { parseArgs } from "node:util";
import { addVisit, funnelOf, type SessionDays, sessionRowsOf } from "../../domain/analysis/sessions.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { type Runtime, startRuntime } from "../ingest/runtime.ts";
import {
  categoryOf,
  corrections,
  type DemandRow,
  dayOf,
  demandRows,
  type ShopEvent,
  shopEvents,
  skuOf,
} from "./shop.ts";

const USAGE = `npm run bench:marts -- [options]
  --skus <n>     products (1000)
  --days <n>     posted days of each (57)
  --events <n>   shop events of the last days (1000000)
Posts a shop with repeated, late and corrected rows, rolls it up, and compares every mart of demand and sessions with what the
rows add up to. The last line is JSON; a mart that differs ends it with an error.`;

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
const HEADERS = {
  authorization: "Bearer pw_bench_0123456789abcdefghijklmnop",
  "content-type": "application/json",
};
const ROWS_PER_BATCH = 500;
const SETTLED = new Set(["done", "parked"]);

async function ask<T>({ url }: Runtime, method: string, path: string, body?: unknown): Promise<T> {
  for (let tries = 0; ; tries++) {
    const response = await fetch(new URL(path, url), {
      ...{ method, headers: HEADERS },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as T;
    if (tries > 20 || (response.status !== 429 && response.status !== 503))
      throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

let batches = 0;

/** Posts rows and waits until all of them have their verdict. Answers how many were accepted. */
async function post(runtime: Runtime, kind: "events" | "demand", rows: readonly object[]): Promise<number> {
  const ids: string[] = [];
  for (let start = 0; start < rows.length; start += ROWS_PER_BATCH) {
    const batchId = `bench-${batches++}`;
    const cut = rows.slice(start, start + ROWS_PER_BATCH);
    const body = { batchId, source: "shop", ...(kind === "events" ? { events: cut } : { rows: cut }) };
    await ask(runtime, "POST", `/api/ingest/${kind}`, body);
    ids.push(batchId);
  }
  let accepted = 0;
  for (const id of ids)
    for (;;) {
      const receipt = await ask<{ status: string; accepted: number }>(
        runtime,
        "GET",
        `/api/ingest/batches/${id}`,
      );
      if (SETTLED.has(receipt.status)) {
        accepted += receipt.accepted;
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  return accepted;
}

const posted = (events: readonly ShopEvent[]) =>
  events.map((one) => ({ ...one, at: new Date(one.at).toISOString() }));

/** Rows as texts in an order of their own. */
function texts(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
}

function differing(actual: readonly object[], expected: readonly object[]): number {
  const [mine, other] = [new Set(texts(actual)), new Set(texts(expected))];
  return (
    [...mine].filter((row) => !other.has(row)).length + [...other].filter((row) => !mine.has(row)).length
  );
}

/** Sessions and funnels of each day, straight from the events. */
function sessionsOf(events: readonly ShopEvent[]) {
  return [...Map.groupBy(events, ({ at }) => dayOf(at))].map(([day, group]) => {
    const sessions: SessionDays = new Map();
    for (const { sessionId, type, device, sku, at } of group)
      addVisit(sessions, {
        ...{ visitor: Number(sessionId.slice(1)), type, device, at },
        category: sku === undefined ? null : categoryOf(sku),
      });
    return { day, funnel: funnelOf(sessions), sessions: sessionRowsOf(sessions) };
  });
}

function demandOf(rows: readonly DemandRow[]): { day: string; category: string; units: number }[] {
  const sums = new Map<string, { day: string; category: string; units: number }>();
  const newest = new Map(rows.map((row) => [`${row.sku} ${row.day}`, row]));
  for (const { sku, day, units } of newest.values()) {
    const category = categoryOf(sku);
    const sum = sums.get(`${day} ${category}`) ?? { day, category, units: 0 };
    sums.set(`${day} ${category}`, sum);
    sum.units += units;
  }
  return [...sums.values()];
}

async function mart<T extends object>(runtime: Runtime, name: string, from: string): Promise<T[]> {
  return (await ask<{ items: T[] }>(runtime, "GET", `/api/marts/${name}?from=${from}`)).items;
}

const runtime = await startRuntime("bench/approvals/worker/entry.ts");
try {
  const now = Date.now();
  for (let start = 0; start < SKUS; start += ROWS_PER_BATCH) {
    const lines = Array.from({ length: Math.min(ROWS_PER_BATCH, SKUS - start) }, (_, i) => {
      const sku = skuOf(start + i);
      return JSON.stringify({ sku, title: sku, category: categoryOf(sku), currency: "EUR", price: "20.00" });
    });
    const headers = { ...HEADERS, "content-type": "application/x-ndjson" };
    const answer = await fetch(new URL("/api/import/products", runtime.url), {
      method: "POST",
      headers,
      body: lines.join("\n"),
    });
    if (!answer.ok) throw new Error(`import: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
  }
  const demand = demandRows(SKUS, DAYS, now);
  const corrected = corrections(demand);
  const events = shopEvents(SKUS, EVENTS, now);
  const began = performance.now();
  await post(runtime, "demand", demand);
  await post(runtime, "demand", corrected);
  const accepted = await post(runtime, "events", posted(events));
  const again = await post(runtime, "events", posted(events.filter((_, i) => i % 20 === 0)));
  const ingestSeconds = Math.round((performance.now() - began) / 1000);
  const first = demand.at(-1)?.day ?? dayOf(now);
  const before = await ask<{ rowsWritten: number }>(runtime, "GET", "/bench/counters");
  const start = performance.now();
  const { left } = await ask<{ left: number }>(runtime, "POST", "/api/marts/rebuild", {
    from: first,
    to: dayOf(now),
  });
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  const after = await ask<{ rowsWritten: number }>(runtime, "GET", "/bench/counters");
  const recent = dayOf(now - 4 * DAY_MS);
  const expected = sessionsOf(events);
  const differ = {
    funnel: differing(
      await mart(runtime, "daily-funnel", recent),
      expected.flatMap(({ day, funnel }) => funnel.map((row) => ({ day, ...row }))),
    ),
    sessions: differing(
      await mart(runtime, "daily-sessions", recent),
      expected.flatMap(({ day, sessions }) => sessions.map((row) => ({ day, ...row }))),
    ),
    demand: differing(
      (await mart<{ day: string; category: string; units: number }>(runtime, "daily-demand", first))
        .filter(({ day }) => demand.some((row) => row.day === day))
        .map(({ day, category, units }) => ({ day, category, units })),
      demandOf([...demand, ...corrected]),
    ),
  };
  const checks = await ask<{ items: { name: string; checks: { failing: number }[] }[] }>(
    runtime,
    "GET",
    "/api/marts?checks=true",
  );
  const failing = checks.items.flatMap(({ checks }) => checks).filter((check) => check.failing > 0).length;
  const result = {
    skus: SKUS,
    events: EVENTS,
    accepted,
    again,
    left,
    differ,
    failing,
    ingestSeconds,
    seconds,
  };
  console.log(`every row of ${DAYS} days and ${EVENTS} events rolled up in ${seconds} s`);
  console.log(JSON.stringify({ ...result, rowsWritten: after.rowsWritten - before.rowsWritten }));
  if (failing + again + Object.values(differ).reduce((sum, n) => sum + n, 0) > 0) process.exitCode = 1;
} finally {
  await runtime.stop();
}
