import { and, eq, gt, max, or, type SQL, sql } from "drizzle-orm";
import { bulkInsert, isAmong } from "../../db/bulk.ts";
import { demandDays, elasticities, offers, products, runShards, runs } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { civilDay, MINUTE_MS } from "../../domain/base/time.ts";
import { invalidField } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { RunKind } from "../../domain/messages/names.ts";
import type { RunShardMessage } from "../../domain/messages/queue.ts";
import { planShards, RETENTION_PARTS, RUN_SHARD_SKUS } from "../../domain/runs/phases.ts";
import { followSkus } from "../catalogue/rename/aliases.ts";
import { type AuditBody, commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";
import { keepManifest } from "./manifest.ts";

export interface RunScope {
  skus?: string[] | undefined;
  category?: string | undefined;
  brand?: string | undefined;
}

interface RunRequest {
  kind: RunKind;
  scope?: RunScope | undefined;
  /** ms; the run sees only what was observed at or before it */
  asOf?: number | undefined;
  dryRun?: boolean | undefined;
  /** of an elasticity run over the whole catalogue: why a new version is learned */
  retrain?: { trigger: "drift" | "person"; reason: string } | undefined;
  /** shard object of a SKU: decides only how SKUs are grouped */
  objectOf(sku: string): number;
}

interface StartedRun {
  runId: string;
  /** wake-ups for the first phase; the caller sends them after this commit */
  wake: RunShardMessage[];
}

const SEED = 1;

/**
 * Writes a run with the shards of its first phase. Settings, clock, seed and what the SKUs share are fixed here, so
 * that every later step computes from the same.
 *
 * @throws ProblemError invalid when the scope names an unknown or inactive SKU, or `asOf` is in the future
 */
export async function startRun(ctx: ServiceContext, request: RunRequest): Promise<StartedRun> {
  const { kind, scope = {}, asOf = ctx.now, dryRun = false } = request;
  if (asOf > ctx.now) throw invalidField("asOf", "future_time", "asOf is in the future");
  const skus = kind === "retention" ? [] : await skusInScope(ctx, scope);
  const { settings, version } = await readSettings(ctx.d1);
  const runId = ctx.newId("run");
  const shards =
    kind === "retention"
      ? RETENTION_PARTS.map((): string[] => [])
      : planShards(skus, request.objectOf, RUN_SHARD_SKUS);
  const isEmpty = shards.length === 0;
  const learns = { isWhole: Object.keys(scope).length === 0, trigger: "night" as const, ...request.retrain };
  const shared = { runId, kind, asOf, seed: SEED, skus: skus.length, settings, learns };
  const { base } = await keepManifest(ctx, shared, shards);
  const run: typeof runs.$inferInsert = {
    id: runId,
    ...{ kind, status: isEmpty ? "done" : "queued", phase: 0 },
    ...{ scope: namedScope(scope), asOf, dryRun, seed: SEED, settingsVersion: version, settings: {} },
    ...{ counts: { skus: skus.length }, failures: [] },
    ...{ base: base?.runId ?? null, actor: actorLabel(ctx.actor), createdAt: ctx.now },
    finishedAt: isEmpty ? ctx.now : null,
  };
  const plan = shards.map((skusOfShard, shard) => ({
    ...{ runId, phase: 0, shard, skus: skusOfShard },
    ...{ status: "waiting" as const, attempts: 0, sends: 1, sentAt: ctx.now },
  }));
  const statements = () => [
    prepare(ctx.d1, ctx.db.insert(runs).values(run)),
    ...bulkInsert(ctx.d1, runShards, plan),
  ];
  if (ctx.actor.kind === "system") await ctx.d1.batch(statements());
  else await commitChained(ctx, { audit: [startedBy(run)], statements });
  return { runId, wake: shards.map((_, shard) => ({ type: "run", runId, phase: 0, shard })) };
}

/** SKUs named in a row: a run's shards have all of them. */
const NAMED_SKUS = 1_000;

/** A scope as it is kept with the run and in the audit: of many SKUs the first, and how many they are. */
function namedScope({ skus, ...rest }: RunScope): object {
  return { ...rest, ...(skus && { skus: skus.slice(0, NAMED_SKUS), named: skus.length }) };
}

/** What the audit says of a run that somebody asked for; runs that are due are the system's own. */
function startedBy({ id, kind, scope, asOf, dryRun, counts }: typeof runs.$inferInsert): AuditBody {
  return {
    action: "run.start",
    subject: id,
    detail: { kind, scope, asOf, dryRun, products: counts.skus },
  };
}

/**
 * The active products of a scope.
 *
 * @throws ProblemError invalid when the scope names an unknown or inactive SKU
 */
export async function skusInScope(
  { db }: ServiceContext,
  { skus, category, brand }: RunScope,
): Promise<string[]> {
  const named = skus && (await followSkus(db, skus));
  const rows = await db
    .select({ sku: products.sku })
    .from(products)
    .where(
      and(
        eq(products.status, "active"),
        category === undefined ? undefined : eq(products.category, category),
        brand === undefined ? undefined : eq(products.brand, brand),
        named && isAmong(products.sku, named),
      ),
    );
  const found = new Set(rows.map(({ sku }) => sku));
  const unknown = named?.find((sku) => !found.has(sku));
  if (unknown !== undefined) throw invalidField("scope.skus", "unknown_sku", `no active product ${unknown}`);
  return [...found];
}

/**
 * Starts the runs whose time has come: once a night elasticity and an evaluation, and every few minutes proposals for the SKUs whose
 * inputs changed since the last decision. A kind that is still running is not started again.
 */
export async function startDueRuns(
  ctx: ServiceContext,
  objectOf: (sku: string) => number,
): Promise<RunShardMessage[]> {
  const { settings } = await readSettings(ctx.d1);
  // a run that a person started covers what they chose: it does not stand in for a scheduled one
  const last = await ctx.db
    .select({ kind: runs.kind, status: runs.status, createdAt: max(runs.createdAt) })
    .from(runs)
    .where(eq(runs.actor, actorLabel(ctx.actor)))
    .groupBy(runs.kind);
  const wake: RunShardMessage[] = [];
  const night = last.find(({ kind }) => kind === "elasticity");
  const [demand] = await ctx.db.select({ sku: demandDays.sku }).from(demandDays).limit(1);
  if (demand && isNightDue(ctx.now, settings.timeZone, settings.nightAt, night?.createdAt ?? null))
    wake.push(...(await startRun(ctx, { kind: "elasticity", objectOf })).wake);
  const evaluation = last.find(({ kind }) => kind === "evaluation");
  if (demand && isNightDue(ctx.now, settings.timeZone, settings.nightAt, evaluation?.createdAt ?? null))
    wake.push(...(await startRun(ctx, { kind: "evaluation", objectOf })).wake);
  const previous = last.find(({ kind }) => kind === "proposals");
  const isRunning = previous?.status === "queued" || previous?.status === "running";
  const since = previous?.createdAt ?? 0;
  const isDue = ctx.now - since >= settings.proposalsEveryMinutes * MINUTE_MS - MINUTE_MS / 2;
  if (!isRunning && isDue) {
    const skus = await skusWithChangedInputs(ctx, since);
    if (skus.length > 0)
      wake.push(...(await startRun(ctx, { kind: "proposals", scope: { skus }, objectOf })).wake);
  }
  return wake;
}

/** Whether the night's hour of this civil day has come and its run has not been started. */
export function isNightDue(
  now: number,
  timeZone: string,
  nightAt: string,
  lastNightAt: number | null,
): boolean {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(
    now,
  );
  if (clock < nightAt) return false;
  if (lastNightAt === null) return true;
  return civilDay(lastNightAt, timeZone) < civilDay(now, timeZone);
}

/**
 * Active SKUs that have an elasticity and whose offers, catalogue row or elasticity changed since. An elasticity counts
 * from the end of its run: proposals may have been due while it still ran.
 */
async function skusWithChangedInputs({ db }: ServiceContext, since: number): Promise<string[]> {
  const learned: SQL = sql`EXISTS (SELECT 1 FROM ${runs} WHERE ${runs.id} = ${elasticities.runId}
    AND ${runs.finishedAt} > ${since})`;
  const seen: SQL = sql`EXISTS (SELECT 1 FROM ${offers} WHERE ${offers.sku} = ${products.sku}
    AND ${offers.receivedAt} > ${since})`;
  const rows = await db
    .select({ sku: products.sku })
    .from(products)
    .innerJoin(elasticities, eq(elasticities.sku, products.sku))
    .where(and(eq(products.status, "active"), or(gt(products.updatedAt, since), learned, seen)))
    .orderBy(products.sku);
  return rows.map(({ sku }) => sku);
}
