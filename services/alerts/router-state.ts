import { bulkUpsert } from "../../db/bulk.ts";
import { keptStates } from "../../db/schema.ts";
import type { HourCount } from "../../domain/outgoing/alerts/when.ts";

/** Under which name the router's state is kept. */
export const ROUTER = "alerts";

/** How far the router has come among the events, and how much each channel has had in its hour. */
export interface RouterState {
  cursor: number;
  hours: Record<string, HourCount>;
}

const UNLESS_KNOWN = { update: [] };

/** With the first rule: the router begins after the newest event. */
export function beginRouting(d1: D1Database, newest: number): D1PreparedStatement[] {
  const value: RouterState = { cursor: newest, hours: {} };
  return bulkUpsert(d1, keptStates, [{ name: ROUTER, value }], UNLESS_KNOWN);
}
