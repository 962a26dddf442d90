import { bulkUpsert, isAmong } from "../../db/bulk.ts";
import { jobFailures } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { labelKey } from "../../domain/metrics/open-metrics.ts";
import type { ServiceContext } from "../context.ts";
import { addSamples } from "../metrics/save-samples.ts";

const KEEP_SINCE = { keep: ["job", "since"] } as const;

/**
 * Remembers which jobs fail, since when and why, for health to say so: `outcomes` has each job's error, null where it went
 * well. Writes only what changes.
 */
export async function noteOutcomes(
  { d1, db, now }: Pick<ServiceContext, "d1" | "db" | "now">,
  outcomes: ReadonlyMap<string, string | null>,
): Promise<void> {
  const known = new Map((await db.select().from(jobFailures)).map(({ job, error }) => [job, error]));
  const failing = [...outcomes].flatMap(([job, error]) =>
    error !== null && known.get(job) !== error ? [{ job, since: now, error }] : [],
  );
  const healed = [...outcomes].flatMap(([job, error]) => (error === null && known.has(job) ? [job] : []));
  const failures = Object.fromEntries(
    [...outcomes].flatMap(([job, error]) => (error === null ? [] : [[labelKey(job), 1]])),
  );
  const heal = db.delete(jobFailures).where(isAmong(jobFailures.job, healed));
  const statements = [
    ...bulkUpsert(d1, jobFailures, failing, KEEP_SINCE),
    ...(healed.length > 0 ? [prepare(d1, heal)] : []),
    ...addSamples(d1, "cron", { cronFailures: failures }, now),
  ];
  if (statements.length > 0) await d1.batch(statements);
}
