import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { poisson, uniform } from "../../domain/base/keyed-random.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { ROLE_SCOPES, type Role } from "../../domain/identity/rights.ts";
import { serviceContext } from "../../services/context.ts";
import { tokenHash } from "../../services/identity/token.ts";
import worker from "../../worker/index.ts";
import { type Answer, call, receiptOf } from "./support.ts";

/** The minute tick, at any time. */
export async function tick(now = Date.now()): Promise<void> {
  const controller = createScheduledController({ cron: "* * * * *", scheduledTime: now });
  await worker.scheduled(controller, env);
}

export interface ImportBody {
  inserted: number;
  updated: number;
  unchanged: number;
  rejected: { line: number; code: string; message: string }[];
  echoes?: number;
}

/** Imports a file: rows as JSON lines, a text as CSV. */
export async function importProducts(file: object[] | string, query = ""): Promise<Answer<ImportBody>> {
  const csv = typeof file === "string";
  const body = csv ? file : file.map((row) => JSON.stringify(row)).join("\n");
  const type = csv ? "text/csv" : "application/x-ndjson";
  return call<ImportBody>("POST", `/api/import/products${query}`, body, { "content-type": type });
}

/** A product's row as a shop would send it. */
export function productRow(sku: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { sku, title: `Thing ${sku}`, category: "things", price: "20.00", ...changes };
}

export interface DemandRow {
  sku: string;
  day: string;
  units: number;
  price: number;
}

/** The civil day (UTC) so many days ago. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}

export interface DemandModel {
  seed: number;
  elasticity: number;
  /** units a day at the reference price */
  level: number;
  /** major units */
  reference: number;
  days: number;
  /** days between price changes; prices are uniform within ± 20 % of the reference */
  priceEvery: number;
}

/** Poisson demand of one SKU under a constant elasticity, ending yesterday. Seeded. */
export function simulateDemand(sku: string, model: DemandModel): DemandRow[] {
  return Array.from({ length: model.days }, (_, day) => {
    const ratio = 0.8 + 0.4 * uniform(model.seed, 1, Math.floor(day / model.priceEvery));
    const price = Math.round(model.reference * ratio * 100) / 100;
    const mean = model.level * (price / model.reference) ** model.elasticity;
    const units = poisson(mean, uniform(model.seed, 2, day));
    return { sku, day: daysAgo(model.days - day), units, price };
  });
}

/** Posts days of demand in batches of a thousand, and waits until every batch is done. */
export async function postDemand(source: string, rows: readonly DemandRow[]): Promise<void> {
  const ids: string[] = [];
  for (let start = 0; start < rows.length; start += 1_000) {
    const batch = { source, batchId: `${source}-${start}`, rows: rows.slice(start, start + 1_000) };
    const { status } = await call("POST", "/api/ingest/demand", batch);
    expect(status).toBe(202);
    ids.push(batch.batchId);
  }
  for (const id of ids) expect((await receiptOf(id, "done", source)).rejected).toBe(0);
}

export interface RunBody {
  id: string;
  status: string;
  phase: string;
  counts: Record<string, unknown>;
  failures: { phase: number; shard: number; error: string }[];
  decisionHash?: string;
}

/** Starts a run through the API and waits for its end: the queue's own consumer computes it. */
export async function runToEnd(request: Record<string, unknown>): Promise<RunBody> {
  const { status, body } = await call<{ runId: string }>("POST", "/api/runs", request);
  expect(status).toBe(202);
  return runEnd(body.runId);
}

export async function runEnd(runId: string): Promise<RunBody> {
  return vi.waitUntil(
    async () => {
      const { body } = await call<RunBody>("GET", `/api/runs/${runId}`);
      return ["done", "partial", "failed"].includes(body.status) ? body : null;
    },
    { timeout: 25_000, interval: 50 },
  );
}

export interface ProposalBody {
  id: string;
  runId: string;
  sku: string;
  from: string;
  to: string;
  status: string;
  risk: string;
  note?: string;
  decidedBy?: string;
  approvals: { by: string; at: string }[];
  expected: { delta: { profit: string } };
  market?: Record<string, unknown>;
  explanation: { sentence: string; inputs: unknown[]; candidates: unknown[]; guardrails: unknown[] };
}

export async function proposalsOf(query: string): Promise<ProposalBody[]> {
  return (await call<{ items: ProposalBody[] }>("GET", `/api/proposals?limit=500&${query}`)).body.items;
}

/**
 * Puts SKUs on sale whose best price is above the present one: 20.00 at a cost of 10.00 and an elasticity of −1.5, with
 * 60 days of demand, and learns their elasticities. A proposals run then raises each of them.
 */
export async function seedShop(
  skus: readonly string[],
  changes: Record<string, unknown> = {},
): Promise<void> {
  const { body } = await importProducts(
    skus.map((sku) => productRow(sku, { unitCost: "10.00", ...changes })),
  );
  expect(body).toMatchObject({ inserted: skus.length, rejected: [] });
  const rows = skus.flatMap((sku, seed) =>
    simulateDemand(sku, { seed, elasticity: -1.25, level: 100, reference: 20, days: 120, priceEvery: 7 }),
  );
  await postDemand(`seed-${skus[0]}`, rows);
  expect(await runToEnd({ kind: "elasticity", scope: { skus } })).toMatchObject({ status: "done" });
}

/** Pending proposals for these SKUs, by SKU, from a run of their own. */
export async function propose(skus: readonly string[]): Promise<Map<string, ProposalBody>> {
  const run = await runToEnd({ kind: "proposals", scope: { skus } });
  expect(run.status).toBe("done");
  const proposals = await proposalsOf(`runId=${run.id}`);
  return new Map(proposals.map((proposal) => [proposal.sku, proposal]));
}

/** A person who is signed in: a request with their session. */
export async function person(email: string, role: Role) {
  const id = `usr_${email}`;
  const token = `pws_${email}`;
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO users (id, email, name, role, password_hash, active, created_at)
       VALUES (?1, ?2, ?3, ?4, 'none', 1, 0)`,
    ).bind(id, email, email, role),
    env.DB.prepare("INSERT INTO sessions (id, user_id, created_at, expires_at) VALUES (?1, ?2, 0, ?3)").bind(
      tokenHash(token),
      id,
      Date.now() + DAY_MS,
    ),
  ]);
  const cookie = `__Host-pricewright=${token}`;
  const asked = <Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => call<Body>(method, path, body, { authorization: "", cookie, ...headers });
  const ctx = () =>
    serviceContext(env, { kind: "user", id, email, name: email, role, scopes: ROLE_SCOPES[role] });
  return { id, token, cookie, call: asked, ctx };
}

export interface LedgerRow {
  at: string;
  seq: number;
  from: string | null;
  to: string;
  source: string;
  cause: { kind: string; id?: string };
  actor: string;
}

/** The price ledger of a SKU, newest first. */
export async function ledgerOf(sku: string): Promise<LedgerRow[]> {
  return (await call<{ items: LedgerRow[] }>("GET", `/api/products/${encodeURIComponent(sku)}/history`)).body
    .items;
}

export async function servedPrice(sku: string): Promise<string> {
  return (await call<{ price: string }>("GET", `/api/price/${encodeURIComponent(sku)}`)).body.price;
}

export async function auditOf(
  subject: string,
): Promise<{ action: string; actor: string; detail: unknown }[]> {
  const path = `/api/audit?subject=${encodeURIComponent(subject)}`;
  return (await call<{ items: { action: string; actor: string; detail: unknown }[] }>("GET", path)).body
    .items;
}

export interface ChainBody {
  ok: boolean;
  ledger: { count: number; head: string };
  audit: { count: number; head: string };
  firstBad?: { chain?: string; seq?: number; state?: string; key?: string; reason: string };
}

export async function verify(): Promise<ChainBody> {
  return (await call<ChainBody>("GET", "/api/audit/verify")).body;
}

/** Fails unless both chains verify, the ledger has no gap, and what is in force is what they say. */
export async function expectSoundChains(): Promise<ChainBody> {
  const report = await expectUnbrokenChains();
  expect(report.firstBad).toBeUndefined();
  expect(report.ok).toBe(true);
  return report;
}

/** The same where a test has put rows into the database that no entry made. */
export async function expectUnbrokenChains(): Promise<ChainBody> {
  const report = await verify();
  expect(report.firstBad?.chain).toBeUndefined();
  const rows = await env.DB.prepare("SELECT count(*) AS n, max(seq) AS last FROM price_ledger").first<{
    n: number;
    last: number;
  }>();
  expect(rows).toEqual({ n: report.ledger.count, last: report.ledger.count });
  return report;
}

/** A request as it comes, without a key, waiting for what it leaves behind. */
export async function fetchRaw(path: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(`https://shop.test${path}`, init);
}

/** Runs something with an execution context, and waits for what it left behind. */
export async function withExecution<T>(work: (ctx: ExecutionContext) => Promise<T>): Promise<T> {
  const ctx = createExecutionContext();
  const result = await work(ctx);
  await waitOnExecutionContext(ctx);
  return result;
}

/** Keeps the tick from starting runs of its own: as if those of the night were still under way. */
export async function holdScheduledRuns(): Promise<void> {
  const insert = env.DB.prepare(
    `INSERT INTO runs (id, kind, status, phase, scope, as_of, dry_run, seed, settings, counts, failures, actor, created_at)
     VALUES (?1, ?2, 'running', 0, '{}', 0, 0, 1, '{}', '{}', '[]', 'system:night', 9e12)`,
  );
  const shard = env.DB.prepare(
    "INSERT INTO run_shards (run_id, phase, shard, skus, status, attempts, sent_at) VALUES (?1, 0, 0, '[]', 'waiting', 1, 9e12)",
  );
  await env.DB.batch(
    (["elasticity", "evaluation", "proposals", "retention"] as const).flatMap((kind) => [
      insert.bind(`held-${kind}`, kind),
      shard.bind(`held-${kind}`),
    ]),
  );
}
