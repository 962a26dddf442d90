import { and, eq, type InferInsertModel, isNotNull, isNull, lt, ne, or, sql } from "drizzle-orm";
import { bulkUpsert, excluded, overRows } from "../../db/bulk.ts";
import { events, signals } from "../../db/schema.ts";
import type { EventType } from "../../domain/messages/events.ts";
import type { SignalState } from "../../domain/messages/present.ts";

/** A signal as D1 holds it: a person may have acknowledged it, of which its shard knows nothing. */
export interface ProjectedSignal extends Omit<SignalState, "status"> {
  status: SignalState["status"] | "acknowledged";
}

/** What the statements answer of each signal that they wrote. */
export type SignalChange = Pick<ProjectedSignal, "id" | "status">;

/** What a signal says may change; what it is about may not. */
const CONTENT = [
  ...(["priority", "severity", "confidence", "message", "evidence"] as const),
  ...(["updatedAt", "resolvedAt", "noticeAt", "version"] as const),
] satisfies (keyof InferInsertModel<typeof signals>)[];

/** The shard knows open and resolved; that a person has acknowledged an open one is known here only. */
const isSameStatus = sql`${excluded(signals.status)} = ${signals.status}
  OR ${excluded(signals.status)} = 'open' AND ${eq(signals.status, "acknowledged")}`;

/** One that comes back soon after it was resolved is still what somebody has seen. */
const statusAfter = sql`CASE WHEN ${excluded(signals.status)} = 'open' AND ${signals.acknowledgedBy} IS NOT NULL
  THEN 'acknowledged' ELSE ${excluded(signals.status)} END`;

const COMMON = { update: CONTENT, newer: "version", returning: ["id", "status"] } as const;

/** `status` is indexed, so only the second statement sets it, and only where it changes. */
const IN_STATUS = { ...COMMON, where: isSameStatus };
const CHANGING_STATUS = { ...COMMON, set: { status: statusAfter } };

/** The statements that write signals, and first the events of those that are newer than what is stored. */
export function signalStatements(d1: D1Database, states: readonly SignalState[]): D1PreparedStatement[] {
  const rows = states.map((state) => ({ ...state, noticeAt: state.notice?.at ?? null }));
  return [
    ...tellOfSignals(d1, states.flatMap(toldOf)),
    ...bulkUpsert(d1, signals, rows, IN_STATUS),
    ...bulkUpsert(d1, signals, rows, CHANGING_STATUS),
  ];
}

/** A signal that nobody was notified of has no events. */
function toldOf(state: SignalState) {
  const { id, sku, status, version, notice, updatedAt } = state;
  if (notice === undefined) return [];
  const { competitor, type: signal, priority, severity, confidence, message, evidence } = state;
  const type: EventType = status === "resolved" ? "signal.resolved" : `signal.${notice.why}`;
  const content = { id, signal, sku, competitor, status, priority, severity, confidence, message, evidence };
  return [{ id, sku, type, version, noticeAt: notice.at, at: updatedAt, data: JSON.stringify(content) }];
}

/** One event for each new notice, and for the end of what was noticed. A state that is projected again tells nothing. */
const tellOfSignals = overRows(
  ["id", "sku", "type", "version", "noticeAt", "at", "data"],
  (db, { table, id, sku, type, version, noticeAt, at, data }) => {
    const isNotice = sql`coalesce(${signals.noticeAt}, ${signals.updatedAt}, 0) < ${noticeAt}`;
    const hasEnded = and(isNotNull(signals.noticeAt), ne(signals.status, "resolved"));
    const isNews = sql`CASE ${type} WHEN 'signal.resolved' THEN ${hasEnded} ELSE ${isNotice} END`;
    const told = db
      .select({ seq: sql<number>`NULL`, type, at, sku, subject: id, data, earlier: sql`NULL` })
      .from(table)
      .leftJoin(signals, eq(signals.id, sql`${id}`))
      .where(and(or(isNull(signals.id), lt(signals.version, version)), isNews))
      .orderBy(at, id);
    return db.insert(events).select(told as never);
  },
);
