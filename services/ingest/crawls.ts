import { and, desc, eq, lt, or, sql } from "drizzle-orm";
import { bulkUpsert, excluded, isAmong } from "../../db/bulk.ts";
import { type Database, database } from "../../db/database.ts";
import { crawls, sources } from "../../db/schema.ts";
import { commitBatch } from "../../db/write.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/base/time.ts";
import { parseInstant } from "../../domain/intake/row-fields.ts";
import type { CrawlRef } from "../../domain/messages/batch.ts";
import type { CompleteCrawl } from "../../domain/messages/crawls.ts";
import type { CrawlMessage } from "../../domain/messages/queue.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import { MISSING_FOR_MS } from "../../domain/shard/missing.ts";
import type { ServiceContext } from "../context.ts";
import type { Ports } from "../ports.ts";
import { sendCrawl } from "../queues.ts";
import { type Delivery, emptyDelivery, isChunk, isGood, type ShardShare } from "./delivery.ts";

/** Offers of one shard that are called missing at a time; the source's next batch brings up the rest. */
const ABSENCES_PER_SHARD = 50;
/** Of a source that tells its crawls, so many of the newest are looked at. */
const CRAWLS_READ = 32;
/** How long after a batch its source is looked at: longer and longer while it goes on posting. */
const LOOK_AFTER_SECONDS = { first: 5, most: 120 } as const;
/** A source that was quiet for so long is looked at after the first, short time again. */
const QUIET_MS = 10 * MINUTE_MS;

/**
 * Asks to look at the sources of these deliveries once more rows may have come. Best effort: what is lost is asked again
 * with the source's next batch. Never rejects.
 */
export async function askAboutCrawls(
  { d1, queues }: { d1: D1Database; queues: Ports["queues"] },
  deliveries: readonly Delivery[],
  now: number,
): Promise<void> {
  const posted = deliveries.filter((one) => one.body.type === "observations" && isGood(one));
  const named = new Set(posted.flatMap(({ body }) => (isChunk(body) ? [body.source] : [])));
  if (named.size === 0) return;
  try {
    const due = await takeTurns(database(d1), [...named], now);
    for (const { source, afterSeconds } of due) await sendCrawl(queues, source, afterSeconds ?? 0);
  } catch (error) {
    console.warn({ event: "crawls.not_asked", sources: [...named], error: String(error) });
  }
}

/**
 * Notes in D1 that these sources are looked at, and after how many seconds; those that were asked for and have not been
 * looked at yet are left out, since that look sees the rows of now too.
 */
function takeTurns(db: Database, named: readonly string[], now: number) {
  const { id, crawlsAskedAt, crawlsAfterSeconds } = sources;
  const isQuiet = sql`COALESCE(ABS(${now} - ${crawlsAskedAt}) > ${QUIET_MS}, 1)`;
  const isDue = sql`${crawlsAskedAt} + ${crawlsAfterSeconds} * ${SECOND_MS} <= ${now}`;
  const longer = sql`MIN(${LOOK_AFTER_SECONDS.most}, ${crawlsAfterSeconds} * 2)`;
  return db
    .update(sources)
    .set({
      crawlsAskedAt: now,
      crawlsAfterSeconds: sql`CASE WHEN ${isQuiet} THEN ${LOOK_AFTER_SECONDS.first} ELSE ${longer} END`,
    })
    .where(and(isAmong(id, named), or(isQuiet, isDue)))
    .returning({ source: id, afterSeconds: crawlsAfterSeconds });
}

/** Finds the offers that a source's last crawls were without; their shards are told as part of the delivery. */
export async function lookAtCrawls(
  { d1, ports }: { d1: D1Database; ports: Pick<Ports, "shards"> },
  body: CrawlMessage,
  { signals }: Pick<Settings, "signals">,
  shardOf: (sku: string) => number,
): Promise<Delivery> {
  const delivery = emptyDelivery(body);
  const { missingAfterCrawls: crawlsMin } = signals;
  if (crawlsMin === 0) return delivery;
  try {
    const [sightings, complete] = await Promise.all([
      ports.shards.sightings(body.source),
      completeCrawls(database(d1), body.source),
    ]);
    if (sightings.length === 0) return delivery;
    const evidence = { sightings, complete, crawlsMin };
    const absences = (await ports.shards.absences(body.source, evidence, ABSENCES_PER_SHARD)).flat();
    const shares = [...Map.groupBy(absences, ({ sku }) => shardOf(sku))].map(([shard, group]): ShardShare => {
      return { shard, skus: new Set(group.map(({ sku }) => sku)), chunk: null, absences: group };
    });
    return { ...delivery, shares };
  } catch (failure) {
    return { ...delivery, failure };
  }
}

/** The newest complete crawls of a source; null if it tells of none. */
async function completeCrawls(db: Database, source: string): Promise<CompleteCrawl[] | null> {
  const told = await db
    .select()
    .from(crawls)
    .where(eq(crawls.source, source))
    .orderBy(desc(crawls.from))
    .limit(CRAWLS_READ);
  if (told.length === 0) return null;
  return told.flatMap(({ from, to, complete }) => (complete ? [{ from, to }] : []));
}

/** Notes what a batch of observations says of its crawl. Its rows are as posted; repeating it changes nothing. */
export async function noteCrawl(
  d1: D1Database,
  source: string,
  { id, complete }: CrawlRef,
  rows: readonly unknown[],
  now: number,
): Promise<void> {
  const times = rows.flatMap((row) => timeOf(row) ?? []).filter((at) => at <= now);
  const [from, to] = times.reduce(([low, high], at) => [Math.min(low, at), Math.max(high, at)], [now, 0]);
  const row = { source, id, from, to: to || now, complete };
  await commitBatch(d1, bulkUpsert(d1, crawls, [row], WIDEN));
}

/** Batches of one crawl may come in any order. */
const WIDEN = {
  update: [],
  set: {
    from: sql`MIN(${crawls.from}, ${excluded(crawls.from)})`,
    to: sql`MAX(${crawls.to}, ${excluded(crawls.to)})`,
    complete: sql`MAX(${crawls.complete}, ${excluded(crawls.complete)})`,
  },
};

function timeOf(row: unknown): number | null {
  if (typeof row !== "object" || row === null || !("observedAt" in row)) return null;
  const { observedAt } = row;
  return typeof observedAt === "string" || typeof observedAt === "number" ? parseInstant(observedAt) : null;
}

/** Crawls older than any offer that may be called missing. */
export async function expireCrawls({ db, now }: Pick<ServiceContext, "db" | "now">): Promise<void> {
  await db.delete(crawls).where(lt(crawls.to, now - MISSING_FOR_MS));
}
