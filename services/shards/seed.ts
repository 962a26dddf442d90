import { and, eq, lt, or } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { aggregates, demandDays, offers, quarantine, stock } from "../../db/schema.ts";
import { civilDay, DAY_MS, HOUR_MS } from "../../domain/base/time.ts";
import { demandExtras } from "../../domain/messages/packed-rows.ts";
import type { RowKind, RowsByKind } from "../../domain/messages/rows.ts";
import type { QuarantineDecision, ShardChunk } from "../../domain/messages/shard.ts";
import type { Standing } from "../../domain/messages/shard-page.ts";
import { epochAt, firstVersion } from "../../domain/shard/epoch.ts";
import { quarantineId } from "../../domain/shard/quarantine.ts";
import type { ServiceContext } from "../context.ts";
import { loadIngestContext, shardSettings } from "../ingest/load-context.ts";
import type { Ports } from "../ports.ts";

/** SKUs of one call. */
const CALL_SKUS = 50;
/** The source of what came from nobody else. */
const SOURCE = "restore";

/** A row of D1 as a shard takes it. */
type Seeded = {
  [K in RowKind]: { kind: K; source: string; receivedAt: number; row: Omit<RowsByKind[K], "row"> };
}[RowKind];

/** What a shard takes in one call: rows, and then what was decided about those that its price gate doubts. */
interface SeedCall {
  seeds: Seeded[];
  decisions: QuarantineDecision[];
}

/** What a shard is to be given back. */
export interface Loss {
  runId: string;
  address: number;
  standing: Standing;
  skus: readonly string[];
  /** the Inboxes still hold, and deliver again, what was received from here on, ms */
  heldFrom: number;
}

/**
 * Gives a shard whose object has lost its storage what D1 still says of its SKUs: offers, quarantine with what people
 * decided, stock and aggregates as they were; days of demand up to the ones that the events in the Inboxes count anew.
 * What D1 has of the time after the loss the shard gave itself. Answers how many rows it was given.
 */
export async function seedShard(
  ctx: ServiceContext,
  ports: Pick<Ports, "shards">,
  loss: Loss,
): Promise<number> {
  const { runId, address, standing } = loss;
  if (standing.bornAt === 0) return 0;
  let given = 0;
  for (let start = 0; start < loss.skus.length; start += CALL_SKUS) {
    const skus = loss.skus.slice(start, start + CALL_SKUS);
    const wanted = { skus: new Set(skus), gtins: new Set<string>(), changed: new Set(skus) };
    const context = await loadIngestContext(ctx.d1, wanted, ctx.now);
    const calls = await readSeeds(ctx, skus, loss, context.settings.signals.eventHours);
    for (const [number, { seeds, decisions }] of calls.entries()) {
      if (seeds.length === 0) continue;
      await ports.shards.observe(address, {
        now: ctx.now,
        settings: shardSettings(context),
        products: [...context.products.values()],
        chunks: chunksOf(seeds, `restore/${runId}/${skus[0]}/${number}`),
        decisions,
      });
      given += seeds.length;
    }
  }
  return given;
}

/**
 * What D1 has of these SKUs, in two calls. First what counts: an offer is believed whatever the price gate thinks of it
 * without the history that it knew. Then what was doubted, with what people decided about it.
 */
async function readSeeds(
  { db, now }: ServiceContext,
  skus: readonly string[],
  loss: Loss,
  eventHours: number,
): Promise<SeedCall[]> {
  const before = firstVersion(epochAt(loss.standing.bornAt));
  const of = (
    table: typeof offers | typeof quarantine | typeof stock | typeof aggregates | typeof demandDays,
  ) => and(isAmong(table.sku, skus), lt(table.version, before));
  const [seenOffers, held, levels, figures, days] = await db.batch([
    db.select().from(offers).where(of(offers)),
    db
      .select()
      .from(quarantine)
      .where(and(of(quarantine), or(eq(quarantine.status, "open"), eq(quarantine.settledBy, "person")))),
    db.select().from(stock).where(of(stock)),
    db.select().from(aggregates).where(of(aggregates)),
    db
      .select()
      .from(demandDays)
      .where(and(of(demandDays), lt(demandDays.day, firstDayHeld(loss.heldFrom)))),
  ]);
  const seeds = [
    ...seenOffers.map(observed),
    ...levels.map(
      ({ sku, warehouse, units, at }): Seeded => ({
        kind: "inventory",
        source: SOURCE,
        receivedAt: now,
        row: {
          ...{ sku, warehouse, id: `${SOURCE}/${loss.runId}/${warehouse}` },
          ...{ type: "snapshot", effect: "set", quantity: units },
          // after the newest event that is in the level, so that none of those counts again; and not too late to count
          at: Math.max(at + 1, now - eventHours * HOUR_MS + HOUR_MS),
        },
      }),
    ),
    ...figures.map(
      ({ receivedAt, version: _, ...row }): Seeded => ({
        kind: "aggregates",
        source: SOURCE,
        receivedAt,
        row,
      }),
    ),
    ...days.map(
      ({ version: _, behaviour: __, period, promotions, ...row }): Seeded => ({
        kind: "demand",
        source: SOURCE,
        // whatever was posted since is newer
        receivedAt: loss.heldFrom,
        row: { ...row, ...demandExtras({ period, promotions }) },
      }),
    ),
  ];
  return [
    { seeds, decisions: seenOffers.map(believed) },
    { seeds: held.map(observed), decisions: held.flatMap(decided) },
  ];
}

type SeenOffer = typeof offers.$inferSelect;
type HeldRow = typeof quarantine.$inferSelect;

function believed({ sku, competitor, source, observedAt }: SeenOffer): QuarantineDecision {
  return { sku, id: quarantineId(sku, competitor, source, observedAt), action: "release" };
}

/** What a person decided about a row; none while it waits. */
function decided({ sku, id, status }: HeldRow): QuarantineDecision[] {
  if (status === "released") return [{ sku, id, action: "release" }];
  return status === "discarded" ? [{ sku, id, action: "discard" }] : [];
}

function observed(row: SeenOffer | HeldRow): Seeded {
  const { source, receivedAt, sku, competitor, price, landedPrice, availability, observedAt } = row;
  const seen = { sku, competitor, price, landedPrice, availability, observedAt };
  return { kind: "observations", source, receivedAt, row: seen };
}

/** The first civil day, in any time zone, of which the Inboxes hold every event. */
function firstDayHeld(heldFrom: number): string {
  return heldFrom === 0 ? "0000-01-01" : civilDay(heldFrom + 2 * DAY_MS, "UTC");
}

/** The rows as chunks, each of one kind, source and receipt, oldest first. */
function chunksOf(seeds: readonly Seeded[], id: string): ShardChunk[] {
  const groups = Map.groupBy(seeds, ({ kind, source, receivedAt }) => `${kind}/${receivedAt}/${source}`);
  return [...groups.entries()]
    .map(([key, group]) => {
      const [{ kind, source, receivedAt }] = group as [Seeded];
      const rows = group.map(({ row }, number) => ({ ...row, row: number }));
      return { kind, source, receivedAt, chunkId: `${id}/${key}#0`, rows } as ShardChunk;
    })
    .sort((a, b) => a.receivedAt - b.receivedAt);
}
