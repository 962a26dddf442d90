import { bulkUpsert } from "../../db/bulk.ts";
import { elasticities, type forecasts as Forecasts, forecasts } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";
import { getJson, type Lake, putJson } from "../runs/run-record.ts";

type Learned = typeof elasticities.$inferInsert;
type Predicted = typeof Forecasts.$inferInsert;

/**
 * What a run learned of one shard's products, as it goes into the tables. The rows of forecasts name the run and its shard:
 * the bucket keeps the forecasts themselves as long as these files (services/runs/learned-store.ts).
 */
export interface ModelFile {
  learned: Learned[];
  predicted: Predicted[];
}

/** Under this the bucket keeps what each run learned. */
export const MODEL_FILES = "models/";

function fileKey(runId: string, shard: number): string {
  return `${MODEL_FILES}${runId}/${String(shard).padStart(5, "0")}.json`;
}

/** Keeps what a run learned, so that it can be put in force, also again. */
export function keepModelFile({ lake }: Lake, runId: string, shard: number, file: ModelFile): Promise<void> {
  return putJson(lake, fileKey(runId, shard), file);
}

/** Whether what a run learned is still kept. */
export async function hasModelFiles({ lake }: Lake, runId: string): Promise<boolean> {
  return (await lake.list({ prefix: `${MODEL_FILES}${runId}/`, limit: 1 })).objects.length > 0;
}

/** Writes what a run learned into the tables that decisions read, shard by shard. Repeating it changes nothing. */
export async function putInTables(ctx: ServiceContext, runId: string): Promise<number> {
  let products = 0;
  let cursor: string | undefined;
  do {
    const page = await ctx.lake.list({ prefix: `${MODEL_FILES}${runId}/`, ...(cursor && { cursor }) });
    for (const { key } of page.objects) {
      const { learned, predicted } = await getJson<ModelFile>(ctx.lake, key);
      const statements = [
        ...bulkUpsert(ctx.d1, elasticities, learned),
        ...bulkUpsert(ctx.d1, forecasts, predicted),
      ];
      if (statements.length > 0) await ctx.d1.batch(statements);
      products += learned.length;
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
  return products;
}
