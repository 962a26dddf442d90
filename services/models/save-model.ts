import { sql } from "drizzle-orm";
import { bulkUpsert, excluded, jsonTable } from "../../db/bulk.ts";
import { elasticities, elasticityHistory, products } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import type { StoredReport } from "../../domain/runs/learned.ts";
import type { ServiceContext } from "../context.ts";
import type { ShardJob, ShardResult } from "../runs/run-record.ts";
import type { ModelStanding } from "./judge-model.ts";
import { type ModelFile, readModelFile } from "./model-files.ts";

/**
 * Last phase of an elasticity run: stores what it learned, if it is in force. Of what is not, only products get an
 * elasticity that have none. An older snapshot never overwrites a newer one.
 */
export async function saveModelShard(ctx: ServiceContext, { run, shard }: ShardJob): Promise<ShardResult> {
  const { model } = run.counts as { model?: ModelStanding };
  if (model === undefined) return { statements: [], counts: {} };
  const { learned } = await readModelFile(ctx, { runId: run.id, shard }, model.inForce);
  const { d1, now } = ctx;
  if (model.why !== undefined)
    return { statements: bulkUpsert(d1, elasticities, learned, { update: [] }), counts: {} };
  const isNewer = sql`${excluded(elasticities.asOf)} >= ${elasticities.asOf}`;
  const reports = learned.map(({ report }) => report as StoredReport);
  const statements = [
    ...bulkUpsert(d1, elasticities, learned, { where: isNewer }),
    ...courseOf(d1, learned),
    ...saveSensitivities(d1, reports, now),
  ];
  return { statements, counts: {} };
}

function courseOf(d1: D1Database, learned: ModelFile["learned"]): D1PreparedStatement[] {
  const course = learned.map(({ report: _, runId: __, ...row }) => ({ ...row, runId: "" }));
  return bulkUpsert(d1, elasticityHistory, course, { update: [] });
}

/** The sensitivity is part of the shard product (it sets a signal's priority): a change of it is sent to the shard. */
function saveSensitivities(
  d1: D1Database,
  reports: readonly StoredReport[],
  now: number,
): D1PreparedStatement[] {
  const learned = jsonTable("learned", ["sku", "sensitivity"], reports);
  const differs = sql`${products.sku} = ${learned.sku} AND ${products.sensitivity} IS NOT ${learned.sensitivity}`;
  return [
    prepare(
      d1,
      sql`INSERT INTO outbox (kind, key, body, created_at, attempts)
        SELECT 'ours', min(${products.sku}), json_group_array(${products.sku}), ${now}, 0
        FROM ${learned.table} JOIN ${products} ON ${differs} HAVING count(*) > 0`,
    ),
    prepare(
      d1,
      sql`UPDATE ${products} SET sensitivity = ${learned.sensitivity}, version = version + 1
        FROM ${learned.table} WHERE ${differs}`,
    ),
  ];
}
