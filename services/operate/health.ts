import { HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { iso } from "../../domain/contract/answers.ts";

interface Freshness {
  name: string;
  /** a query for the newest instant (ms) as `at`, read from an index or a small table */
  sql: string;
  /** older than this is stale; null = age alone is no fault */
  staleMs: number | null;
}

const PARTS: readonly Freshness[] = [
  { name: "observations", sql: "SELECT max(last_accepted_at) AS at FROM sources", staleMs: HOUR_MS },
  { name: "signals", sql: "SELECT max(opened_at) AS at FROM signals WHERE status = 'open'", staleMs: null },
  { name: "demand", sql: "SELECT unixepoch(max(day)) * 1000 AS at FROM demand_days", staleMs: 48 * HOUR_MS },
  {
    name: "elasticity",
    sql: "SELECT max(finished_at) AS at FROM runs WHERE kind = 'elasticity'",
    staleMs: 48 * HOUR_MS,
  },
  {
    name: "proposals",
    sql: "SELECT max(finished_at) AS at FROM runs WHERE kind = 'proposals'",
    staleMs: null,
  },
];

/** Rows not delivered this long after their commit are a fault. */
const OUTBOX_STUCK_MS = 10 * MINUTE_MS;

interface PartHealth {
  status: "ok" | "stale" | "down" | "empty";
  newestAt?: string;
  ageSeconds?: number;
  detail?: string;
}

/** Each part with the age of its newest data. The database answering at all is a part of its own. */
export async function readHealth(ctx: { d1: D1Database; now: number }) {
  const parts: Record<string, PartHealth> = {};
  try {
    const answers = await ctx.d1.batch<{ at: number | null }>([
      ...PARTS.map(({ sql }) => ctx.d1.prepare(sql)),
      ctx.d1.prepare("SELECT min(created_at) AS at FROM outbox"),
      ctx.d1.prepare("SELECT count(*) AS at FROM dead_letters WHERE status = 'parked'"),
    ]);
    const values = answers.map((answer) => answer.results[0]?.at ?? null);
    parts.database = { status: "ok" };
    PARTS.forEach(({ name, staleMs }, i) => {
      parts[name] = freshness(values[i] ?? null, staleMs, ctx.now);
    });
    const waitingSince = values[PARTS.length] ?? null;
    const stuck = waitingSince !== null && ctx.now - waitingSince > OUTBOX_STUCK_MS;
    parts.outbox = { status: stuck ? "stale" : "ok" };
    const parked = values[PARTS.length + 1] ?? 0;
    parts.deadLetters = { status: parked > 0 ? "stale" : "ok", detail: `${parked} parked` };
  } catch (error) {
    console.error("health:", error);
    parts.database = { status: "down" };
  }
  const degraded = Object.values(parts).some(({ status }) => status === "stale" || status === "down");
  return { status: degraded ? ("degraded" as const) : ("ok" as const), at: iso(ctx.now), parts };
}

function freshness(at: number | null, staleMs: number | null, now: number): PartHealth {
  if (at === null) return { status: "empty" };
  const ageMs = Math.max(0, now - at);
  const status = staleMs !== null && ageMs > staleMs ? "stale" : "ok";
  return { status, newestAt: iso(at), ageSeconds: Math.round(ageMs / 1000) };
}
