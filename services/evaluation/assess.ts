import { bulkUpsert } from "../../db/bulk.ts";
import { evaluations } from "../../db/schema.ts";
import { civilDay, dayNumber } from "../../domain/base/time.ts";
import { joinClusters } from "../../domain/evaluation/measure.ts";
import { type Return, repricingReturn } from "../../domain/experiments/hold-out.ts";
import type { ServiceContext } from "../context.ts";
import { assessTests } from "../experiments/assess-tests.ts";
import { getJson, resultKey, type ShardJob, type ShardResult } from "../runs/run-record.ts";
import { doneShards } from "../runs/shard-list.ts";
import { startRun } from "../runs/start-run.ts";
import { type DriftFindings, driftOf, reactToDrift } from "./assess-drift.ts";
import type { ShardMeasure } from "./measure.ts";
import { saveOutcomes } from "./outcomes.ts";

/** What an evaluation found. Plain JSON. */
export interface Findings {
  currency: string;
  /** what repricing earned by the hold-out; null without one, or while it is too early */
  return: Return | null;
  priced: number;
  heldOut: number;
  /** absent in evaluations that did not look for it */
  drift?: DriftFindings;
}

/** Second phase of an evaluation: puts together what the shards measured, and acts on it. */
export async function assessRun(ctx: ServiceContext, job: ShardJob): Promise<ShardResult> {
  const { id, settings, asOf, dryRun } = job.run;
  const parts: ShardMeasure[] = [];
  for (const shard of await doneShards(ctx, id, 0))
    parts.push(await getJson<ShardMeasure>(ctx.lake, resultKey(id, "measured", shard)));
  const returns = parts.flatMap((part) => part.returns);
  const [heldOut, priced] = [true, false].map((kept) => returns.filter((one) => one.heldOut === kept));
  const civil = civilDay(asOf, settings.timeZone);
  const today = dayNumber(civil);
  const drift = await driftOf(
    ctx,
    parts.map((part) => part.drift),
    settings,
    { today, civil },
  );
  if (!dryRun)
    await reactToDrift(ctx, drift, settings, (reason) =>
      startRun(ctx, { kind: "elasticity", retrain: { trigger: "drift", reason }, objectOf: () => 0 }),
    );
  const findings: Findings = {
    currency: settings.currency,
    return: repricingReturn(priced!, heldOut!),
    ...{ priced: priced!.length, heldOut: heldOut!.length, drift },
  };
  const outcomes = saveOutcomes(
    ctx,
    parts.map((part) => part.outcomes),
    settings,
  );
  const figures = (testId: string) => joinClusters(parts.flatMap(({ tests }) => tests[testId] ?? []));
  const tests = dryRun ? 0 : await assessTests(ctx, figures);
  const row = { day: civil, runId: id, at: asOf, findings };
  return {
    statements: dryRun ? [] : [...bulkUpsert(ctx.d1, evaluations, [row]), ...outcomes.statements],
    counts: { shards: parts.length },
    run: {
      counts: {
        ...{ heldOut: findings.heldOut, tests, gain: findings.return?.gain ?? null },
        ...{ outcomes: outcomes.measured, alarms: outcomes.alarms, drift: drift.findings.length },
      },
    },
  };
}
