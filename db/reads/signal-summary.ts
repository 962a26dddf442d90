import { and, type SQL, sql } from "drizzle-orm";
import { DAY_MS, HOUR_MS } from "../../domain/base/time.ts";
import type { Database } from "../database.ts";
import { isFound } from "../list.ts";
import { signals } from "../schema.ts";
import { CHANGE, SIGNAL_LIST, type SignalFilter, signalFilters } from "./market.ts";

/** What the signals of a list come to. */
interface SignalSummary {
  signals: number;
  /** of high priority */
  urgent: number;
  /** that opened in the last hour, and in the last 24 */
  openedLastHour: number;
  openedLastDay: number;
  /** products with two or more undercuts among these signals */
  repeatUndercuts: number;
  /** the most frequent first; `meanChange`: per cent, without its sign, null where signals of the type tell of none */
  types: { type: string; signals: number; urgent: number; products: number; meanChange: number | null }[];
}

type Opened = Pick<SignalSummary, "openedLastHour" | "openedLastDay">;

/** Undercuts of one product that count as repeated. */
const REPEATED_MIN = 2;

/** Adds the signals of a list's query up. */
export async function summariseSignals(
  db: Database,
  filter: SignalFilter & { q?: string | undefined },
  now: number,
): Promise<SignalSummary> {
  const among = and(...signalFilters(filter), filter.q ? isFound(SIGNAL_LIST.search, filter.q) : undefined);
  const found: SQL = sql`FROM ${SIGNAL_LIST.source} WHERE ${among ?? sql`true`}`;
  const [types, repeated] = await Promise.all([
    db.all<SignalSummary["types"][number] & Opened>(
      sql`SELECT ${signals.type} AS type, count(*) AS signals, sum(${signals.priority} = 1) AS urgent,
        count(DISTINCT ${signals.sku}) AS products, avg(nullif(${CHANGE}, 0)) AS "meanChange",
        sum(${signals.openedAt} >= ${now - HOUR_MS}) AS "openedLastHour",
        sum(${signals.openedAt} >= ${now - DAY_MS}) AS "openedLastDay"
        ${found} GROUP BY 1 ORDER BY 2 DESC, 1`,
    ),
    db.get<{ products: number }>(
      sql`SELECT count(*) AS products FROM (SELECT 1 ${found} AND ${signals.type} = 'UNDERCUT'
        GROUP BY ${signals.sku} HAVING count(*) >= ${REPEATED_MIN})`,
    ),
  ]);
  const sum = (name: "signals" | "urgent" | keyof Opened) =>
    types.reduce((total, row) => total + row[name], 0);
  return {
    ...{ signals: sum("signals"), urgent: sum("urgent"), repeatUndercuts: repeated.products },
    ...{ openedLastHour: sum("openedLastHour"), openedLastDay: sum("openedLastDay") },
    types: types.map(({ openedLastHour: _, openedLastDay: __, ...row }) => row),
  };
}
