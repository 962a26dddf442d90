import { database } from "../../db/database.ts";
import { metrics } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { SECOND_MS } from "../../domain/base/time.ts";
import { FAMILIES, type FamilyName } from "../../domain/metrics/families.ts";
import { labelKey, openMetrics, type Samples } from "../../domain/metrics/open-metrics.ts";
import type { InboxPort } from "../ports.ts";
import { familiesOf, type SamplesByFamily } from "./save-samples.ts";

interface ScrapeContext {
  d1: D1Database;
  inboxes: Pick<InboxPort, "loads">;
  now: number;
}

/**
 * The install's metrics as OpenMetrics text. Reads one row for each job that writes some, and asks each Inbox what waits; an
 * Inbox that does not answer leaves its figures out.
 */
export async function readMetrics({ d1, inboxes, now }: ScrapeContext): Promise<string> {
  const all = prepare(d1, database(d1).select({ samples: metrics.samples }).from(metrics));
  const [{ results, meta }, loads] = await Promise.all([
    all.all<{ samples: string }>(),
    loadsOf(inboxes, now),
  ]);
  const samples = {
    ...familiesOf(results.map((row) => JSON.parse(row.samples) as Samples)),
    ...loads,
    databaseSize: { [labelKey()]: meta.size_after },
  };
  const names = Object.keys(FAMILIES) as FamilyName[];
  return openMetrics(names.map((name) => [FAMILIES[name], samples[name] ?? {}]));
}

async function loadsOf(inboxes: Pick<InboxPort, "loads">, now: number): Promise<SamplesByFamily> {
  try {
    const loads = await inboxes.loads();
    const oldest = Math.min(...loads.map(({ oldestSentAt }) => oldestSentAt ?? now));
    return {
      inboxWaiting: { [labelKey()]: loads.reduce((total, { waiting }) => total + waiting, 0) },
      lakeWaiting: { [labelKey()]: loads.reduce((total, { forLake }) => total + forLake, 0) },
      inboxAge: { [labelKey()]: Math.max(0, now - oldest) / SECOND_MS },
    };
  } catch (error) {
    console.warn({ event: "metrics.inboxes_not_read", error: String(error) });
    return {};
  }
}
