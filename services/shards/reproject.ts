import { and, eq, gte, inArray, lt, type SQL } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { isAmong } from "../../db/bulk.ts";
import { aggregates, offers, quarantine, signals, stock } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import type { ShardPage, Standing } from "../../domain/messages/shard-page.ts";
import { epochAt, firstVersion } from "../../domain/shard/epoch.ts";
import type { ServiceContext } from "../context.ts";
import { markProjected } from "../ingest/observe-shards.ts";
import { commitProjection } from "../ingest/project.ts";
import type { Ports } from "../ports.ts";
import type { ShardJob, ShardResult } from "../runs/run-record.ts";
import { shardAddresses } from "./generations.ts";

type UpkeepPorts = Pick<Ports, "shards" | "upkeep">;

/**
 * One shard's SKUs written into D1 again, whole: offers, signals, quarantine, stock, aggregates and days of demand. The
 * shard begins a new epoch first, so that each row is newer than whatever stands there. Repeated, it ends in the same rows.
 */
export async function reprojectShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const address = (await shardAddresses(ctx.db))[job.shard]!;
  const standing = await job.ports.upkeep.beginEpoch(address, job.run.id);
  return { statements: [], counts: await projectWhole(ctx, job.ports, address, standing) };
}

/** Projects all that a shard holds; `onPage` sees each page before it is written. */
export async function projectWhole(
  ctx: ServiceContext,
  ports: UpkeepPorts,
  address: number,
  standing: Standing,
  onPage: (page: ShardPage) => Promise<void> = async () => undefined,
): Promise<{ skus: number; rows: number }> {
  const counts = { skus: 0, rows: 0 };
  for (let from: number | null = 0; from !== null; ) {
    const page: ShardPage = await ports.upkeep.page(address, from);
    await onPage(page);
    await commitProjection(ctx.d1, { skus: page.skus, activity: [], outboxIds: [] });
    await removeUnknown(
      ctx,
      page.skus.map(({ sku }) => sku),
      standing,
    );
    await markProjected(ports.shards, page.skus);
    counts.skus += page.skus.length;
    for (const { offers, signals, demandDays } of page.skus)
      counts.rows += offers.length + signals.length + demandDays.length;
    from = page.next;
  }
  return counts;
}

/**
 * Settles what D1 says of these SKUs and the shard knows nothing of: its rows are older than the epoch that has just been
 * projected whole. Signals end, quarantined rows expire. Offers, stock and aggregates go if the shard itself wrote them;
 * those of an object before it are all that is left of them, and stay.
 */
async function removeUnknown(
  { d1, db, now }: ServiceContext,
  skus: string[],
  standing: Standing,
): Promise<void> {
  if (skus.length === 0) return;
  const older = firstVersion(standing.epoch);
  const own = firstVersion(standing.bornAt === 0 ? 0 : epochAt(standing.bornAt));
  const unknown = (sku: SQLiteColumn, version: SQLiteColumn, ...more: SQL[]) =>
    and(isAmong(sku, skus), lt(version, older), ...more);
  const remove = (table: typeof offers | typeof stock | typeof aggregates) =>
    db.delete(table).where(unknown(table.sku, table.version, gte(table.version, own)));
  const ended = { status: "resolved" as const, resolvedAt: now, updatedAt: now, version: older };
  const expired = { status: "expired" as const, settledBy: "time" as const, updatedAt: now, version: older };
  await d1.batch(
    [
      remove(offers),
      remove(stock),
      remove(aggregates),
      db
        .update(signals)
        .set(ended)
        .where(unknown(signals.sku, signals.version, inArray(signals.status, ["open", "acknowledged"]))),
      db
        .update(quarantine)
        .set(expired)
        .where(unknown(quarantine.sku, quarantine.version, eq(quarantine.status, "open"))),
    ].map((statement) => prepare(d1, statement)),
  );
}
