import { and, desc, eq, isNotNull, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type Database, database } from "../../db/database.ts";
import {
  alertChannels,
  BROKEN_RECEIVER,
  deadLetters,
  endpoints,
  jobFailures,
  newestData,
  outbox,
  runs,
  signals,
  sources,
} from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/base/time.ts";
import { iso } from "../../domain/contract/answers.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { type LayoutEnv, readLayout } from "../shards/layout.ts";

type Query = { toSQL(): { sql: string; params: unknown[] } };

interface Freshness {
  name: string;
  /** asks for the newest instant (ms) as `at`, from an index or a small table */
  newest(db: Database): Query;
  /** older than this is stale; null = no age makes it stale */
  staleMs: number | null;
}

/** Answers of a batch have the names of the columns: here every one is called `at`. */
function named(column: SQLiteColumn) {
  return sql<number | string | null>`${column}`.as("at");
}

/** The newest row of an order that an index has: one row is read, however many there are. */
const PARTS: readonly Freshness[] = [
  {
    name: "observations",
    newest: (db) =>
      db
        .select({ at: named(sources.lastAcceptedAt) })
        .from(sources)
        .where(isNotNull(sources.lastAcceptedAt))
        .orderBy(desc(sources.lastAcceptedAt))
        .limit(1),
    staleMs: HOUR_MS,
  },
  {
    name: "signals",
    newest: (db) =>
      db
        .select({ at: named(signals.openedAt) })
        .from(signals)
        .where(eq(signals.status, "open"))
        .orderBy(desc(signals.openedAt))
        .limit(1),
    staleMs: null,
  },
  {
    name: "demand",
    newest: (db) =>
      db
        .select({ at: named(newestData.at) })
        .from(newestData)
        .where(eq(newestData.part, "demand")),
    staleMs: 48 * HOUR_MS,
  },
  { name: "elasticity", newest: newestRun("elasticity"), staleMs: 48 * HOUR_MS },
  { name: "proposals", newest: newestRun("proposals"), staleMs: null },
];

function newestRun(kind: "elasticity" | "proposals"): Freshness["newest"] {
  return (db) =>
    db
      .select({ at: named(runs.finishedAt) })
      .from(runs)
      .where(and(eq(runs.kind, kind), isNotNull(runs.finishedAt)))
      .orderBy(desc(runs.finishedAt))
      .limit(1);
}

/** What is wrong is counted up to here: how much more there is, is for the lists to say. */
const COUNTED_MAX = 2;

/** Rows not delivered this long after their commit are a fault. */
const OUTBOX_STUCK_MS = 10 * MINUTE_MS;

interface PartHealth {
  status: "ok" | "stale" | "down" | "empty" | "failing";
  newestAt?: string;
  ageSeconds?: number;
  staleAfterSeconds?: number;
  detail?: string;
}

/** Each part with the age of its newest data. The database answering at all is a part of its own. */
export async function readHealth(env: LayoutEnv, now: number) {
  const d1 = env.DB;
  const parts: Record<string, PartHealth> = {};
  try {
    const db = database(d1);
    const queries: Query[] = [
      ...PARTS.map(({ newest }) => newest(db)),
      db
        .select({ at: named(outbox.createdAt) })
        .from(outbox)
        .orderBy(outbox.id)
        .limit(1),
      db
        .select({ at: named(deadLetters.parkedAt) })
        .from(deadLetters)
        .where(eq(deadLetters.status, "parked"))
        .limit(1),
      brokenReceivers(db, endpoints),
      brokenReceivers(db, alertChannels),
      db
        .select({ at: sql`group_concat(job, ', ')`.as("at") })
        .from(db.select({ job: jobFailures.job }).from(jobFailures).limit(COUNTED_MAX).as("failing")),
    ];
    const answers = await d1.batch<{ at: number | string | null }>(
      queries.map((query) => prepare(d1, query)),
    );
    const failing = answers.pop()?.results[0]?.at ?? null;
    const receivers = answers.splice(-2).flatMap(({ results }) => results.map(({ at }) => at));
    const values = answers.map((answer) => (answer.results[0]?.at ?? null) as number | null);
    parts.database = { status: "ok" };
    PARTS.forEach(({ name, staleMs }, i) => {
      parts[name] = freshness(values[i] ?? null, staleMs, now);
    });
    const waitingSince = values[PARTS.length] ?? null;
    const stuck = waitingSince !== null && now - waitingSince > OUTBOX_STUCK_MS;
    parts.outbox = { status: stuck ? "stale" : "ok" };
    const isParked = (values[PARTS.length + 1] ?? null) !== null;
    parts.deadLetters = isParked ? { status: "stale", detail: "letters are parked" } : { status: "ok" };
    parts.endpoints = receiverHealth(receivers);
    // which job, and no more: anybody may read this
    parts.jobs = failing === null ? { status: "ok" } : { status: "failing", detail: `failing: ${failing}` };
    parts.shards = await shardHealth(env);
  } catch (error) {
    console.error({ event: "health.database_down", error: String(error) });
    parts.database = { status: "down" };
  }
  const has = (...wanted: PartHealth["status"][]) =>
    Object.values(parts).some(({ status }) => wanted.includes(status));
  const status = has("failing") ? "failing" : has("stale", "down") ? "degraded" : "ok";
  return { status: status as "failing" | "degraded" | "ok", at: iso(now), parts };
}

/** The statuses of some receivers that are failing, or that were turned off because they did. */
function brokenReceivers(db: Database, table: typeof endpoints | typeof alertChannels): Query {
  return db
    .select({ at: named(table.status) })
    .from(table)
    .where(BROKEN_RECEIVER)
    .limit(COUNTED_MAX);
}

/** How many, and no more: anybody may read this. */
function receiverHealth(statuses: readonly unknown[]): PartHealth {
  const off = statuses.filter((status) => status === "disabled").length;
  if (statuses.length === 0) return { status: "ok" };
  const failing = statuses.length - off;
  const counted = [...(off > 0 ? [`${off} turned off`] : []), ...(failing > 0 ? [`${failing} failing`] : [])];
  const least = statuses.length < COUNTED_MAX ? "" : "at least ";
  return { status: "stale", detail: `${least}${counted.join(", ")}` };
}

/** Whether SKUs are looked for where they are. */
async function shardHealth(env: LayoutEnv): Promise<PartHealth> {
  try {
    const { current, next } = await readLayout(env);
    const moving = next && `, ${next.moved.size} handed over to ${next.count}`;
    return { status: "ok", detail: `${current.count} shards${moving ?? ""}` };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { status: "failing", detail: error.message };
  }
}

function freshness(at: number | null, staleMs: number | null, now: number): PartHealth {
  const limit = staleMs === null ? {} : { staleAfterSeconds: staleMs / SECOND_MS };
  if (at === null) return { status: "empty", ...limit };
  const ageMs = Math.max(0, now - at);
  const status = staleMs !== null && ageMs > staleMs ? "stale" : "ok";
  return { status, newestAt: iso(at), ageSeconds: Math.round(ageMs / SECOND_MS), ...limit };
}
