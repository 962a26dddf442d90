import { and, count, eq, isNull, max, min, sql, sum } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { is, type ListPage, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { lakeParts } from "../../db/schema.ts";
import { LAKE_TABLE_NAMES, LAKE_TABLES, type LakeTableName } from "../../domain/lake/tables.ts";
import type { InboxPort } from "../ports.ts";
import { readLakeState } from "./lake-state.ts";

/** What the lake holds, by table, and how far it has come. `waiting`: chunks of posted rows that it does not have yet. */
export async function readLake(db: Database, inboxes: Pick<InboxPort, "loads">) {
  const [state, sums, loads] = await Promise.all([
    readLakeState({ db }),
    db
      .select({
        ...{ table: lakeParts.tableName, parts: count(), rows: sum(lakeParts.rows).mapWith(Number) },
        bytes: sum(lakeParts.bytes).mapWith(Number),
        ...{ firstDate: min(lakeParts.date), lastDate: max(lakeParts.date) },
      })
      .from(lakeParts)
      .where(isNull(lakeParts.replacedAt))
      .groupBy(lakeParts.tableName),
    inboxes.loads(),
  ]);
  const byTable = new Map(sums.map((one) => [one.table, one]));
  const tables = LAKE_TABLE_NAMES.map((name) => {
    const { parts = 0, rows = 0, bytes = 0, firstDate = null, lastDate = null } = byTable.get(name) ?? {};
    return { name, columns: LAKE_TABLES[name].columns, parts, rows, bytes, firstDate, lastDate };
  });
  const waiting = loads.reduce((total, { forLake }) => total + forLake, 0);
  return { pass: state.pass, exportedAt: state.pass === 0 ? null : state.at, waiting, tables };
}

export const LAKE_FILE_LIST = {
  source: sql`${lakeParts}`,
  id: lakeParts.key,
  sorts: { key: lakeParts.key, date: lakeParts.date, rows: lakeParts.rows, bytes: lakeParts.bytes },
  sort: "key",
  search: [lakeParts.key],
  facets: { table: lakeParts.tableName },
} as const satisfies ListShape;

export type LakeFile = typeof lakeParts.$inferSelect;

/** One page of the files that the lake consists of. */
export function listLakeFiles(
  db: Database,
  query: ListQuery,
  { table, date }: { table?: LakeTableName | undefined; date?: string | undefined },
): Promise<ListPage<{ file: LakeFile }>> {
  const filters = [isNull(lakeParts.replacedAt), is(lakeParts.tableName, table), is(lakeParts.date, date)];
  return readPage(db, LAKE_FILE_LIST, query, filters, ({ place, cut }) =>
    cut(
      db
        .select({ file: lakeParts, ...place })
        .from(lakeParts)
        .$dynamic(),
    ),
  );
}

/** The bytes of a listed file; null if the lake has none of that key. */
export async function readLakeFile(db: Database, lake: R2Bucket, key: string): Promise<R2ObjectBody | null> {
  const [part] = await db
    .select({ key: lakeParts.key })
    .from(lakeParts)
    .where(and(eq(lakeParts.key, key), isNull(lakeParts.replacedAt)));
  return part === undefined ? null : lake.get(part.key);
}
