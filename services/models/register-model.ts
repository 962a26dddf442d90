import { and, asc, desc, eq, ne } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { models, runShards } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { civilDay, DAY_MS } from "../../domain/base/time.ts";
import type { ModelKind } from "../../domain/messages/names.ts";
import {
  addFit,
  type FitFigures,
  type FitSums,
  figuresOf,
  gateFailures,
  NO_FIT,
} from "../../domain/runs/model-fit.ts";
import type { ServiceContext } from "../context.ts";
import { readManifest } from "../runs/manifest.ts";
import type { RunRecord } from "../runs/run-record.ts";
import { activeModel } from "./model-of-run.ts";

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
}

/** What the last phase of an elasticity run counts of a shard for its version. */
export interface ModelCounts {
  fit: FitSums;
  activeFit: FitSums;
  dataHash: string;
  firstDay: string | null;
  lastDay: string | null;
}

/** Days until a candidate may no longer be approved, and between two weekly candidates. */
const APPROVAL_DAYS = 14;
const WEEKLY_DAYS = 7;

/** Enters what a run over the whole catalogue learned as a version. Repeating it changes nothing. */
export async function registerModel(ctx: ServiceContext, run: RunRecord): Promise<void> {
  const manifest = await readManifest(ctx, run.id);
  const { model, codeVersion, configHash } = manifest;
  if (!model?.isWhole || run.dryRun) return;
  const trigger = model.inForce || model.trigger !== "night" ? model.trigger : await weekly(ctx);
  if (trigger === null) return;
  const shards = await ctx.db
    .select({ counts: runShards.counts })
    .from(runShards)
    .where(and(eq(runShards.runId, run.id), eq(runShards.phase, run.phase), eq(runShards.status, "done")))
    .orderBy(asc(runShards.shard));
  const counts = shards.flatMap(({ counts: one }) => (one as { model?: ModelCounts } | null)?.model ?? []);
  const sumOf = (name: string) =>
    shards.reduce(
      (all, { counts: one }) => all + Number((one as Record<string, unknown> | null)?.[name] ?? 0),
      0,
    );
  const fit = figuresOf(counts.reduce((sum, one) => addFit(sum, one.fit), NO_FIT));
  const activeFit = figuresOf(counts.reduce((sum, one) => addFit(sum, one.activeFit), NO_FIT));
  const days = counts
    .flatMap(({ firstDay, lastDay }) => [firstDay, lastDay])
    .filter((day) => day !== null)
    .sort();
  const metrics: ModelMetrics = {
    ...{ products: sumOf("elasticities"), identified: sumOf("identified"), fit, activeFit },
    failures: gateFailures(fit, activeFit),
  };
  const common = {
    ...{ version: model.version, runId: run.id, codeVersion, configHash, trigger, metrics },
    dataHash: sha256Hex(counts.map(({ dataHash }) => dataHash).join("\n")),
    ...{ trainedFrom: days[0] ?? null, trainedTo: days.at(-1) ?? civilDay(run.asOf, run.settings.timeZone) },
    ...{ reason: model.reason ?? null, createdBy: run.actor, createdAt: ctx.now },
  };
  const challengers = (run.counts as { challengers?: unknown }).challengers;
  const kinds: ModelKind[] = challengers ? ["elasticity", "challenger"] : ["elasticity"];
  const isOvertaken = model.inForce && ((await activeModel(ctx, "elasticity"))?.version ?? 0) > model.version;
  const standing = model.inForce
    ? {
        // a run that ends after a newer one has taken its place has been in force no moment
        status: isOvertaken ? ("retired" as const) : ("active" as const),
        decidedBy:
          model.trigger === "first" ? "first model: nothing was in force" : "standing approval: settings",
        decidedAt: ctx.now,
      }
    : { status: "candidate" as const, expiresAt: ctx.now + APPROVAL_DAYS * DAY_MS };
  const rows = kinds.map((kind) => ({
    ...{ id: `mdl_${run.id.slice(4)}${kind === "challenger" ? "_c" : ""}`, kind, ...common, ...standing },
    metrics: kind === "challenger" ? { ...metrics, categories: challengers } : metrics,
  }));
  await ctx.d1.batch([
    ...(isOvertaken ? [] : kinds).map((kind) =>
      endBefore(ctx, kind, run.id, model.inForce ? "active" : "candidate"),
    ),
    ...bulkUpsert(ctx.d1, models, rows, { update: [] }),
  ]);
}

/** Ends what the new version takes the place of: the version in force, or an older candidate. */
function endBefore(
  { d1, db }: ServiceContext,
  kind: ModelKind,
  runId: string,
  status: "active" | "candidate",
) {
  const ended = status === "active" ? ("retired" as const) : ("superseded" as const);
  const isOther = and(eq(models.kind, kind), eq(models.status, status), ne(models.runId, runId));
  return prepare(d1, db.update(models).set({ status: ended }).where(isOther));
}

/** A candidate once a week, where a person approves each. */
async function weekly({ db, now }: ServiceContext): Promise<"weekly" | null> {
  const [last] = await db
    .select({ at: models.createdAt })
    .from(models)
    .where(eq(models.kind, "elasticity"))
    .orderBy(desc(models.createdAt))
    .limit(1);
  return last && now - last.at < WEEKLY_DAYS * DAY_MS ? null : "weekly";
}
