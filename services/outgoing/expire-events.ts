import { and, asc, inArray, lt, max, sql } from "drizzle-orm";
import { events } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";
import { readSettings } from "../settings/settings.ts";

/** Rows of one statement, and statements of one pass: together more than any hour writes. */
const EXPIRE_ROWS = 5_000;
const EXPIRE_ROUNDS_MAX = 40;

/** Deletes the events that are older than the settings keep them, from the oldest on; the newest stays. Answers how many. */
export async function expireEvents({ d1, db, now }: ServiceContext): Promise<number> {
  const { settings } = await readSettings(d1);
  const oldest = db.select().from(events).orderBy(asc(events.seq)).limit(EXPIRE_ROWS).as("oldest");
  const newest = db.select({ seq: max(events.seq) }).from(events);
  const over = db
    .select({ seq: oldest.seq })
    .from(oldest)
    .where(and(lt(oldest.at, now - settings.eventKeepDays * DAY_MS), sql`${oldest.seq} < (${newest})`));
  let deleted = 0;
  for (let round = 0; round < EXPIRE_ROUNDS_MAX; round++) {
    const { meta } = await db.delete(events).where(inArray(events.seq, over));
    deleted += meta.changes;
    if (meta.changes < EXPIRE_ROWS) break;
  }
  return deleted;
}
