import { eq, sql } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { endpoints } from "../../db/schema.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import type { EndpointStatus } from "../../domain/messages/events.ts";

export type EndpointRecord = typeof endpoints.$inferSelect;

export const ENDPOINT_LIST = {
  source: sql`${endpoints}`,
  id: endpoints.id,
  sorts: { name: endpoints.name, createdAt: endpoints.createdAt },
  sort: "name",
  search: [endpoints.name, endpoints.url],
  facets: { status: endpoints.status },
} as const satisfies ListShape;

/** One page of endpoints. */
export async function listEndpoints(db: Database, query: ListQuery, status: EndpointStatus | undefined) {
  return readPage(db, ENDPOINT_LIST, query, [is(endpoints.status, status)], ({ place, cut }) =>
    cut(
      db
        .select({ endpoint: endpoints, ...place })
        .from(endpoints)
        .$dynamic(),
    ),
  );
}

export async function findEndpoint(db: Database, id: string): Promise<EndpointRecord | null> {
  const [found] = await db.select().from(endpoints).where(eq(endpoints.id, id));
  return found ?? null;
}

/** @throws ProblemError `not_found` */
export async function existingEndpoint({ db }: { db: Database }, id: string): Promise<EndpointRecord> {
  const found = await findEndpoint(db, id);
  if (!found) throw new ProblemError("not_found", "no such endpoint");
  return found;
}
