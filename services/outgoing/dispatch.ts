import { and, eq, exists, isNull, lt, lte, max, or, type SQL, sql } from "drizzle-orm";
import { type Database, database } from "../../db/database.ts";
import {
  alertChannels,
  alertDigests,
  alertMessages,
  alertRules,
  endpoints,
  events,
  keptStates,
} from "../../db/schema.ts";
import { ROUTER } from "../alerts/router-state.ts";
import type { CourierPort } from "../ports.ts";

/** After a commit that wrote events, and every minute: wakes the couriers of all who are behind. */
export async function dispatchEvents(d1: D1Database, couriers: CourierPort, now: number): Promise<void> {
  const db = database(d1);
  const [endpointRows, routers, channels] = await db.batch([
    endpointsBehind(db, now),
    routerBehind(db),
    channelsBehind(db, now),
  ]);
  const targets = [
    ...endpointRows.map(({ id }) => `endpoint:${id}`),
    ...routers.map(() => "alerts:router"),
    ...channels.map(({ id }) => `channel:${id}`),
  ];
  await Promise.all(targets.map((target) => couriers.wake(target)));
}

function newestSeq(db: Database): SQL {
  return sql`(${db.select({ seq: max(events.seq) }).from(events)})`;
}

function endpointsBehind(db: Database, now: number) {
  const isDue = or(isNull(endpoints.nextTryAt), lte(endpoints.nextTryAt, now));
  return db
    .select({ id: endpoints.id })
    .from(endpoints)
    .where(and(eq(endpoints.status, "enabled"), lt(endpoints.cursor, newestSeq(db)), isDue));
}

/** The router of alerts, if there are rules and events that it has not seen. */
function routerBehind(db: Database) {
  const inForce = db.select({ id: alertRules.id }).from(alertRules).where(eq(alertRules.enabled, true));
  return db
    .select({ name: keptStates.name })
    .from(keptStates)
    .where(
      and(
        eq(keptStates.name, ROUTER),
        sql`json_extract(${keptStates.value}, '$.cursor') < ${newestSeq(db)}`,
        exists(inForce),
      ),
    );
}

function channelsBehind(db: Database, now: number) {
  const { id, status, nextTryAt } = alertChannels;
  const message = db
    .select({ seq: alertMessages.seq })
    .from(alertMessages)
    .where(eq(alertMessages.channelId, id));
  const digest = db
    .select({ at: alertDigests.dueAt })
    .from(alertDigests)
    .where(and(eq(alertDigests.channelId, id), lte(alertDigests.dueAt, now)));
  return db
    .select({ id })
    .from(alertChannels)
    .where(
      and(
        ...[eq(status, "enabled"), or(isNull(nextTryAt), lte(nextTryAt, now))],
        or(exists(message), exists(digest)),
      ),
    );
}
