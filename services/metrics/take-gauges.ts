import { and, eq, gt, inArray, lte, max, min, ne, count as rowCount, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { bulkUpsert } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import {
  audit,
  deadLetters,
  jobFailures,
  metrics,
  outbox,
  priceLedger,
  proposals,
  runs,
  signals,
} from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/base/time.ts";
import { SIGNAL_STATUSES } from "../../domain/messages/names.ts";
import { FAMILIES } from "../../domain/metrics/families.ts";
import { bucketOf, labelKey } from "../../domain/metrics/open-metrics.ts";
import type { ServiceContext } from "../context.ts";
import { addSamples, count, type SamplesByFamily, setSamples } from "./save-samples.ts";

type Context = Pick<ServiceContext, "d1" | "db" | "now">;

/** How far what only grows has been counted. Stored beside the metrics, and with them in one commit. */
interface Counted {
  auditSeq: number;
  ledgerSeq: number;
  /** ms */
  until: number;
}
const COUNTED = "counted";

/** What is younger may not be committed yet. */
const SETTLED_AFTER_MS = MINUTE_MS;

/**
 * Takes the gauges, and adds what was written since the last time to the counters. The reads go by indexes and by the
 * chains' keys, so that they cost some thousand rows however old the install is.
 */
export async function takeGauges(ctx: Context): Promise<void> {
  const { d1, db, now } = ctx;
  const [stored] = await db.select().from(metrics).where(eq(metrics.writer, COUNTED));
  const at = (name: keyof Counted) => stored?.samples[labelKey(name)] ?? 0;
  const from: Counted = { auditSeq: at("auditSeq"), ledgerSeq: at("ledgerSeq"), until: at("until") };
  const until = now - SETTLED_AFTER_MS;
  if (until <= from.until) return;
  const [growth, heads] = await readGrowth(db, from, until);
  const gauges = await readGauges(db, now);
  const counted = Object.entries({ ...heads, until });
  const samples = Object.fromEntries(counted.map(([name, value]) => [labelKey(name), value]));
  await commitBatch(d1, [
    ...addSamples(d1, "growth", growth, now),
    ...setSamples(d1, "gauges", gauges, now),
    ...bulkUpsert(d1, metrics, [{ writer: COUNTED, samples, at: now }]),
  ]);
}

/** What came since, and up to where it is counted now. */
async function readGrowth(
  db: Database,
  from: Counted,
  until: number,
): Promise<[SamplesByFamily, Pick<Counted, "auditSeq" | "ledgerSeq">]> {
  const since = (column: SQLiteColumn | SQL) => sql`${column} > ${from.until} AND ${column} <= ${until}`;
  const [entries, prices, opened, made, ended] = await db.batch([
    db
      .select({ action: audit.action, rows: rowCount(), last: max(audit.seq) })
      .from(audit)
      .where(gt(audit.seq, from.auditSeq))
      .groupBy(audit.action),
    db
      .select({
        ...{ source: priceLedger.source, cause: priceLedger.causeKind },
        ...{ rows: rowCount(), last: max(priceLedger.seq) },
      })
      .from(priceLedger)
      .where(gt(priceLedger.seq, from.ledgerSeq))
      .groupBy(priceLedger.source, priceLedger.causeKind),
    db
      .select({ type: signals.type, rows: rowCount() })
      .from(signals)
      .where(and(inArray(signals.status, [...SIGNAL_STATUSES]), since(signals.openedAt)))
      .groupBy(signals.type),
    db
      .select({ risk: proposals.risk, rows: rowCount() })
      .from(proposals)
      .where(since(proposals.createdAt))
      .groupBy(proposals.risk),
    endedRuns(db, Math.max(from.until, until - DAY_MS), until),
  ]);
  const growth = {
    auditEntries: {},
    priceChanges: {},
    signalsOpened: {},
    proposalsMade: {},
    ...ofRuns(ended),
  };
  for (const { action, rows } of entries) count(growth.auditEntries, labelKey(action), rows);
  for (const { source, cause, rows } of prices) count(growth.priceChanges, labelKey(source, cause), rows);
  for (const { type, rows } of opened) count(growth.signalsOpened, labelKey(type), rows);
  for (const { risk, rows } of made) count(growth.proposalsMade, labelKey(risk), rows);
  const auditSeq = Math.max(from.auditSeq, ...entries.map(({ last }) => last ?? 0));
  const ledgerSeq = Math.max(from.ledgerSeq, ...prices.map(({ last }) => last ?? 0));
  return [growth, { auditSeq, ledgerSeq }];
}

/** Runs that ended in a span of time: of those made in the last day, which is longer than a run takes. */
function endedRuns(db: Database, from: number, until: number) {
  const { kind, status, createdAt, finishedAt } = runs;
  return db
    .select({ kind, status, createdAt, finishedAt })
    .from(runs)
    .where(
      and(
        inArray(status, ["done", "partial", "failed"]),
        gt(createdAt, until - DAY_MS),
        ...[gt(finishedAt, from), lte(finishedAt, until)],
      ),
    );
}

function ofRuns(ended: Awaited<ReturnType<typeof endedRuns>>): SamplesByFamily {
  const runsEnded = {};
  const runDuration = {};
  for (const { kind, status, createdAt, finishedAt } of ended) {
    const seconds = (finishedAt! - createdAt) / SECOND_MS;
    count(runsEnded, labelKey(kind, status));
    count(runDuration, labelKey(kind, bucketOf(FAMILIES.runDuration, seconds)));
    count(runDuration, labelKey(kind, "sum"), seconds);
  }
  return { runsEnded, runDuration };
}

async function readGauges(db: Database, now: number): Promise<SamplesByFamily> {
  const [unresolved, waiting, underWay, ended, [queued], parked, failing] = await db.batch([
    db
      .select({ status: signals.status, priority: signals.priority, rows: rowCount() })
      .from(signals)
      .where(inArray(signals.status, ["open", "acknowledged"]))
      .groupBy(signals.status, signals.priority),
    db
      .select({ status: proposals.status, risk: proposals.risk, rows: rowCount() })
      .from(proposals)
      .where(and(inArray(proposals.status, ["pending", "approved"]), ne(proposals.status, "applied")))
      .groupBy(proposals.status, proposals.risk),
    db
      .select({ kind: runs.kind, status: runs.status, rows: rowCount() })
      .from(runs)
      .where(inArray(runs.status, ["queued", "running"]))
      .groupBy(runs.kind, runs.status),
    db
      .select({ kind: runs.kind, at: max(runs.finishedAt) })
      .from(runs)
      .where(and(eq(runs.status, "done"), gt(runs.createdAt, now - 3 * DAY_MS)))
      .groupBy(runs.kind),
    db.select({ rows: rowCount(), oldest: min(outbox.createdAt) }).from(outbox),
    db
      .select({ queue: deadLetters.queue, rows: rowCount() })
      .from(deadLetters)
      .where(eq(deadLetters.status, "parked"))
      .groupBy(deadLetters.queue),
    db.select({ job: jobFailures.job }).from(jobFailures),
  ]);
  return {
    signals: byLabels(unresolved, ({ status, priority }) => [status, String(priority)]),
    proposals: byLabels(waiting, ({ status, risk }) => [status, risk]),
    runs: byLabels(underWay, ({ kind, status }) => [kind, status]),
    runEnded: Object.fromEntries(ended.map(({ kind, at }) => [labelKey(kind), (at ?? 0) / SECOND_MS])),
    outbox: { [labelKey()]: queued?.rows ?? 0 },
    outboxAge: { [labelKey()]: queued?.oldest ? Math.max(0, now - queued.oldest) / SECOND_MS : 0 },
    deadLetters: byLabels(parked, ({ queue }) => [queue]),
    failingJobs: Object.fromEntries(failing.map(({ job }) => [labelKey(job), 1])),
    gaugesAt: { [labelKey()]: now / SECOND_MS },
  };
}

function byLabels<Row extends { rows: number }>(
  rows: readonly Row[],
  labels: (row: Row) => string[],
): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [labelKey(...labels(row)), row.rows]));
}
