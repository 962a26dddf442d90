import { and, asc, eq } from "drizzle-orm";
import { runShards } from "../../db/schema.ts";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { civilDay } from "../../domain/base/time.ts";
import type { LearnedKind } from "../../domain/messages/names.ts";
import { decisionHash } from "../../domain/pricing/decision/decision.ts";
import type { RunManifest } from "../../domain/runs/manifest.ts";
import {
  addFit,
  addPaired,
  type FitFigures,
  type FitSums,
  figuresOf,
  gateFailures,
  isWorse,
  NO_FIT,
  NO_PAIRED,
  type PairedSums,
} from "../../domain/runs/model-fit.ts";
import { phaseNumber } from "../../domain/runs/phases.ts";
import type { SkuDigest } from "../../domain/runs/replay-run.ts";
import type { ServiceContext } from "../context.ts";
import { getJson, type RunRecord, resultKey } from "../runs/run-record.ts";
import { doneShards } from "../runs/shard-list.ts";
import type { ModelRecord } from "./model-of-run.ts";

/** What speaks for a version. Plain JSON. */
export interface ModelMetrics {
  products: number;
  identified: number;
  /** on the last two weeks, beside the model that was in force */
  fit: FitFigures;
  activeFit: FitFigures;
  /** why it should not take the place of the model in force */
  failures: string[];
  /** of a challenger: by category */
  categories?: unknown;
  /** of a price gate or a matcher: as measured before its release */
  measured?: Record<string, number>;
}

/** What an elasticity run counts of a shard for its version. */
export interface ModelCounts {
  fit: FitSums;
  activeFit: FitSums;
  paired: PairedSums;
  dataHash: string;
  firstDay: string | null;
  lastDay: string | null;
}

const FINISHED = phaseNumber("elasticity", "finish");

/** A run's data and metrics, the same for each of its models. */
export interface Learned {
  state: Pick<
    ModelRecord,
    "runId" | "asOf" | "codeVersion" | "configHash" | "dataHash" | "trainedFrom" | "trainedTo"
  >;
  metrics: ModelMetrics;
  /** of a challenger by category; undefined where the settings choose none */
  challengers: unknown;
}

/** What a run learned, its gates, and whether it is worse than what is in force by more than chance. */
export async function learnedBy(
  ctx: ServiceContext,
  run: RunRecord,
  { codeVersion, configHash }: RunManifest,
) {
  const shards = await ctx.db
    .select({ counts: runShards.counts })
    .from(runShards)
    .where(and(eq(runShards.runId, run.id), eq(runShards.phase, FINISHED), eq(runShards.status, "done")))
    .orderBy(asc(runShards.shard));
  const counts = shards.flatMap(({ counts: one }) => (one as { model?: ModelCounts } | null)?.model ?? []);
  const sumOf = (name: string) =>
    shards.reduce(
      (all, { counts: one }) => all + Number((one as Record<string, unknown> | null)?.[name] ?? 0),
      0,
    );
  const fit = figuresOf(counts.reduce((sum, one) => addFit(sum, one.fit), NO_FIT));
  const activeFit = figuresOf(counts.reduce((sum, one) => addFit(sum, one.activeFit), NO_FIT));
  const paired = counts.reduce((sum, one) => addPaired(sum, one.paired), NO_PAIRED);
  const days = counts
    .flatMap(({ firstDay, lastDay }) => [firstDay, lastDay])
    .filter((day) => day !== null)
    .sort();
  const failures = gateFailures(fit, activeFit);
  const learned: Learned = {
    state: {
      ...{ runId: run.id, asOf: run.asOf, codeVersion, configHash },
      dataHash: sha256Hex(counts.map(({ dataHash }) => dataHash).join("\n")),
      ...{
        trainedFrom: days[0] ?? null,
        trainedTo: days.at(-1) ?? civilDay(run.asOf, run.settings.timeZone),
      },
    },
    metrics: { products: sumOf("elasticities"), identified: sumOf("identified"), fit, activeFit, failures },
    challengers: (run.counts as { challengers?: unknown }).challengers,
  };
  return { learned, failures, isRefused: failures.length > 0 && isWorse(paired) };
}

/** The hash of what the run learned; null if that is nothing. */
export async function learnedHash(ctx: ServiceContext, run: RunRecord): Promise<string | null> {
  const digests: SkuDigest[] = [];
  for (const shard of await doneShards(ctx, run.id, FINISHED))
    digests.push(...(await getJson<SkuDigest[]>(ctx.lake, resultKey(run.id, "decisions", shard))));
  return digests.length === 0 ? null : decisionHash(digests);
}

/** The models of a run. */
export function kindsOf({ challengers }: Learned): LearnedKind[] {
  return challengers ? ["elasticity", "challenger"] : ["elasticity"];
}

export function metricsOf(kind: LearnedKind, { metrics, challengers }: Learned): ModelMetrics {
  return kind === "challenger" ? { ...metrics, categories: challengers } : metrics;
}
