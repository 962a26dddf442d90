import { DAY_MS } from "../../domain/base/time.ts";
import { RETENTION_PARTS, type RetentionPart } from "../../domain/runs/phases.ts";
import type { ServiceContext } from "../context.ts";
import type { ShardJob, ShardResult } from "../runs/run-record.ts";
import { endArchives } from "./archive.ts";
import { removeDemand } from "./demand.ts";
import { thinElasticities } from "./elasticity-history.ts";
import { removeModelFiles } from "./model-files.ts";
import { ROW_RULES, removeRows } from "./rows.ts";
import { removeRunFiles, removeRuns } from "./run-files.ts";

/** First phase of a retention run, one shard for each part: archives and removes what is older than the settings say. */
export async function retainPart(ctx: ServiceContext, { run, shard }: ShardJob): Promise<ShardResult> {
  const part = RETENTION_PARTS[shard]!;
  const removed = await removePart(ctx, part, run);
  return { statements: [], counts: { part, removed } };
}

function removePart(ctx: ServiceContext, part: RetentionPart, run: ShardJob["run"]): Promise<number> {
  const { asOf, dryRun, settings } = run;
  const { retention } = settings;
  if (part in ROW_RULES) return removeRows(ctx, part as keyof typeof ROW_RULES, { asOf, dryRun }, retention);
  if (dryRun) return Promise.resolve(0);
  switch (part) {
    case "elasticityHistory":
      return thinElasticities(ctx, asOf - retention.dailyElasticityDays * DAY_MS);
    case "runFiles":
      return removeRunFiles(ctx, asOf, retention);
    case "demand":
      return removeDemand(ctx, asOf, settings);
    case "models":
      return removeModelFiles(ctx, asOf, retention);
    case "runs":
      return removeRuns(ctx, asOf, retention);
    default:
      return endArchives(ctx.lake, asOf - retention.archiveDays * DAY_MS);
  }
}
