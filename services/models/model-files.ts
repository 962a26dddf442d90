import { bulkUpsert } from "../../db/bulk.ts";
import { elasticities, type forecasts as Forecasts, forecasts } from "../../db/schema.ts";
import type { ServiceContext } from "../context.ts";
import { getJson, type Lake, putJson } from "../runs/run-record.ts";

type Learned = typeof elasticities.$inferInsert;
type Predicted = typeof Forecasts.$inferInsert;

/** What a run learned of one shard's products, as it goes into the tables. */
export interface ModelFile {
  learned: Learned[];
  predicted: Predicted[];
}

function fileKey(runId: string, shard: number): string {
  return `models/${runId}/${String(shard).padStart(5, "0")}.json`;
}

/** Keeps what a run learned, so that it can be put in force, also again. */
export function keepModelFile({ lake }: Lake, runId: string, shard: number, file: ModelFile): Promise<void> {
  return putJson(lake, fileKey(runId, shard), file);
}

/** Writes what a run learned into the tables that decisions read, shard by shard. Repeating it changes nothing. */
export async function putInTables(ctx: ServiceContext, runId: string): Promise<number> {
  let products = 0;
  let cursor: string | undefined;
  do {
    const page = await ctx.lake.list({ prefix: `models/${runId}/`, ...(cursor && { cursor }) });
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
