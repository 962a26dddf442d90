import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { limitedEnv } from "../../db/limits/limited-env.ts";
import { serviceContext, systemActor } from "../../services/context.ts";
import { INVOCATION_PRICES } from "../../services/pricing/commit-prices.ts";
import { applyDue } from "../../services/proposals/due.ts";
import { startRun } from "../../services/runs/start-run.ts";
import { holdScheduledRuns } from "./back-support.ts";
import { call } from "./support.ts";

beforeAll(holdScheduledRuns);

const limited = () => limitedEnv({ ...env, ENFORCE_LIMITS: "on" });
const within = (set: string) => limitedEnv({ ...env, ENFORCE_LIMITS: set });
const text = (bytes: number) => "x".repeat(bytes);
const parameters = (n: number) => Array.from({ length: n }, () => "?").join(", ");

describe("the limits of production", () => {
  it.each([
    [
      "a value of two million bytes",
      () => limited().DB.prepare("SELECT length(?1)").bind(text(2_000_000)).run(),
    ],
    [
      "a hundred parameters",
      () =>
        limited()
          .DB.prepare(`SELECT ${parameters(100)}`)
          .bind(...Array(100).fill(1))
          .run(),
    ],
    ["a pattern of fifty bytes", () => limited().DB.prepare("SELECT 'a' LIKE ?").bind(text(50)).run()],
    ["a hundred messages", () => limited().RUNS.sendBatch(Array(100).fill({ body: {} }))],
    [
      "as many queries as may be",
      () => within("d1Queries=2").DB.batch([env.DB.prepare("SELECT 1"), env.DB.prepare("SELECT 2")]),
    ],
  ])("let %s through", async (_, act) => {
    await expect(act()).resolves.not.toBe(null);
  });

  it.each([
    ["d1ValueBytes", () => limited().DB.prepare("SELECT length(?1)").bind(text(2_000_001))],
    ["d1ValueBytes", () => limited().DB.prepare("SELECT length(?1)").bind("é".repeat(1_000_001))],
    [
      "d1Parameters",
      () =>
        limited()
          .DB.prepare(`SELECT ${parameters(101)}`)
          .bind(...Array(101).fill(1)),
    ],
    ["d1StatementBytes", () => limited().DB.prepare(`SELECT 1 -- ${text(100_000)}`)],
    ["d1PatternBytes", () => limited().DB.prepare("SELECT ?, 'a' LIKE ?").bind(text(90), text(51))],
    ["queueMessageBytes", () => limited().RUNS.send({ runId: text(128_001) } as never)],
    ["queueSendBytes", () => limited().RUNS.sendBatch(Array(3).fill({ body: text(100_000) }))],
    ["queueSendMessages", () => limited().RUNS.sendBatch(Array(101).fill({ body: {} }))],
  ])("refuse what is over %s", async (limit, act) => {
    await expect((async () => act())()).rejects.toMatchObject({ name: "PlatformLimitError", limit });
  });

  it("count each query of a batch, over the whole invocation", async () => {
    const { DB } = within("d1Queries=3");
    await DB.batch([DB.prepare("SELECT 1"), DB.prepare("SELECT 2")]);
    await DB.prepare("SELECT 3").first();
    await expect(DB.prepare("SELECT 4").all()).rejects.toMatchObject({ limit: "d1Queries" });
  });

  it("count calls to the database, the bucket, queues and objects together", async () => {
    const { DB, LAKE, VAULT } = within("subrequests=3");
    await DB.prepare("SELECT 1").first();
    await LAKE.head("nothing");
    const vault = VAULT.getByName("limits") as unknown as { keptHeads(): Promise<unknown> };
    await vault.keptHeads();
    await expect(LAKE.get("nothing")).rejects.toMatchObject({ limit: "subrequests" });
    expect(() => vault.keptHeads()).toThrow("subrequests");
  });

  it("leave the bindings alone where they are off", () => {
    expect(limitedEnv({ ...env, ENFORCE_LIMITS: "off" }).DB).toBe(env.DB);
    expect(env.ENFORCE_LIMITS).toBe("on");
  });
});

it("answers a search of more characters than a pattern may have", async () => {
  for (const q of [
    "a product name of more than fifty characters, as it stands in the shop",
    "%_%".repeat(60),
  ]) {
    const { status, body } = await call<{ items: unknown[] }>(
      "GET",
      `/api/products?q=${encodeURIComponent(q)}`,
    );
    expect([status, body.items]).toEqual([200, []]);
  }
});

describe("a shop of 40,000 products", () => {
  const SKUS = Array.from(
    { length: 40_000 },
    (_, i) => `${"SIZE-".padEnd(54, "x")}${String(i).padStart(6, "0")}`,
  );

  it("is imported from one file", async () => {
    const lines = SKUS.map((sku, i) => `${sku},Product ${i},size-${i % 40},20.00,EUR,${10 + (i % 5)}.00`);
    const file = ["sku,title,category,price,currency,unitCost", ...lines].join("\n");
    const { status, body } = await call("POST", "/api/import/products", file, { "content-type": "text/csv" });
    expect([status, body.inserted]).toEqual([200, SKUS.length]);
  });

  it("may name all of its products in a run", async () => {
    const scope = { skus: SKUS };
    const objectOf = (sku: string) => Number(sku.slice(-3));
    const context = { ...serviceContext(limited(), systemActor("test")) };
    const { runId, wake } = await startRun(context, { kind: "features", scope, objectOf });
    expect(wake).toHaveLength(200);
    const counted = "SELECT sum(json_array_length(skus)) AS skus FROM run_shards WHERE run_id = ?1";
    expect(await env.DB.prepare(counted).bind(runId).first("skus")).toBe(SKUS.length);
    await env.DB.prepare("UPDATE runs SET status = 'done', finished_at = 1 WHERE id = ?1").bind(runId).run();
  });

  it("is checked by the SKUs of its audit entries", async () => {
    const { status, body } = await call<{ ok: boolean }>("GET", "/api/audit/verify");
    expect([status, body.ok]).toEqual([200, true]);
  });

  it("applies what is due with few queries for each price", async () => {
    const insert = `INSERT INTO proposals (id, sku, category, from_price, to_price, currency, change_pct, status, risk,
        risk_reasons, strategy, confidence, expected, explanation, approvals, created_at, expires_at, effective_at)
      SELECT 'prp_' || value, value, 'size-0', 2000, 2100, 'EUR', 5, 'approved', 'LOW', '[]', 'cost_plus', 1, '{}', '{}',
        '[]', 1, 8e15, 1 FROM json_each(?1)`;
    await env.DB.prepare(insert)
      .bind(JSON.stringify(SKUS.slice(0, 5_000)))
      .run();
    // a tenth of what one invocation applies, and a tenth of the queries that it may make
    expect(INVOCATION_PRICES).toBeGreaterThanOrEqual(20_000);
    const tenth = within("d1Queries=250");
    const context = serviceContext(tenth, systemActor("apply"));
    expect(await applyDue(context)).toEqual({ applied: 5_000, failed: 0 });
  });
});
