import { sql } from "drizzle-orm";
import { bulkUpsert, excluded } from "../../db/bulk.ts";
import { metrics } from "../../db/schema.ts";
import type { FamilyName } from "../../domain/metrics/families.ts";
import { labelKey, labelsOf, type Samples } from "../../domain/metrics/open-metrics.ts";

/** Samples of some metrics. */
export type SamplesByFamily = Partial<Record<FamilyName, Samples>>;

/** Who writes: each has one row, so that a scrape reads as many rows as there are writers. */
type Writer = "ingest" | "growth" | "cron" | "gauges" | "shards" | "quality";

const BOTH = sql`SELECT key, value FROM json_each(${metrics.samples}) UNION ALL
  SELECT key, value FROM json_each(${excluded(metrics.samples)})`;

/** What was stored and what comes, added up label by label. */
const ADDED = {
  set: {
    samples: sql`(SELECT json_group_object(key, total) FROM (SELECT key, sum(value) AS total FROM (${BOTH}) GROUP BY key))`,
  },
} as const;

/** The statements that add to a writer's counters and histograms; none if there is nothing to add. */
export function addSamples(
  d1: D1Database,
  writer: Writer,
  added: SamplesByFamily,
  now: number,
): D1PreparedStatement[] {
  const samples = flat(added);
  if (Object.keys(samples).length === 0) return [];
  return bulkUpsert(d1, metrics, [{ writer, samples, at: now }], ADDED);
}

/** The statements that set a writer's gauges; what it had set before is forgotten. */
export function setSamples(
  d1: D1Database,
  writer: Writer,
  taken: SamplesByFamily,
  now: number,
): D1PreparedStatement[] {
  return bulkUpsert(d1, metrics, [{ writer, samples: flat(taken), at: now }]);
}

/** Stored under the family's name and the labels. */
function flat(samples: SamplesByFamily): Record<string, number> {
  const families = Object.entries(samples);
  return Object.fromEntries(
    families.flatMap(([family, values]) =>
      Object.entries(values).map(([key, value]) => [labelKey(family, ...labelsOf(key)), value]),
    ),
  );
}

/** The families again, of the rows of all writers. */
export function familiesOf(rows: readonly Samples[]): SamplesByFamily {
  const families: Record<string, Record<string, number>> = {};
  for (const row of rows)
    for (const [key, value] of Object.entries(row)) {
      const [family = "", ...labels] = labelsOf(key);
      families[family] ??= {};
      families[family][labelKey(...labels)] = value;
    }
  return families;
}

/** Adds to one of the sums of a metric in the making. */
export function count(sums: Record<string, number>, key: string, by = 1): void {
  if (by !== 0) sums[key] = (sums[key] ?? 0) + by;
}
