import { and, eq, lt } from "drizzle-orm";
import { isAmong, overRows } from "../../db/bulk.ts";
import { products } from "../../db/schema.ts";
import { INBOX_COUNT } from "../../domain/base/sharding.ts";
import type { ShardPage } from "../../domain/messages/shard-page.ts";
import { reanchor } from "../chains/reanchor.ts";
import type { ServiceContext } from "../context.ts";
import type { Ports } from "../ports.ts";
import { oursOutbox } from "../pricing/price-news.ts";
import { countsOf, type ShardJob, type ShardResult } from "../runs/run-record.ts";
import { shardAddresses } from "./generations.ts";
import { projectWhole } from "./reproject.ts";
import { movedBefore } from "./reshard.ts";
import { seedShard } from "./seed.ts";

/** Prices named in a run's counts; all that differ are counted. */
const NAMED_MAX = 100;

/** A price that was in force, as a shard was told, and that the restored database knows nothing of. Minor units. */
interface LostPrice {
  sku: string;
  lost: number;
  inForce: number;
}

/** When a restore begins to deliver again what the Inboxes hold, ms. */
function restoredFrom(scope: unknown): number {
  return (scope as { since?: number }).since ?? 0;
}

/**
 * Brings D1 and one shard together again, whichever of them lost something. A shard whose object is new gets what D1 still
 * has of its SKUs. Products get versions above those that the shard knows, and are sent to it: what the database says of
 * our own side is in force. Then all that the shard holds is projected.
 */
export async function reconcileShard(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { ports, run, skus } = job;
  const address = (await shardAddresses(ctx.db))[job.shard]!;
  const found = await ports.upkeep.standing(address);
  if (found.movedTo !== null) throw movedBefore(found.movedTo);
  const loss = { runId: run.id, address, standing: found, skus, heldFrom: await heldFrom(ports) };
  const given = await seedShard(ctx, ports, loss);
  const standing = await ports.upkeep.beginEpoch(address, run.id);
  const lost: LostPrice[] = [];
  const counts = { behind: 0, unknown: 0 };
  const { skus: projected, rows } = await projectWhole(ctx, ports, address, standing, async (page) => {
    const behind = await raiseProducts(ctx, page);
    counts.behind += behind.raised;
    counts.unknown += behind.unknown;
    lost.push(...behind.lost);
  });
  await ports.upkeep.knowAll(address);
  return {
    statements: [],
    counts: {
      ...counts,
      given,
      skus: projected,
      rows,
      lostPrices: lost.length,
      lost: lost.slice(0, NAMED_MAX),
    },
  };
}

/** From when on every Inbox holds all that it accepted, ms. */
async function heldFrom(ports: Pick<Ports, "inboxes">): Promise<number> {
  const held = await Promise.all(
    Array.from({ length: INBOX_COUNT }, (_, inbox) => ports.inboxes.heldFrom(inbox)),
  );
  return Math.max(...held);
}

/** Raises the versions of products that the shard knows in a later one than the database. */
async function raiseProducts(
  ctx: ServiceContext,
  page: ShardPage,
): Promise<{ raised: number; unknown: number; lost: LostPrice[] }> {
  const known = await readVersions(ctx, page);
  const behind = page.products.filter(({ sku, version }) => version > (known.get(sku)?.version ?? version));
  if (behind.length > 0)
    await ctx.d1.batch([
      ...setVersions(
        ctx.d1,
        behind.map(({ sku, version }) => ({ sku, version: version + 1 })),
      ),
      ...oursOutbox(
        ctx,
        behind.map(({ sku }) => sku),
      ),
    ]);
  const lost = behind.flatMap(({ sku, price }): LostPrice[] => {
    const inForce = known.get(sku)!.price;
    return inForce === price ? [] : [{ sku, lost: price, inForce }];
  });
  return {
    raised: behind.length,
    unknown: page.products.filter(({ sku }) => !known.has(sku)).length,
    lost,
  };
}

async function readVersions({ db }: ServiceContext, page: ShardPage) {
  const rows = await db
    .select({ sku: products.sku, version: products.version, price: products.price })
    .from(products)
    .where(
      isAmong(
        products.sku,
        page.products.map(({ sku }) => sku),
      ),
    );
  return new Map(rows.map((row) => [row.sku, row]));
}

const setVersions = overRows(["sku", "version"], (db, seen) =>
  db
    .update(products)
    .set({ version: seen.version })
    .from(seen.table)
    .where(and(eq(products.sku, seen.sku), lt(products.version, seen.version))),
);

/** Has every Inbox deliver again what it accepted since the restored instant; the shards know what they took before. */
export async function redeliver(_: ServiceContext, { ports, run }: ShardJob): Promise<ShardResult> {
  let chunks = 0;
  for (let inbox = 0; inbox < INBOX_COUNT; inbox++)
    chunks += await ports.inboxes.redeliver(inbox, restoredFrom(run.scope));
  return { statements: [], counts: { chunks } };
}

/** Ends a restore: the chains are anchored where they are now, and the run says what it found. */
export async function anchorChains(ctx: ServiceContext, { ports, run }: ShardJob): Promise<ShardResult> {
  const shards = await countsOf(ctx, run.id);
  const sum = (name: string) => shards.reduce((total, counts) => total + Number(counts[name] ?? 0), 0);
  const lost = shards.flatMap((counts) => (counts.lost as LostPrice[] | undefined) ?? []);
  const counts = {
    ...{ skus: sum("skus"), rows: sum("rows"), givenToLostShards: sum("given"), redelivered: sum("chunks") },
    ...{ productsBehind: sum("behind"), unknownProducts: sum("unknown"), lostPrices: sum("lostPrices") },
    lost: lost.slice(0, NAMED_MAX),
  };
  const anchored = await reanchor({ ...ctx, vault: ports.vault }, run.id, counts);
  return { statements: [], counts: {}, run: { counts: { ...counts, ...anchored } } };
}
