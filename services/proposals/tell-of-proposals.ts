import { type SQL, sql } from "drizzle-orm";
import { events, proposals } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import type { EventType } from "../../domain/messages/events.ts";
import type { ServiceContext } from "../context.ts";
import { TOLD_COLUMNS } from "./proposal-event.ts";

const { effectiveAt: _effectiveAt, until: _until, ...PLAIN_COLUMNS } = TOLD_COLUMNS;

const TOLD = sql.join(
  Object.entries(PLAIN_COLUMNS).flatMap(([name, column]) => [sql.raw(`'${name}'`), sql`${column}`]),
  sql.raw(", "),
);

/**
 * One event for each proposal that meets the condition where the statement stands in its batch: for changes that name
 * their proposals by a condition, not one by one.
 */
export function tellOfProposals(
  { d1, db, now }: Pick<ServiceContext, "d1" | "db" | "now">,
  type: EventType & `proposal.${string}`,
  condition: SQL | undefined,
): D1PreparedStatement {
  const told = db
    .select({
      seq: sql<number>`NULL`.as("seq"),
      type: sql<EventType>`${type}`.as("type"),
      at: sql<number>`${now}`.as("at"),
      sku: sql<string>`${proposals.sku}`.as("sku"),
      subject: sql<string>`${proposals.id}`.as("subject"),
      data: sql<Record<string, unknown>>`json_object(${TOLD})`.as("data"),
      earlier: sql<null>`NULL`.as("earlier"),
    })
    .from(proposals)
    .where(condition)
    .orderBy(proposals.sku);
  return prepare(d1, db.insert(events).select(told));
}
