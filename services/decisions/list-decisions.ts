import { and, desc, eq, isNotNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import { isOfSku, skusOverTime } from "../../db/reads/lineage.ts";
import { MANUAL_CAUSE, priceLedger, runs } from "../../db/schema.ts";
import type { DecisionDigest } from "../../domain/runs/decision-digest.ts";
import type { ServiceContext } from "../context.ts";
import { findJson, resultKey } from "../runs/run-record.ts";
import { doneShards, shardsOfSkus } from "../runs/shard-list.ts";

/** Causes of a ledger entry by which a person decided the price without a run. */
const MANUAL_CAUSES = ["manual", "rollback", "override"] as const;

/** A decision of a run about one SKU. */
export interface RunDecision {
  by: "run";
  runId: string;
  shard: number;
  /** its place in the shard */
  index: number;
  /** ms; the end of the run */
  at: number;
  digest: DecisionDigest;
}

/** A price that a person set. */
interface ManualDecision {
  by: "person";
  at: number;
  entry: typeof priceLedger.$inferSelect;
}

export type DecisionRecord = RunDecision | ManualDecision;

/** The last decision of the page before. */
export type DecisionPlace =
  | { by: "run"; at: number; runId: string; shard: number; index: number }
  | { by: "person"; at: number; seq: number };

export interface DecisionQuery {
  sku?: string | undefined;
  runId?: string | undefined;
  verdict?: DecisionDigest["verdict"] | undefined;
  reason?: string | undefined;
  by?: DecisionRecord["by"] | undefined;
  after?: DecisionPlace | undefined;
  limit: number;
}

/** Objects of the bucket read for one page: a filter that fits few decisions answers a short page instead of more. */
const OBJECTS_MAX = 200;
const RUNS_MAX = 100;
const LAST_SHARD = Number.MAX_SAFE_INTEGER;

type SkusOverTime = Awaited<ReturnType<typeof skusOverTime>>;

interface Page {
  items: DecisionRecord[];
  /** where to go on, null at the end */
  next: DecisionPlace | null;
}

/**
 * Every decision, newest first: those of runs, holds and blocks too, and prices that people set. A run keeps its own in
 * the bucket, packed by shard; only the shards that the page needs are read.
 */
export async function listDecisions(ctx: ServiceContext, query: DecisionQuery): Promise<Page> {
  const items: DecisionRecord[] = [];
  const people = query.by === "run" || query.runId !== undefined ? [] : await manualDecisions(ctx, query);
  const found = query.by === "person" ? [] : await decidingRuns(ctx, query);
  const isFull = () => items.length >= query.limit;
  const ofSku = query.sku === undefined ? null : await skusOverTime(ctx.db, query.sku);
  const budget = { objects: OBJECTS_MAX };
  for (const run of found) {
    while (!isFull() && people[0] && people[0].at > run.at) items.push(people.shift()!);
    if (people[0] && people[0].at > run.at) return { items, next: placeOf(items.at(-1)!) };
    const stopped = await readRunPage(ctx, run, { ...query, ofSku }, items, budget);
    if (stopped) return { items, next: stopped };
  }
  const oldest = found.length === RUNS_MAX ? found.at(-1)! : null;
  if (oldest)
    return { items, next: { by: "run", at: oldest.at, runId: oldest.id, shard: LAST_SHARD, index: 0 } };
  while (!isFull() && people[0]) items.push(people.shift()!);
  return { items, next: isFull() ? placeOf(items.at(-1)!) : null };
}

function placeOf(record: DecisionRecord): DecisionPlace {
  if (record.by === "person") return { by: "person", at: record.at, seq: record.entry.seq };
  const { at, runId, shard, index } = record;
  return { by: "run", at, runId, shard, index };
}

async function manualDecisions(
  { db }: ServiceContext,
  { sku, verdict, reason, after, limit }: DecisionQuery,
): Promise<ManualDecision[]> {
  if (verdict !== undefined && verdict !== "propose") return [];
  if (reason !== undefined && !MANUAL_CAUSES.some((cause) => cause === reason)) return [];
  const isBehind =
    after?.by === "person"
      ? or(lt(priceLedger.at, after.at), and(eq(priceLedger.at, after.at), lt(priceLedger.seq, after.seq)))
      : after && lte(priceLedger.at, after.at);
  const rows = await db
    .select()
    .from(priceLedger)
    .where(
      and(
        MANUAL_CAUSE,
        reason === undefined ? undefined : eq(priceLedger.causeKind, reason),
        sku === undefined ? undefined : isOfSku(sku),
        isBehind,
      ),
    )
    .orderBy(desc(priceLedger.at), desc(priceLedger.seq))
    .limit(limit);
  return rows.map((entry) => ({ by: "person", at: entry.at, entry }));
}

interface DecidingRun {
  id: string;
  at: number;
}

async function decidingRuns({ db }: ServiceContext, { runId, after }: DecisionQuery): Promise<DecidingRun[]> {
  const at = sql<number>`${runs.finishedAt}`;
  const isBehind: SQL | undefined =
    after?.by === "run"
      ? or(lt(runs.finishedAt, after.at), and(eq(runs.finishedAt, after.at), lte(runs.id, after.runId)))
      : after && lt(runs.finishedAt, after.at);
  return db
    .select({ id: runs.id, at })
    .from(runs)
    .where(
      and(
        eq(runs.kind, "proposals"),
        eq(runs.dryRun, false),
        isNotNull(runs.decisionHash),
        runId === undefined ? undefined : eq(runs.id, runId),
        isBehind,
      ),
    )
    .orderBy(desc(runs.finishedAt), desc(runs.id))
    .limit(RUNS_MAX);
}

/** Adds what fits of one run to the items; answers where it stopped, null if it was read to its end. */
async function readRunPage(
  ctx: ServiceContext,
  run: DecidingRun,
  { ofSku, verdict, reason, after, limit }: DecisionQuery & { ofSku: SkusOverTime | null },
  items: DecisionRecord[],
  budget: { objects: number },
): Promise<DecisionPlace | null> {
  const start = after?.by === "run" && after.runId === run.id ? after : { shard: 0, index: -1 };
  for (const shard of await shardsOf(ctx, run.id, ofSku?.skus, start.shard)) {
    if (budget.objects-- <= 0) return { by: "run", at: run.at, runId: run.id, shard, index: -1 };
    const digests = await findJson<DecisionDigest[]>(ctx.lake, resultKey(run.id, "decisions", shard));
    const first = shard === start.shard ? start.index + 1 : 0;
    for (const [index, digest] of (digests ?? []).entries()) {
      if (index < first || ofSku?.wasIts(digest.sku, run.at) === false) continue;
      if ((verdict ?? digest.verdict) !== digest.verdict || (reason ?? digest.reason) !== digest.reason)
        continue;
      if (items.length >= limit) return placeOf(items.at(-1)!);
      items.push({ by: "run", runId: run.id, shard, index, at: run.at, digest });
    }
  }
  return null;
}

/** The shards of a run that ended well, from one on; of some SKUs, only theirs. */
async function shardsOf(
  ctx: ServiceContext,
  runId: string,
  skus: readonly string[] | undefined,
  from: number,
): Promise<number[]> {
  const found = skus === undefined ? await doneShards(ctx, runId, 0) : await shardsOfSkus(ctx, runId, skus);
  return found.filter((shard) => shard >= from);
}
