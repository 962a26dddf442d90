import { eq, type InferInsertModel, sql } from "drizzle-orm";
import { bulkUpsert, excluded } from "../../db/bulk.ts";
import { signals } from "../../db/schema.ts";
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
  ...(["updatedAt", "resolvedAt", "version"] as const),
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

export function signalStatements(d1: D1Database, states: readonly SignalState[]): D1PreparedStatement[] {
  return [...bulkUpsert(d1, signals, states, IN_STATUS), ...bulkUpsert(d1, signals, states, CHANGING_STATUS)];
}
