import { desc, lt } from "drizzle-orm";
import { evaluations } from "../../db/schema.ts";
import { HOUR_MS } from "../../domain/base/time.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import {
  assessDrift,
  DRIFT_FEATURES,
  type DriftDay,
  type DriftFeature,
  type DriftFinding,
  type Histogram,
  joinHistograms,
  stabilityIndex,
} from "../../domain/evaluation/drift.ts";
import { type DriftPart, driftDay, joinParts } from "../../domain/evaluation/drift-part.ts";
import type { OverrideKind } from "../../domain/messages/names.ts";
import type { DriftReaction } from "../../domain/settings/drift.ts";
import type { Settings } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";
import { createOverride } from "../overrides/create-override.ts";

/** What an evaluation says of the drift. Plain JSON. */
export interface DriftFindings {
  day: DriftDay;
  histograms: Record<DriftFeature, Histogram>;
  findings: (DriftFinding & { acted: { reaction: DriftReaction; overrideId?: string }[] })[];
}

/** Evaluations that drift looks back on, and those whose values are the baseline of the inputs. */
const LOOK_BACK = 40;
const BASELINE = 30;
const BASELINE_LEAST = 7;

/** Compares the day with those before it. */
export async function driftOf(
  ctx: ServiceContext,
  parts: readonly DriftPart[],
  settings: Settings,
  { today, civil }: { today: number; civil: string },
): Promise<DriftFindings> {
  const rows = await ctx.db
    .select({ findings: evaluations.findings })
    .from(evaluations)
    .where(lt(evaluations.day, civil))
    .orderBy(desc(evaluations.day))
    .limit(LOOK_BACK);
  const before = rows
    .flatMap(({ findings }) => (findings as { drift?: DriftFindings }).drift ?? [])
    .reverse();
  const joined = joinParts(parts);
  const baseline = before.slice(-BASELINE);
  const psi: DriftDay["psi"] = {};
  if (baseline.length >= BASELINE_LEAST)
    for (const feature of DRIFT_FEATURES) {
      const earlier = joinHistograms(baseline.map(({ histograms }) => histograms[feature]));
      psi[feature] = stabilityIndex(earlier, joined.histograms[feature]);
    }
  const day = driftDay(joined, today - 1, psi);
  const found = settings.drift.react
    ? assessDrift([...before.map((one) => one.day), day], settings.drift)
    : [];
  return { day, histograms: joined.histograms, findings: found.map((one) => ({ ...one, acted: [] })) };
}

const KIND_OF: Record<Exclude<DriftReaction, "retrain">, OverrideKind> = {
  freeze_rises: "FREEZE_RISES",
  narrow_steps: "NARROW_STEPS",
  clip_demand: "CLIP_DEMAND",
  rule_based: "FORCE_RULE_BASED",
};

/** Puts the reactions in force, each as an override with its reason and end; one that is in force already stays. */
export async function reactToDrift(
  ctx: ServiceContext,
  drift: DriftFindings,
  settings: Settings,
  retrain: (reason: string) => Promise<unknown>,
): Promise<void> {
  for (const finding of drift.findings)
    for (const reaction of finding.reactions) {
      const reason = reasonOf(finding);
      if (reaction === "retrain") {
        await retrain(reason);
        finding.acted.push({ reaction });
        continue;
      }
      const expiresAt = ctx.now + settings.drift.hours * HOUR_MS;
      const request = { scope: "global" as const, kind: KIND_OF[reaction], reason, expiresAt };
      try {
        const { id } = await createOverride(ctx, request);
        finding.acted.push({ reaction, overrideId: id });
      } catch (error) {
        if (!(error instanceof ProblemError) || error.code !== "conflict") throw error;
      }
    }
}

function reasonOf({ kind, metric, value, threshold, days }: DriftFinding): string {
  const figure = Math.round(value * 1000) / 1000;
  const span = days === 1 ? "on one day" : `over ${days} days`;
  return `Drift of ${kind === "input" ? "inputs" : `${kind}s`}: ${metric.replaceAll("_", " ")} is ${figure}, beyond ${threshold} ${span}`;
}
