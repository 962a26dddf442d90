import { eq } from "drizzle-orm";
import { bulkUpsert, jsonTable } from "../../db/bulk.ts";
import { database } from "../../db/database.ts";
import { competitorNames } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { competitorKey, tidyName } from "../../domain/intake/competitor-name.ts";

/** An isolate relies for this long on what it read; what was merged since is put right by the shards. */
const REMEMBERED_MS = 30_000;
const NAMES_MAX = 10_000;

const known = new Map<string, { competitor: string; readAt: number }>();

/** A spelling that is taken stays with its competitor. */
const KEEP_KNOWN = { update: [] };

/**
 * The competitor that each of these spellings stands for. One that nobody has seen before stands for itself from now on,
 * unless nothing is to be kept (`dryRun`).
 */
export async function resolveCompetitors(
  d1: D1Database,
  names: ReadonlySet<string>,
  now: number,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<Map<string, string>> {
  const keys = new Map([...names].map((name) => [name, competitorKey(name)]));
  const recalled = (key: string) => {
    const found = known.get(key);
    return found !== undefined && now - found.readAt < REMEMBERED_MS ? found.competitor : undefined;
  };
  const found = new Map<string, string>();
  const firstSpelling = new Map<string, string>();
  for (const [name, key] of keys) {
    const competitor = recalled(key);
    if (competitor !== undefined) found.set(key, competitor);
    else if (!firstSpelling.has(key)) firstSpelling.set(key, tidyName(name));
  }
  if (firstSpelling.size > 0) {
    const unread = [...firstSpelling].map(([key, competitor]) => ({ key, competitor }));
    const missing = await readNames(d1, unread, found);
    if (missing.length > 0 && !dryRun) {
      await commitBatch(d1, bulkUpsert(d1, competitorNames, missing, KEEP_KNOWN));
      await readNames(d1, missing, found);
    }
    remember(firstSpelling.keys(), found, now);
  }
  return new Map([...keys].map(([name, key]) => [name, found.get(key) ?? firstSpelling.get(key)!]));
}

/** Reads into `found` what is stored of these keys, and answers the rest. */
async function readNames(
  d1: D1Database,
  names: readonly { key: string; competitor: string }[],
  found: Map<string, string>,
) {
  const wanted = jsonTable("wanted", ["key"], names);
  const rows = await database(d1)
    .select({ key: competitorNames.key, competitor: competitorNames.competitor })
    .from(wanted.table)
    .innerJoin(competitorNames, eq(competitorNames.key, wanted.key));
  for (const { key, competitor } of rows) found.set(key, competitor);
  return names.filter(({ key }) => !found.has(key));
}

function remember(keys: Iterable<string>, found: ReadonlyMap<string, string>, readAt: number): void {
  if (known.size > NAMES_MAX) known.clear();
  for (const key of keys) {
    const competitor = found.get(key);
    if (competitor !== undefined) known.set(key, { competitor, readAt });
  }
}

/** Forgets what this isolate remembers, after names were merged. */
export function forgetCompetitorNames(): void {
  known.clear();
}
