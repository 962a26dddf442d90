import { sql } from "drizzle-orm";
import { is, type ListQuery, type ListShape, readPage } from "../../db/list.ts";
import { models } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";
import type { ModelRecord } from "./model-of-run.ts";

export const MODEL_LIST = {
  source: sql`${models}`,
  id: models.id,
  sorts: { createdAt: models.createdAt, version: models.version },
  sort: "-createdAt",
  search: [models.id, models.runId, models.dataHash],
  facets: { kind: models.kind, status: models.status },
} as const satisfies ListShape;

/** One page of the versions. */
export async function listModels(
  { db }: ServiceContext,
  query: ListQuery,
  { kind, status }: { kind?: ModelRecord["kind"] | undefined; status?: ModelRecord["status"] | undefined },
) {
  return readPage(
    db,
    MODEL_LIST,
    query,
    [is(models.kind, kind), is(models.status, status)],
    ({ place, cut }) =>
      cut(
        db
          .select({ model: models, ...place })
          .from(models)
          .$dynamic(),
      ),
  );
}
