import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { database } from "../../db/database.ts";
import type { Env } from "../../db/env.ts";
import { workOnStore } from "../../services/connectors/work-on-store.ts";
import { app } from "../../worker/app.ts";
import { holdScheduledRuns } from "./back-support.ts";
import { newShop } from "./stores-support.ts";
import { adminKey, call } from "./support.ts";

interface Asked {
  text: string;
  values: unknown[];
}

/** The database, and what is asked of it: single queries, and those of batches where they are wanted. */
function recording(asked: Asked[], meta: { rows_read: number }[], batched: Asked[] = []): D1Database {
  const originals = new WeakMap<object, { inner: D1PreparedStatement; query: Asked }>();
  const noted = <T extends { meta: unknown }>(result: T): T => {
    meta.push(result.meta as { rows_read: number });
    return result;
  };
  const statement = (
    inner: D1PreparedStatement,
    text: string,
    values: unknown[] = [],
  ): D1PreparedStatement => {
    const note = () => {
      asked.push({ text, values });
      return inner;
    };
    const outer = {
      bind: (...given: unknown[]) => statement(inner.bind(...given), text, given),
      all: async () => noted(await note().all()),
      run: async () => noted(await note().run()),
      raw: async () => note().raw(),
      first: async (column: string) => note().first(column),
    } as unknown as D1PreparedStatement;
    originals.set(outer, { inner, query: { text, values } });
    return outer;
  };
  return {
    prepare: (text: string) => statement(env.DB.prepare(text), text),
    batch: async (statements: D1PreparedStatement[]) => {
      const known = statements.map((one) => originals.get(one)!);
      batched.push(...known.map(({ query }) => query));
      const results = await env.DB.batch(known.map(({ inner }) => inner));
      for (const result of results) noted(result);
      return results;
    },
  } as unknown as D1Database;
}

async function ask(path: string) {
  const asked: Asked[] = [];
  const meta: { rows_read: number }[] = [];
  const ctx = createExecutionContext();
  const headers = { authorization: `Bearer ${await adminKey()}` };
  const request = new Request(`https://shop.test${path}`, { headers });
  const bindings = { ...env, ENFORCE_LIMITS: "off", DB: recording(asked, meta) } as unknown as Env;
  const response = await app.fetch(request, bindings, ctx);
  await waitOnExecutionContext(ctx);
  return {
    status: response.status,
    asked,
    rowsRead: meta.reduce((sum, { rows_read }) => sum + rows_read, 0),
  };
}

/** Tables of people, keys and what is configured: they stay small whatever the shop. */
const SMALL =
  /(?:SCAN|SEARCH) (users|api_keys|sources|settings|overrides|competitors|endpoints|alert_rules|alert_channels)\b/;

async function planOf({ text, values }: Asked): Promise<string[]> {
  const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
    .bind(...values)
    .all<{ detail: string }>();
  return plan.results.map(({ detail }) => detail);
}

/**
 * What the plan of a page sorts. A page in the order of a key or of an index ends with its last row, however long the
 * table; one that is sorted reads the table whole.
 */
async function sorted(query: Asked): Promise<string[]> {
  const details = await planOf(query);
  const isSmall = details.every((detail) => !/^(SCAN|SEARCH) /.test(detail) || SMALL.test(detail));
  return isSmall ? [] : details.filter((detail) => detail.includes("TEMP B-TREE FOR ORDER BY"));
}

/** Whose default order is by a figure that is computed when it is asked for, or among the rows of one target. */
const SORTED = [
  ...[
    "/api/analysis/stock",
    "/api/marts/pricing-analysis",
    "/api/marts/product-performance",
    "/api/alerts",
    "/api/alert-channels",
  ],
  // to be given an index
  ...["/api/kvi", "/api/map/violations", "/api/map/notices"],
  // a row for each test, version or check: they stay short
  ...["/api/price-tests", "/api/models", "/api/quality"],
];

beforeAll(holdScheduledRuns);

/** Rows of a table that has been filled for long. */
async function fill(table: string, columns: string, values: string, rows = 3_000): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO ${table} (${columns}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
     SELECT ${values} FROM n`,
  ).run();
}

describe("health", () => {
  it("reads few rows, however long the history", async () => {
    await fill(
      "demand_days",
      DEMAND,
      "'S' || i, date(i * 8640, 'unixepoch'), 1, 1, 1, NULL, 0, NULL, NULL, 1",
    );
    await fill(
      "runs",
      RUN,
      "'run' || i, iif(i % 2, 'elasticity', 'proposals'), 'done', 0, '{}', 0, 0, 1, '{}', '{}', '[]', 'x', i, i",
    );
    await fill("dead_letters", LETTER, "'dl' || i, 'runs', '', 1, '{}', iif(i % 2, 'parked', 'replayed'), i");
    await fill(
      "sources",
      "id, name, format, created_at, last_accepted_at",
      "'s' || i, '', 'native', 1, i",
      5,
    );
    await fill("job_failures", "job, since, error", "'job' || i, 1, ''", 30);
    await fill("outbox", "kind, key, body, created_at, attempts", "'ours', 'k', '[]', i, 0");
    const { rowsRead, status } = await ask("/api/health");
    expect(status).toBe(200);
    expect(rowsRead).toBeLessThanOrEqual(20);
    expect(rowsRead).toBeGreaterThan(5);
    const { parts } = (await call<{ parts: Record<string, unknown> }>("GET", "/api/health")).body;
    const known = { newestAt: expect.any(String), ageSeconds: expect.any(Number) };
    expect(parts).toMatchObject({
      ...{ observations: known, elasticity: known, proposals: known },
      ...{ outbox: { status: "stale" }, deadLetters: { status: "stale" }, jobs: { status: "failing" } },
    });
  });
});

describe("the elasticities", () => {
  it("are read with the newest of their runs only, by an index", async () => {
    const { asked } = await ask("/api/analysis/elasticity");
    const [query, ...others] = asked.filter(({ text }) => /from "runs"/.test(text));
    expect(others).toEqual([]);
    expect(query!.text).toMatch(/limit \?$/);
    expect(await planOf(query!)).toContainEqual(expect.stringContaining("USING INDEX runs_finished"));
    expect(await sorted(query!)).toEqual([]);
  });
});

const DEMAND = "sku, day, units, revenue, price, in_stock_share, promo, views, carts, version";
const RUN =
  "id, kind, status, phase, scope, as_of, dry_run, seed, settings, counts, failures, actor, created_at, finished_at";
const LETTER = "id, queue, reason, attempts, body, status, parked_at";

describe("a list of the API", async () => {
  const { body } = await call<{ paths: Record<string, { get?: { parameters?: { name: string }[] } }> }>(
    "GET",
    "/openapi.json",
  );
  const lists = Object.entries(body.paths)
    .filter(
      ([path, { get }]) => !path.includes("{") && get?.parameters?.some(({ name }) => name === "cursor"),
    )
    .map(([path]) => path);

  it("is found in the description", () => {
    expect(lists.length).toBeGreaterThan(15);
  });

  it.each(
    lists.filter((path) => !SORTED.includes(path)),
  )("%s begins its default order in an index", async (path) => {
    const { status, asked } = await ask(path);
    expect(status).toBeLessThan(500);
    const pages = asked.filter(({ text }) => /order by/i.test(text) && /limit/i.test(text));
    const found = [];
    for (const page of pages) if ((await sorted(page)).length > 0) found.push(page.text);
    expect(found).toEqual([]);
  });
});

describe("a pass over a store", () => {
  it("looks at the prices that are on their way, not at all that were ever written there", async () => {
    const shop = newShop("plans", "shopify");
    await shop.open(["PLAN-1", "PLAN-2"]);
    await shop.setPrice("PLAN-1", "9.49");
    shop.fake.edit("PLAN-2", "8.00");
    await shop.setPrice("PLAN-2", "9.49");
    const asked: Asked[] = [];
    const d1 = recording(asked, [], asked);
    await workOnStore({ ...shop.ctx, d1, db: database(d1) }, shop.id);
    expect(await shop.states()).toMatchObject([{ state: "confirmed" }, { state: "held" }]);
    const found = [];
    for (const query of asked.filter(({ text }) => text.includes("store_writes")))
      for (const detail of await planOf(query))
        if (/SCAN store_writes|store_writes USING PRIMARY KEY \(store_id=\?\)/.test(detail))
          found.push(query.text);
    expect(asked.filter(({ text }) => text.includes("store_writes")).length).toBeGreaterThan(3);
    expect(found).toEqual([]);
  });
});
