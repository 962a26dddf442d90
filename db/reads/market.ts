import { and, between, count, desc, eq, gte, inArray, isNull, lte, type SQL, sql } from "drizzle-orm";
import { HOUR_MS } from "../../domain/base/time.ts";
import type { Database } from "../database.ts";
import { is, type ListQuery, type ListShape, readIds, readPage } from "../list.ts";
import { competitors, demandDays, offers, products, signals } from "../schema.ts";

export type SignalRecord = typeof signals.$inferSelect;

export const SIGNAL_LIST = {
  source: sql`${signals} LEFT JOIN ${products} ON ${products.sku} = ${signals.sku}`,
  id: signals.id,
  sorts: {
    openedAt: signals.openedAt,
    updatedAt: signals.updatedAt,
    // the most urgent is priority 1
    priority: signals.priority,
    severity: signals.severity,
    confidence: signals.confidence,
    type: signals.type,
    sku: signals.sku,
    competitor: sql`coalesce(${signals.competitor}, '')`,
  },
  sort: "-openedAt",
  search: [signals.sku, products.title, products.brand, signals.competitor, signals.type, signals.message],
  facets: {
    status: signals.status,
    type: signals.type,
    priority: signals.priority,
    competitor: signals.competitor,
    category: products.category,
    brand: products.brand,
    assignee: signals.assignee,
    /** the hour of the day in which it opened, UTC */
    hour: sql<number>`(${signals.openedAt} / ${HOUR_MS}) % 24`,
  },
} as const satisfies ListShape;

/** Whose move a signal is: the competitor's, or where none made it, the product's own. */
export const MOVER = sql<string>`coalesce('c' || coalesce(${signals.competitor}, json_extract(${signals.evidence}, '$.mover')), 's' || ${signals.sku})`;

/** How large the change is that a signal tells of, or else the gap: per cent, without its sign; 0 if it tells of neither. */
export const CHANGE = sql<number>`abs(coalesce(json_extract(${signals.evidence}, '$.changePct'), json_extract(${signals.evidence}, '$.gapPct'), 0))`;

/** The id of a group names whose move it is, and when its first and last signal opened, ms. */
function isOfMove(id: string): SQL {
  const [from, to, ...mover] = id.split(".");
  return sql`${MOVER} = ${mover.join(".")} AND ${signals.openedAt} BETWEEN ${Number(from) || 0} AND ${Number(to) || 0}`;
}

export interface SignalFilter {
  status?: SignalRecord["status"] | undefined;
  type?: string | undefined;
  sku?: string | undefined;
  competitor?: string | undefined;
  category?: string | undefined;
  /** 1 is the most urgent: `minPriority=2` asks for 1 and 2 */
  minPriority?: number | undefined;
  /** of the change or gap that the signal tells of, per cent */
  minGap?: number | undefined;
  /** the id of a group: the signals of one move */
  move?: string | undefined;
  /** a person's address, or NOBODY */
  assignee?: string | undefined;
}

/** As an assignee: signals that nobody sees to yet. */
export const NOBODY = "none";

/** The query of a list of signals. */
export type SignalQuery = SignalFilter & { q?: string | undefined; sort?: string | undefined };

/** The ids of all signals of a list's query that meet a further condition, in its order. */
export function listSignalIds(db: Database, query: SignalQuery, condition: SQL | undefined) {
  return readIds(db, SIGNAL_LIST, query, [...signalFilters(query), condition]);
}

export function signalFilters(filter: SignalFilter) {
  const { status, type, sku, competitor, category, minPriority, minGap, move, assignee } = filter;
  return [
    is(signals.status, status),
    is(signals.type, type),
    is(signals.sku, sku),
    is(signals.competitor, competitor),
    is(products.category, category),
    minPriority === undefined ? undefined : lte(signals.priority, minPriority),
    minGap === undefined ? undefined : gte(CHANGE, minGap),
    move === undefined ? undefined : isOfMove(move),
    assignee === NOBODY ? isNull(signals.assignee) : is(signals.assignee, assignee),
  ];
}

/** One page of signals with their product's title. */
export async function listSignals(db: Database, query: ListQuery, filter: SignalFilter) {
  return readPage(db, SIGNAL_LIST, query, signalFilters(filter), ({ place, cut }) =>
    cut(
      db
        .select({ signal: signals, title: products.title, ...place })
        .from(signals)
        .leftJoin(products, eq(products.sku, signals.sku))
        .$dynamic(),
    ),
  );
}

export async function readSignal(
  db: Database,
  id: string,
): Promise<{ signal: SignalRecord; title: string | null } | null> {
  const [row] = await db
    .select({ signal: signals, title: products.title })
    .from(signals)
    .leftJoin(products, eq(products.sku, signals.sku))
    .where(eq(signals.id, id));
  return row ?? null;
}

/** Days of demand of a SKU, oldest first. */
export async function listDemand(db: Database, sku: string, from: string, to: string) {
  return db
    .select()
    .from(demandDays)
    .where(and(eq(demandDays.sku, sku), between(demandDays.day, from, to)))
    .orderBy(demandDays.day);
}

export const COMPETITOR_LIST = {
  source: sql`${competitors}`,
  id: competitors.id,
  sorts: { id: competitors.id, name: competitors.name, firstSeenAt: competitors.firstSeenAt },
  sort: "id",
  search: [competitors.id, competitors.name, competitors.domain],
  facets: { include: competitors.include, isNew: competitors.isNew },
} as const satisfies ListShape;

/** One page of competitors. */
export async function listCompetitors(db: Database, query: ListQuery) {
  return readPage(db, COMPETITOR_LIST, query, [], ({ place, cut }) =>
    cut(
      db
        .select({ competitor: competitors, ...place })
        .from(competitors)
        .$dynamic(),
    ),
  );
}

/** How many signals are open, by type and priority: of all products, or of one category. */
export async function countOpenSignals(db: Database, category?: string) {
  const ofCategory = db.select({ sku: products.sku }).from(products).where(is(products.category, category));
  return db
    .select({ type: signals.type, priority: signals.priority, count: count() })
    .from(signals)
    .where(
      and(eq(signals.status, "open"), category === undefined ? undefined : inArray(signals.sku, ofCategory)),
    )
    .groupBy(signals.type, signals.priority)
    .orderBy(signals.priority, desc(count()));
}

/** The SKUs that have offers, if there are no more than `most`; else null. */
export async function skusWithOffers(db: Database, most: number): Promise<string[] | null> {
  const rows = await db
    .selectDistinct({ sku: offers.sku })
    .from(offers)
    .limit(most + 1);
  return rows.length > most ? null : rows.map(({ sku }) => sku);
}
