import { and, asc, desc, eq, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteSelect } from "drizzle-orm/sqlite-core";
import type { Database } from "./database.ts";

/** What a list of the API can be sorted, searched and counted by. */
export interface ListShape {
  /** the tables that filters, search and facets read, as they stand behind FROM */
  source: SQL;
  /** never the same in two rows: it settles the order of rows that are otherwise equal */
  id: SQLiteColumn | SQL;
  /** by name; none may be NULL */
  sorts: Readonly<Record<string, SQLiteColumn | SQL>>;
  /** the order if none is asked for: a name of `sorts`, with `-` in front for descending */
  sort: string;
  /** rows of one sorted value come in the order of their ids by themselves, and sorting by these would read all */
  isInOrder?: boolean;
  /** the columns that `q` is looked for in */
  search: readonly Searched[];
  facets: Readonly<Record<string, SQLiteColumn | SQL>>;
}

/** A column, or what stands for one under its name. */
type Searched = SQLiteColumn | { name: string; value: SQL };

/** Where a page begins: the sorted value and the id of the last row of the page before. */
export type Place = readonly [value: string | number, id: string | number];

export interface ListQuery {
  limit: number;
  after?: Place | undefined;
  q?: string | undefined;
  sort?: string | undefined;
  /** names of facets to count */
  facets?: readonly string[] | undefined;
}

/** How often each value of a column occurs among the rows of a list. */
type Facets = Record<string, { value: string | number | null; count: number }[]>;

export interface ListPage<Row> {
  rows: Row[];
  /** null on the last page */
  next: Place | null;
  /** of the whole list; only on its first page */
  total?: number;
  facets?: Facets;
}

/** What makes a query of all rows the query for one page. */
interface PageCut {
  /** to be selected beside the row */
  place: { sortedBy: SQL.Aliased<string | number>; rowId: SQL.Aliased<string | number> };
  /** keeps the rows of the page, in its order */
  cut: <T extends SQLiteSelect>(query: T) => T;
}

type Placed = { sortedBy: string | number; rowId: string | number };

const FACET_VALUES_MAX = 200;

/**
 * One page of a list, and on the first page how many rows it has in all.
 *
 * @param filters the conditions of the list's own filters
 * @param select the query for all rows, cut to the page
 */
export async function readPage<Row extends Placed>(
  db: Database,
  shape: ListShape,
  query: ListQuery,
  filters: readonly (SQL | undefined)[],
  select: (page: PageCut) => PromiseLike<Row[]>,
): Promise<ListPage<Row>> {
  const among = and(...filters, query.q ? isFound(shape.search, query.q) : undefined);
  const { sorted, isDescending } = sortOf(shape, query.sort ?? shape.sort);
  const direction = isDescending ? desc : asc;
  const rows = await select({
    place: {
      sortedBy: sql<string | number>`${sorted}`.as("sorted_by"),
      rowId: sql<string | number>`${shape.id}`.as("row_id"),
    },
    // one row more than asked for shows whether another page follows
    cut: (all) =>
      all
        .where(amongPage(shape, query, filters))
        .orderBy(direction(sorted), ...(shape.isInOrder ? [] : [direction(shape.id)]))
        .limit(query.limit + 1),
  });
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const next = rows.length > query.limit && last ? ([last.sortedBy, last.rowId] as const) : null;
  if (query.after) return { rows: shown, next };
  const [total, facets] = await Promise.all([
    next === null ? shown.length : countRows(db, shape, among),
    readFacets(db, shape, among, query.facets),
  ]);
  return { rows: shown, next, total, ...(facets && { facets }) };
}

/** The ids of all rows of a list, in its order. */
export async function readIds(
  db: Database,
  shape: ListShape,
  { q, sort }: Pick<ListQuery, "q" | "sort">,
  filters: readonly (SQL | undefined)[],
): Promise<string[]> {
  const among = and(...filters, q ? isFound(shape.search, q) : undefined);
  const { sorted, isDescending } = sortOf(shape, sort ?? shape.sort);
  const direction = isDescending ? desc : asc;
  const rows = await db.all<{ id: string }>(
    sql`SELECT ${shape.id} AS id FROM ${shape.source} WHERE ${among ?? sql`true`}
      ORDER BY ${direction(sorted)}, ${direction(shape.id)}`,
  );
  return rows.map(({ id }) => id);
}

/** One page of the ids of a list, in its order; `next`: where the following page begins, null on the last one. */
export async function readIdPage(
  db: Database,
  shape: ListShape,
  { limit, after, q, sort }: Omit<ListQuery, "facets">,
  filters: readonly (SQL | undefined)[],
): Promise<{ ids: string[]; next: Place | null }> {
  const { sorted, isDescending } = sortOf(shape, sort ?? shape.sort);
  const direction = isDescending ? desc : asc;
  const rows = await db.all<{ id: string; sorted_by: string | number }>(
    sql`SELECT ${shape.id} AS id, ${sorted} AS sorted_by FROM ${shape.source}
      WHERE ${amongPage(shape, { after, q, sort }, filters) ?? sql`true`}
      ORDER BY ${direction(sorted)}, ${direction(shape.id)} LIMIT ${limit + 1}`,
  );
  const ids = rows.slice(0, limit).map(({ id }) => id);
  const last = rows[limit - 1];
  return { ids, next: rows.length > limit && last ? [last.sorted_by, last.id] : null };
}

/** How many rows of a list stand behind a place; from its beginning without one. */
export function countFrom(
  db: Database,
  shape: ListShape,
  query: Pick<ListQuery, "q" | "sort" | "after">,
  filters: readonly (SQL | undefined)[],
): Promise<number> {
  return countRows(db, shape, amongPage(shape, query, filters));
}

function amongPage(
  shape: ListShape,
  { q, sort, after }: Pick<ListQuery, "q" | "sort" | "after">,
  filters: readonly (SQL | undefined)[],
): SQL | undefined {
  const { sorted, isDescending } = sortOf(shape, sort ?? shape.sort);
  return and(
    ...filters,
    q ? isFound(shape.search, q) : undefined,
    after && isAfter(sorted, shape.id, after, isDescending),
  );
}

/** The condition of a filter; none if it was not given. */
export function is<T extends SQLiteColumn>(column: T, value: T["_"]["data"] | undefined): SQL | undefined;
export function is<V>(expression: SQL<V>, value: V | undefined): SQL | undefined;
export function is(compared: SQLiteColumn | SQL, value: unknown): SQL | undefined {
  return value === undefined ? undefined : eq(compared as SQL, value);
}

function sortOf(shape: ListShape, sort: string): { sorted: SQLiteColumn | SQL; isDescending: boolean } {
  const isDescending = sort.startsWith("-");
  const sorted = shape.sorts[isDescending ? sort.slice(1) : sort];
  if (sorted === undefined) throw new Error(`no such order: ${sort}`);
  return { sorted, isDescending };
}

/** Rows behind a place. The first comparison alone lets SQLite begin there in the index. */
function isAfter(
  sorted: SQLiteColumn | SQL,
  id: SQLiteColumn | SQL,
  [value, last]: Place,
  isDescending: boolean,
): SQL | undefined {
  const [reached, behind] = isDescending ? [sql.raw("<="), sql.raw("<")] : [sql.raw(">="), sql.raw(">")];
  return and(
    sql`${sorted} ${reached} ${value}`,
    or(sql`${sorted} ${behind} ${value}`, sql`${id} ${behind} ${last}`),
  );
}

/** The text occurs in one of the columns, in capitals or not. (A pattern of LIKE may have 50 bytes in D1.) */
export function isFound(columns: readonly Searched[], text: string): SQL | undefined {
  return or(
    ...columns.map((column) => {
      const value = "value" in column ? column.value : column;
      return sql`(instr(lower(${value}), lower(${text})) > 0 OR instr(${value}, ${text}) > 0)`;
    }),
  );
}

async function countRows(db: Database, { source }: ListShape, among: SQL | undefined): Promise<number> {
  const { total } = await db.get<{ total: number }>(
    sql`SELECT count(*) AS total FROM ${source} WHERE ${among ?? sql`true`}`,
  );
  return total;
}

/** How often each value of the named facets occurs; none if none are named. */
export async function readFacets(
  db: Database,
  { source, facets }: ListShape,
  among: SQL | undefined,
  names: readonly string[] | undefined,
): Promise<Facets | undefined> {
  if (!names) return undefined;
  const counted = names.map(async (name) => {
    const values = await db.all<Facets[string][number]>(
      sql`SELECT ${facets[name]} AS value, count(*) AS count FROM ${source} WHERE ${among ?? sql`true`}
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${FACET_VALUES_MAX}`,
    );
    return [name, values] as const;
  });
  return Object.fromEntries(await Promise.all(counted));
}
