import { and, eq, isNull, lt, lte, max, or, sql } from "drizzle-orm";
import { type Database, database } from "../../db/database.ts";
import { endpoints, events } from "../../db/schema.ts";
import type { CourierPort } from "../ports.ts";

/** After a commit that wrote events, and every minute: wakes the couriers of all receivers that are behind. */
export async function dispatchEvents(d1: D1Database, couriers: CourierPort, now: number): Promise<void> {
  const due = await endpointsBehind(database(d1), now);
  await Promise.all(due.map((id) => couriers.wake(endpointTarget(id))));
}

/** What the courier of an endpoint is called. */
function endpointTarget(id: string): string {
  return `endpoint:${id}`;
}

async function endpointsBehind(db: Database, now: number): Promise<string[]> {
  const newest = db.select({ seq: max(events.seq) }).from(events);
  const isDue = or(isNull(endpoints.nextTryAt), lte(endpoints.nextTryAt, now));
  const rows = await db
    .select({ id: endpoints.id })
    .from(endpoints)
    .where(and(eq(endpoints.status, "enabled"), lt(endpoints.cursor, sql`(${newest})`), isDue));
  return rows.map(({ id }) => id);
}
