import { and, asc, eq, inArray, isNotNull, isNull, lt, sql } from "drizzle-orm";
import { bulkInsert, isAmong } from "../../db/bulk.ts";
import { lakeErasures, lakeParts } from "../../db/schema.ts";
import { commitBatch, guardCount, prepare } from "../../db/write.ts";
import { HOUR_MS, MINUTE_MS } from "../../domain/base/time.ts";
import { byDate, type LakeRow, type LakeTableName } from "../../domain/lake/tables.ts";
import type { ServiceContext } from "../context.ts";
import { endLease, readLakeState, takeLease, unshow } from "./lake-state.ts";
import { showManifest } from "./manifest.ts";
import { readParquet } from "./parquet.ts";
import { type LakePart, passName, sha256Of, writePart } from "./write-parts.ts";

type Context = Pick<ServiceContext, "d1" | "db" | "lake" | "now">;
type StoredPart = typeof lakeParts.$inferSelect;

/** A file with more rows is large enough: it is not merged again. */
const FULL_ROWS = 100_000;
/** Files of one date that are worth merging. */
const PARTS_MIN = 4;
/** Merges of one call, and files looked at for visitors that are to be erased: bounds its work. */
const MERGES_MAX = 20;
const LOOKED_AT_MAX = 50;
/** What an erased visitor did is in the lake after this time, if it was under way when that was asked for. */
const UNDER_WAY_MS = HOUR_MS;
/** A file that was merged is kept so long for a reader that has the old manifest. */
const KEPT_MS = 10 * MINUTE_MS;

/**
 * Keeps the lake small: merges the small files of a table and date into one, takes out the hashes of visitors that were
 * erased, and deletes what was replaced. A merge lists the new file and strikes the old ones in one batch, so that a row is
 * listed once at every moment.
 */
export async function compactLake(ctx: Context): Promise<{ merged: number; deleted: number }> {
  const state = await takeLease(ctx);
  if (state === null) return { merged: 0, deleted: 0 };
  try {
    await eraseVisitors(ctx);
    let merged = 0;
    for (const group of await smallParts(ctx)) {
      await replaceParts(ctx, group, (rows) => rows);
      merged += group.length;
    }
    const deleted = await deleteReplaced(ctx);
    const { pass, shown, isOpen } = await readLakeState(ctx);
    if (!isOpen && shown !== pass) await showManifest(ctx, pass);
    return { merged, deleted };
  } finally {
    await endLease(ctx);
  }
}

/** Files that are to become one, by table and date. */
async function smallParts({ db }: Context): Promise<StoredPart[][]> {
  const isSmall = and(isNull(lakeParts.replacedAt), lt(lakeParts.rows, FULL_ROWS));
  const crowded = await db
    .select({ tableName: lakeParts.tableName, date: lakeParts.date })
    .from(lakeParts)
    .where(isSmall)
    .groupBy(lakeParts.tableName, lakeParts.date)
    .having(sql`count(*) >= ${PARTS_MIN}`)
    .limit(MERGES_MAX);
  const groups: StoredPart[][] = [];
  for (const { tableName, date } of crowded) {
    const parts = await db
      .select()
      .from(lakeParts)
      .where(and(eq(lakeParts.tableName, tableName), eq(lakeParts.date, date), isSmall))
      .orderBy(asc(lakeParts.key));
    let rows = 0;
    groups.push(
      parts.filter((part) => {
        rows += part.rows;
        return rows <= 2 * FULL_ROWS;
      }),
    );
  }
  return groups.filter((group) => group.length > 1);
}

/** Writes the rows of some files as one new file. @throws Error if a file is not as it was written */
async function replaceParts(
  ctx: Context,
  parts: readonly StoredPart[],
  change: (rows: LakeRow[]) => LakeRow[],
): Promise<void> {
  const { d1, db, now } = ctx;
  const [first] = parts as [StoredPart];
  const table = first.tableName as LakeTableName;
  const rows: LakeRow[] = [];
  for (const part of parts) for (const row of await readPart(ctx, part)) rows.push(row);
  const pass = Math.max(...parts.map((part) => part.pass));
  const keys = parts.map(({ key }) => key);
  // the same files always become the same file, and never one that is there
  const mark = (await sha256Of(new TextEncoder().encode(keys.join("\n")))).slice(0, 8);
  const written: LakePart[] = [];
  for (const [date, group] of byDate(table, change(rows)))
    written.push(await writePart(ctx, { table, date, name: `${passName(pass)}-${mark}`, pass }, group));
  const live = and(isAmong(lakeParts.key, keys), isNull(lakeParts.replacedAt));
  await commitBatch(d1, [
    guardCount(d1, db.$count(lakeParts, live), keys.length),
    prepare(d1, db.update(lakeParts).set({ replacedAt: now }).where(live)),
    ...bulkInsert(d1, lakeParts, written),
    prepare(d1, unshow({ db })),
  ]);
}

/** The rows of a listed file. @throws Error if it is gone or not as it was written */
export async function readPart(
  { lake }: Pick<Context, "lake">,
  { key, tableName, sha256 }: Pick<StoredPart, "key" | "tableName" | "sha256">,
  columns?: readonly string[],
): Promise<LakeRow[]> {
  const object = await lake.get(key);
  if (object === null) throw new Error(`${key} is listed and not in the bucket`);
  const bytes = await object.arrayBuffer();
  if ((await sha256Of(bytes)) !== sha256) throw new Error(`${key} is not as it was written`);
  return readParquet(tableName as LakeTableName, bytes, columns);
}

/** Takes the hashes of visitors out of the files of the time until they were erased, and a little later. */
async function eraseVisitors(ctx: Context): Promise<void> {
  const { db, now } = ctx;
  const asked = await db
    .select()
    .from(lakeErasures)
    .where(lt(lakeErasures.askedAt, now - UNDER_WAY_MS));
  if (asked.length === 0) return;
  const visitors = new Set<unknown>(asked.map(({ visitor }) => visitor));
  const until = Math.max(...asked.map(({ askedAt }) => askedAt)) + UNDER_WAY_MS;
  const parts = await db
    .select()
    .from(lakeParts)
    .where(
      and(eq(lakeParts.tableName, "events"), isNull(lakeParts.replacedAt), lt(lakeParts.writtenAt, until)),
    )
    .orderBy(asc(lakeParts.writtenAt))
    .limit(LOOKED_AT_MAX);
  for (const part of parts) {
    const hide = (row: LakeRow) => (visitors.has(row.visitor) ? { ...row, visitor: null } : row);
    const found = await readPart(ctx, part, ["visitor"]);
    if (found.some(({ visitor }) => visitors.has(visitor)))
      await replaceParts(ctx, [part], (rows) => rows.map(hide));
    else await db.update(lakeParts).set({ writtenAt: now }).where(eq(lakeParts.key, part.key));
  }
  if (parts.length < LOOKED_AT_MAX)
    await db.delete(lakeErasures).where(
      inArray(
        lakeErasures.visitor,
        asked.map(({ visitor }) => visitor),
      ),
    );
}

/** Deletes files that were replaced a while ago, and then their rows. */
async function deleteReplaced({ db, lake, now }: Context): Promise<number> {
  const old = await db
    .select({ key: lakeParts.key })
    .from(lakeParts)
    .where(and(isNotNull(lakeParts.replacedAt), lt(lakeParts.replacedAt, now - KEPT_MS)))
    .limit(1_000);
  const keys = old.map(({ key }) => key);
  if (keys.length === 0) return 0;
  await lake.delete(keys);
  await db.delete(lakeParts).where(isAmong(lakeParts.key, keys));
  return keys.length;
}
