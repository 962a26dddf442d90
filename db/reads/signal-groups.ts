import { and, eq, type SQL, sql } from "drizzle-orm";
import { MINUTE_MS } from "../../domain/base/time.ts";
import { SIGNAL_TYPES } from "../../domain/messages/names.ts";
import { isAmong } from "../bulk.ts";
import type { Database } from "../database.ts";
import { isFound, type ListPage, type ListQuery, readFacets } from "../list.ts";
import { products, signals } from "../schema.ts";
import { CHANGE, MOVER, SIGNAL_LIST, type SignalFilter, type SignalRecord, signalFilters } from "./market.ts";

/** Signals that open after a longer pause than this are of another move: a crawl takes a while. */
const PAUSE_MS = 30 * MINUTE_MS;

/** A move: signals of one competitor at a time. A product: all signals of it. */
export type GroupedBy = "move" | "product";

/** What one move of a competitor opened, or what happened to one product. */
export interface SignalGroup {
  id: string;
  /** signals */
  count: number;
  products: number;
  /** how many of each type */
  types: Record<string, number>;
  /** when its first and last signal opened, ms */
  from: number;
  to: number;
}

/** The most telling signal of a group, and the group. */
interface GroupedSignal {
  signal: SignalRecord;
  title: string | null;
  group: SignalGroup;
}

interface GroupRow extends Omit<SignalGroup, "types"> {
  types: string;
  sortedBy: number;
  /** signals of the largest change */
  shown: string;
  total: number;
}

/** What groups can be sorted by; of a group it is the newest, the most urgent or the most severe of its signals. */
export const GROUP_SORTS: ReadonlySet<string> = new Set(
  ["openedAt", "priority", "severity"].flatMap((name) => [name, `-${name}`]),
);

/**
 * One page of groups. By move: signals of the same competitor (or of a product, where no competitor moved) that opened
 * without a longer pause. Each is shown by its signal with the largest change.
 */
export async function listSignalGroups(
  db: Database,
  query: ListQuery,
  filter: SignalFilter & { groupBy: GroupedBy },
): Promise<ListPage<GroupedSignal>> {
  const among = and(...signalFilters(filter), query.q ? isFound(SIGNAL_LIST.search, query.q) : undefined);
  const sort = query.sort ?? SIGNAL_LIST.sort;
  const isDescending = sort.startsWith("-");
  const measure = { openedAt: sql`max(at)`, priority: sql`min(priority)`, severity: sql`max(severity)` }[
    sort.replace("-", "")
  ]!;
  const rows = await db.all<GroupRow>(
    sql`SELECT * FROM (
      SELECT min(at) || '.' || max(at) || '.' || mover AS id, count(*) AS count, count(DISTINCT sku) AS products,
        json_object(${sql.join(TYPE_COUNTS, sql`, `)}) AS types, min(at) AS "from", max(at) AS "to",
        ${measure} AS "sortedBy", max(printf('%015.4f', change) || id) AS shown, count(*) OVER () AS total
      FROM (${placed(among, filter.groupBy)}) GROUP BY mover, n
    ) WHERE ${query.after ? isAfter(query.after, isDescending) : sql`true`}
    ORDER BY "sortedBy" ${sql.raw(isDescending ? "DESC" : "ASC")}, id LIMIT ${query.limit + 1}`,
  );
  const facets = query.after ? undefined : await readFacets(db, SIGNAL_LIST, among, query.facets);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    rows: await withSignals(db, page),
    next: rows.length > query.limit && last ? [last.sortedBy, last.id] : null,
    ...(query.after ? {} : { total: rows[0]?.total ?? 0, ...(facets && { facets }) }),
  };
}

const TYPE_COUNTS = SIGNAL_TYPES.map((type) => sql`${sql.raw(`'${type}', sum(type = '${type}')`)}`);

/** The signals with the number of their group among those of the same mover. */
function placed(among: SQL | undefined, by: GroupedBy): SQL {
  const [mover, pauseMs] =
    by === "move" ? [MOVER, PAUSE_MS] : [sql`('s' || ${signals.sku})`, Number.MAX_SAFE_INTEGER - 1];
  const found = sql`SELECT ${signals.id} AS id, ${signals.sku} AS sku, ${signals.type} AS type,
      ${signals.priority} AS priority, ${signals.severity} AS severity, ${signals.openedAt} AS at,
      ${mover} AS mover, ${CHANGE} AS change
    FROM ${SIGNAL_LIST.source} WHERE ${among ?? sql`true`}`;
  const begun = sql`SELECT *, coalesce(at - lag(at) OVER (PARTITION BY mover ORDER BY at, id), ${pauseMs} + 1)
      > ${pauseMs} AS begins FROM (${found})`;
  return sql`SELECT *, sum(begins) OVER (PARTITION BY mover ORDER BY at, id) AS n FROM (${begun})`;
}

function isAfter([value, id]: NonNullable<ListQuery["after"]>, isDescending: boolean): SQL {
  const behind = sql.raw(isDescending ? "<" : ">");
  return sql`("sortedBy" ${behind} ${value} OR ("sortedBy" = ${value} AND id > ${id}))`;
}

/** Digits of a change in front of the id of its signal. */
const CHANGE_DIGITS = 15;

async function withSignals(db: Database, groups: readonly GroupRow[]): Promise<GroupedSignal[]> {
  const shown = groups.map((group) => group.shown.slice(CHANGE_DIGITS));
  const found = new Map<string, Omit<GroupedSignal, "group">>();
  const rows = await db
    .select({ signal: signals, title: products.title })
    .from(signals)
    .leftJoin(products, eq(products.sku, signals.sku))
    .where(isAmong(signals.id, shown));
  for (const row of rows) found.set(row.signal.id, row);
  return groups.flatMap(({ id, count, products, types, from, to }, i) => {
    const counted = Object.entries(JSON.parse(types) as Record<string, number>).filter(([, n]) => n > 0);
    const one = found.get(shown[i]!);
    const group = { id, count, products, types: Object.fromEntries(counted), from, to };
    return one === undefined ? [] : [{ ...one, group }];
  });
}
