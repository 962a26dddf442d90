import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../db/env.ts";
import { DAY_MS, MINUTE_MS } from "../../domain/base/time.ts";
import type { LakeRow } from "../../domain/lake/tables.ts";
import { qualityPorts } from "../../durable/ports.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { writePart } from "../../services/lake/write-parts.ts";
import { QUALITY_CHECKS } from "../../services/quality/run-checks.ts";
import { call, fetchAs, observation, postObservations } from "./support.ts";

const install = env as unknown as Env;
const NOW = Date.now();

interface Check {
  name: string;
  status: string;
  failing: number;
  rows: Record<string, unknown>[];
  detail?: string;
}

/** What each check finds now. */
async function runChecks(): Promise<Map<string, Check>> {
  const { body } = await call<{ checks: Check[] }>("POST", "/api/quality/run");
  return new Map(body.checks.map((check) => [check.name, check]));
}

const sql =
  (...statements: string[]) =>
  async () => {
    for (const statement of statements) await env.DB.prepare(statement).run();
  };

/** A file of events in the lake, with this one beside a sound one; `undo` takes it out again. */
function eventFile(
  name: string,
  event: Partial<LakeRow>,
  writtenAt = NOW,
): [() => Promise<void>, () => Promise<void>] {
  const sound = {
    ...{ sku: "Q-A", type: "product_view", at: NOW - MINUTE_MS, received_at: NOW, source: "q" },
    ...{ batch: name, chunk: 0, row: 0, visitor: 1, event: 1, device: "mobile", quantity: 1 },
  } as LakeRow;
  const key = `lake/events/date=2026-01-01/${name}.parquet`;
  return [
    async () => {
      const rows = event.at === 0 ? [] : [sound];
      const place = { table: "events" as const, date: "2026-01-01", name, pass: 1 };
      const part = await writePart({ lake: env.LAKE, now: writtenAt }, place, [
        ...rows,
        { ...sound, ...event } as LakeRow,
      ]);
      const lastAt = event.at === 0 ? NOW - 3 * DAY_MS : part.lastAt;
      await env.DB.prepare(
        `INSERT INTO lake_parts (key, table_name, date, pass, rows, bytes, sha256, first_at, last_at, written_at)
         VALUES (?1, 'events', ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8)`,
      )
        .bind(key, part.date, part.rows, part.bytes, part.sha256, part.firstAt, lastAt, writtenAt)
        .run();
    },
    async () => {
      await env.DB.prepare("DELETE FROM lake_parts WHERE key = ?1").bind(key).run();
    },
  ];
}

const proposal = (columns: string, values: string) =>
  sql(
    `INSERT INTO proposals (id, sku, category, from_price, to_price, currency, change_pct, status, risk, risk_reasons,
       strategy, confidence, expected, explanation, approvals, created_at, expires_at, auto_approvable)
     SELECT 'q-bad', 'Q-A', 'c', 100, 110, 'EUR', 10, 'expired', 'LOW', '[]', 's', 0.5, '{}', '{}', '[]', 1, 2, 0`,
    `UPDATE proposals SET (${columns}) = (${values}) WHERE id = 'q-bad'`,
  );
const noProposal = sql("DELETE FROM proposals WHERE id = 'q-bad'");
const stock = (sku: string, units: number) =>
  sql(`INSERT INTO stock (sku, warehouse, units, at, version) VALUES ('${sku}', 'w1', ${units}, 1, 1)`);
const noStock = sql("DELETE FROM stock WHERE warehouse IN ('w1', 'w2')");
const offer = (column: string, value: string, competitor = "acme") => [
  sql(`UPDATE offers SET ${column} = ${value} WHERE sku = 'Q-A' AND competitor = '${competitor}'`),
  sql("UPDATE offers SET price = 9000, landed_price = 9000, competitor = 'acme' WHERE sku = 'Q-A'"),
];
const source = (assignment: string) => [
  sql(`UPDATE sources SET ${assignment} WHERE id = 'q'`),
  sql(`UPDATE sources SET last_batch_at = ${NOW}, rejected_share = 0, gap_ms = NULL WHERE id = 'q'`),
];

/** For each check something that breaks it, and what mends that. */
const VIOLATIONS: Record<string, (() => Promise<void>)[]> = {
  stock_not_negative: [stock("Q-A", -1), noStock],
  stock_complete: [
    sql(
      "INSERT INTO stock (sku, warehouse, units, at, version) VALUES ('Q-A','w1',1,1,1), ('Q-A','w2',1,1,1), ('Q-B','w1',1,1,1)",
    ),
    noStock,
  ],
  stock_plausible: [stock("Q-A", 100_001), noStock],
  event_type_known: eventFile("type", { type: "hover" }),
  event_product_known: eventFile("product", { sku: "Q-GONE" }),
  event_not_in_future: eventFile("future", { at: NOW + 6 * MINUTE_MS }),
  events_not_empty: eventFile("old", { at: 0 }),
  offer_price_positive: offer("price", "0"),
  offer_near_our_price: offer("price", "18001"),
  offer_competitor_known: offer("competitor", "'nobody'"),
  proposal_valid: [proposal("to_price, status", "0, 'expired'"), noProposal],
  proposal_confidence: [proposal("confidence", "1.2"), noProposal],
  proposal_product_known: [proposal("sku", "'Q-GONE'"), noProposal],
  sources_fresh: source(`last_batch_at = ${NOW - 5 * DAY_MS}, gap_ms = 3600000`),
  sources_sound: source("rejected_share = 0.9"),
  projection_equals_shard: offer("landed_price", "8999"),
  chains_sound: [
    sql("UPDATE audit SET actor = 'user:mallory' WHERE seq = 1"),
    sql("UPDATE audit SET actor = 'system:test' WHERE seq = 1"),
  ],
  rows_have_products: [
    sql("INSERT INTO stock (sku, warehouse, units, at, version) VALUES ('Q-GONE', 'w1', 1, 1, 1)"),
    noStock,
  ],
  lake_files_there: [
    sql(
      `INSERT INTO lake_parts (key, table_name, date, pass, rows, bytes, sha256, first_at, last_at, written_at)
       VALUES ('lake/demand/date=2026-01-01/gone.parquet', 'demand', '2026-01-01', 1, 1, 1, '', 1, 1, ${NOW})`,
    ),
    sql("DELETE FROM lake_parts WHERE key LIKE '%gone.parquet'"),
  ],
  marts_valid: [
    sql(
      `INSERT INTO mart_parts (mart, day, part, body)
       VALUES ('daily_signals', '2026-01-01', 0, '[["UNDERCUT", "", "c", -1, 0, 0, 0]]')`,
    ),
    sql("DELETE FROM mart_parts WHERE day = '2026-01-01'"),
  ],
};

beforeAll(async () => {
  for (const sku of ["Q-A", "Q-B"])
    await call("POST", "/api/products", { sku, title: sku, category: "c", currency: "EUR", price: "100.00" });
  await postObservations("q", "one", [observation("Q-A", 90)]);
});

describe("the checks of the data", () => {
  it("all hold of a sound install, and say when they were made", async () => {
    const checks = await runChecks();
    const bad = [...checks.values()].filter(({ status }) => status !== "ok");
    expect(bad).toEqual([]);
    expect([...checks.keys()].sort()).toEqual(QUALITY_CHECKS.map(({ name }) => name).sort());
    expect(Object.keys(VIOLATIONS).sort()).toEqual([...checks.keys()].sort());
  });

  it.each(
    Object.keys(VIOLATIONS),
  )("%s fails where it is broken, names the rows, and holds again", async (name) => {
    const check = QUALITY_CHECKS.find((one) => one.name === name)!;
    const ctx = () => ({
      ...{ ...serviceContext(install, systemActor("quality")), now: NOW + Math.floor(Math.random() * 1_000) },
      ...qualityPorts(install),
      random: () => 0,
    });
    const [breakIt, mendIt] = VIOLATIONS[name] as [() => Promise<void>, () => Promise<void>];
    await breakIt();
    const found = await check.run(ctx());
    expect(found.failing, name).toBeGreaterThan(0);
    expect(found.rows.length).toBe(Math.min(found.failing, 20));
    await mendIt();
    expect(await check.run(ctx()), name).toMatchObject({ failing: 0, rows: [] });
  });

  it("are kept with their history, listed with those that fail first, and counted as metrics", async () => {
    await VIOLATIONS.stock_not_negative![0]!();
    const failing = (await runChecks()).get("stock_not_negative")!;
    expect(failing).toMatchObject({
      status: "failing",
      failing: 1,
      rows: [{ sku: "Q-A", warehouse: "w1", units: -1 }],
    });
    expect(failing.detail).toContain('"stock"."units" < 0');
    const { body } = await call<{ items: Check[] }>("GET", "/api/quality?limit=1");
    expect(body.items).toMatchObject([{ name: "stock_not_negative" }]);
    const text = new TextDecoder().decode(await (await fetchAs("/metrics")).arrayBuffer());
    expect(text).toContain('pricewright_quality_failing_rows{check="stock_not_negative"} 1\n');
    await noStock();
    await runChecks();
    const one = await call<{ history: { failing: number }[] }>("GET", "/api/quality/stock_not_negative");
    expect(one.body).toMatchObject({ status: "ok", failing: 0 });
    expect(one.body.history.map((past) => past.failing).slice(0, 2)).toEqual([0, 1]);
    expect(await call("GET", "/api/quality/none")).toMatchObject({ status: 404 });
  });
});
