import { addDaySums } from "../../domain/learning/elasticity/day-sums.ts";
import type { CategoryDays } from "../../domain/runs/identify.ts";
import type { ServiceContext } from "../context.ts";
import { getJson, putJson, resultKey, type ShardJob, type ShardResult } from "./run-record.ts";
import { doneShards } from "./shard-list.ts";

/** Second phase of an elasticity run: adds up what each category did day by day. */
export async function gatherDays(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id } = job.run;
  const days: CategoryDays = {};
  const shards = await doneShards(ctx, id, 0);
  for (const shard of shards)
    addDaySums(days, await getJson<CategoryDays>(ctx.lake, resultKey(id, "days-of", shard)));
  await putJson(ctx.lake, resultKey(id, "days", 0), days);
  return { statements: [], counts: { shards: shards.length } };
}
