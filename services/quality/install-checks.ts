import { desc, isNull, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import {
  elasticities,
  forecasts,
  lakeParts,
  offers,
  products,
  signals,
  sources,
  stock,
} from "../../db/schema.ts";
import { iso } from "../../domain/contract/answers.ts";
import { type SourceTrouble, troublesOf } from "../../domain/delivery/source.ts";
import { verifyChains } from "../chains/verify.ts";
import { giveWay } from "../give-way.ts";
import { checkMart } from "../marts/check-marts.ts";
import { DAY_MARTS, type MartName } from "../marts/names.ts";
import { type FailingRow, findingOf, type QualityCheck, type QualityContext, queryCheck } from "./check.ts";

/** SKUs whose projection is compared with their shard. */
const SAMPLE_SKUS = 40;
/** Files of the lake that are looked up, the newest. */
const SAMPLE_FILES = 40;
/** What is asked of objects or of the bucket at once. */
const WAVE = 8;

/** Tables whose rows are of a product. */
const OF_PRODUCTS = [
  ["offers", offers, offers.sku],
  ["stock", stock, stock.sku],
  ["elasticities", elasticities, elasticities.sku],
  ["forecasts", forecasts, forecasts.sku],
] as const;

async function troubledSources(ctx: QualityContext, wanted: readonly SourceTrouble[]): Promise<FailingRow[]> {
  const rows = await ctx.db.select().from(sources);
  return rows.flatMap((source) => {
    const troubles = troublesOf(source, ctx.now).filter((trouble) => wanted.includes(trouble));
    if (troubles.length === 0) return [];
    return [
      {
        ...{ source: source.id, trouble: troubles.join(", ") },
        newest: source.lastBatchAt === null ? null : iso(source.lastBatchAt),
        ...{ rejected: source.rejectedShare, quarantined: source.quarantinedShare },
      },
    ];
  });
}

async function inWaves<T, R>(
  ctx: QualityContext,
  items: readonly T[],
  ask: (item: T) => Promise<R[]>,
): Promise<R[]> {
  const found: R[] = [];
  for (let start = 0; start < items.length; start += WAVE) {
    found.push(...(await Promise.all(items.slice(start, start + WAVE).map(ask))).flat());
    await giveWay(ctx);
  }
  return found;
}

/** Offers in D1 that are not what their shards say, of SKUs drawn again each time. */
async function wrongProjections(ctx: QualityContext): Promise<FailingRow[]> {
  const skus = await ctx.db
    .selectDistinct({ sku: offers.sku })
    .from(offers)
    .where(sql`${offers.sku} >= (SELECT ${products.sku} FROM ${products} LIMIT 1
      OFFSET ${Math.floor(ctx.random() * 1e9)} % max(1, (SELECT count(*) - ${SAMPLE_SKUS} FROM ${products})))`)
    .orderBy(offers.sku)
    .limit(SAMPLE_SKUS);
  const names = skus.map(({ sku }) => sku);
  const stored = await ctx.db.select().from(offers).where(isAmong(offers.sku, names));
  return inWaves(ctx, names, async (sku) => {
    const inShard = await ctx.shardOffers(sku);
    const inD1 = new Map(stored.filter((row) => row.sku === sku).map((row) => [row.competitor, row]));
    const differ = inShard.filter((offer) => {
      const row = inD1.get(offer.competitor);
      inD1.delete(offer.competitor);
      return (
        row?.price !== offer.price ||
        row.landedPrice !== offer.landedPrice ||
        row.availability !== offer.availability
      );
    });
    const wrong = differ.map(({ competitor, price }) => ({ sku, competitor, shard: price }));
    return [
      ...wrong,
      ...[...inD1.values()].map(({ competitor, price }) => ({ sku, competitor, projected: price })),
    ];
  });
}

/** Files that the lake lists and the bucket does not have, or not in that size. */
async function missingFiles(ctx: QualityContext): Promise<FailingRow[]> {
  const parts = await ctx.db
    .select()
    .from(lakeParts)
    .where(isNull(lakeParts.replacedAt))
    .orderBy(desc(lakeParts.writtenAt))
    .limit(SAMPLE_FILES);
  return inWaves(ctx, parts, async ({ key, bytes, sha256 }) => {
    const object = await ctx.lake.head(key);
    const isGood = object?.size === bytes && object.customMetadata?.sha256 === sha256;
    return isGood ? [] : [{ key, listed: bytes, found: object?.size ?? null }];
  });
}

/** What the install itself must be like. */
export const INSTALL_CHECKS: readonly QualityCheck[] = [
  {
    ...{ name: "sources_fresh", area: "install" },
    description: "No source has been silent for longer than three of its usual gaps, or an hour",
    run: async (ctx) => findingOf(await troubledSources(ctx, ["silent"])),
  },
  {
    ...{ name: "sources_sound", area: "install" },
    description: "Few of a source's rows are rejected or quarantined, and not all are zero or sold out",
    run: async (ctx) =>
      findingOf(await troubledSources(ctx, ["failing", "all_zero", "all_out_of_stock", "much_quarantined"])),
  },
  {
    ...{ name: "projection_equals_shard", area: "install" },
    description: `The offers of ${SAMPLE_SKUS} SKUs, drawn again each time, are what their shards say`,
    run: async (ctx) => findingOf(await wrongProjections(ctx)),
  },
  {
    ...{ name: "chains_sound", area: "install" },
    description: "Ledger and audit hold, and so do the prices in force",
    async run(ctx) {
      const { bad } = await verifyChains(ctx);
      return findingOf(bad === null ? [] : [{ part: bad.part, at: bad.at, reason: bad.reason }]);
    },
  },
  queryCheck(
    {
      ...{ name: "rows_have_products", area: "install" },
      description: "Offers, stock, elasticities, forecasts and open signals are of products in the catalogue",
    },
    () => {
      const orphan = (name: string, from: unknown, sku: unknown, and = sql``) =>
        sql`SELECT ${name} AS "table", ${sku} AS sku FROM ${from}
          WHERE NOT EXISTS (SELECT 1 FROM ${products} WHERE ${products.sku} = ${sku}) ${and}`;
      const open = sql`AND ${signals.status} IN ('open', 'acknowledged')`;
      const parts = [
        ...OF_PRODUCTS.map(([name, table, sku]) => orphan(name, table, sku)),
        orphan("signals", signals, signals.sku, open),
      ];
      return sql.join(parts, sql` UNION ALL `);
    },
  ),
  {
    ...{ name: "lake_files_there", area: "install" },
    description: "The newest files that the lake lists are in the bucket as they were written",
    run: async (ctx) => findingOf(await missingFiles(ctx)),
  },
  {
    ...{ name: "marts_valid", area: "install" },
    description: "The marts pass their own checks: not null, unique, accepted values, relations, sums",
    async run(ctx) {
      const rows: FailingRow[] = [];
      for (const mart of Object.keys(DAY_MARTS) as MartName[]) {
        for (const { name, kind, failing, examples } of await checkMart(ctx, mart))
          if (failing > 0)
            rows.push({ mart, check: `${kind}: ${name}`, failing, examples: examples.join("; ") });
        await giveWay(ctx);
      }
      return findingOf(rows);
    },
  },
];
