import { and, desc, eq, ne } from "drizzle-orm";
import { bulkUpsert } from "../../db/bulk.ts";
import { models } from "../../db/schema.ts";
import { guardCount, prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import type { LearnedKind } from "../../domain/messages/names.ts";
import type { ModelInRun, RunManifest } from "../../domain/runs/manifest.ts";
import type { ServiceContext } from "../context.ts";
import { readManifest } from "../runs/manifest.ts";
import type { RunRecord, ShardJob, ShardResult } from "../runs/run-record.ts";
import { readSettings } from "../settings/settings.ts";
import { kindsOf, type Learned, learnedBy, learnedHash, metricsOf } from "./learned-by.ts";
import { activeModel, type ModelRecord, nextVersion } from "./model-of-run.ts";
import { statesAfter } from "./model-states.ts";

/**
 * What becomes of what a run learned. `first`: in force, as nothing was; `refreshed`: the version in force has learned from
 * newer data; `candidate`: a new version that waits for a person; `kept_out`: nothing changes.
 */
export interface ModelStanding {
  standing: "first" | "refreshed" | "candidate" | "kept_out";
  /** that was made or refreshed */
  version?: number;
  /** the version in force from now on; 0 before the first */
  inForce: number;
  /** why it is not what was learned; absent if it is */
  why?: string;
}

/** Days until a candidate may no longer be approved, and between two candidates that nobody asked for. */
const APPROVAL_DAYS = 14;
const WEEKLY_DAYS = 7;

/** Decides what becomes of what an elasticity run has learned, and enters it among the versions. */
export async function judgeModel(ctx: ServiceContext, { run }: ShardJob): Promise<ShardResult> {
  const manifest = await readManifest(ctx, run.id);
  const model: ModelInRun = manifest.model ?? { isWhole: false, trigger: "night" };
  const { learned, failures, isRefused } = await learnedBy(ctx, run, manifest);
  const hash = await learnedHash(ctx, run);
  const common = {
    counts: {},
    run: { counts: {}, ...(hash !== null && { decisionHash: hash }) },
  };
  if (run.dryRun) return { statements: [], ...common };
  const active = await activeModel(ctx, "elasticity");
  const against =
    active === null ? null : await whyNot(ctx, run, { model, manifest, active, failures, isRefused });
  const answer = (standing: ModelStanding, statements: D1PreparedStatement[]): ShardResult => ({
    ...{ statements, counts: {} },
    run: { ...common.run, counts: { model: standing } },
  });
  const inForce = active?.version ?? 0;
  const why = against?.why ?? null;
  if (hash === null) return answer({ standing: "kept_out", inForce, why: "nothing was learned" }, []);
  if (active === null && !model.isWhole) return answer({ standing: "refreshed", inForce }, []);
  if (active !== null && against === null) {
    const statements = model.isWhole ? await refresh(ctx, run, active, learned) : [];
    return answer({ standing: "refreshed", version: inForce, inForce }, statements);
  }
  if (against !== null && !(await isCandidate(ctx, run, model, against)))
    return answer({ standing: "kept_out", inForce, why: against.why }, []);
  const version = await nextVersion(ctx);
  const rows = newRows(ctx, run, { version, model, learned, why });
  const insert = bulkUpsert(ctx.d1, models, rows, { update: [] });
  if (against === null) return answer({ standing: "first", version, inForce: version }, insert);
  const ended = rows.map(({ kind }) => endCandidates(ctx, kind, run.id));
  return answer({ standing: "candidate", version, inForce, why: against.why }, [...ended, ...insert]);
}

interface Against {
  why: string;
  /** it does not wait as a candidate either */
  isOver?: boolean;
}

/** Why what was learned is not in force by itself; null if the version in force may learn from newer data by it. */
async function whyNot(
  ctx: ServiceContext,
  run: RunRecord,
  {
    model,
    manifest,
    active,
    failures,
    isRefused,
  }: {
    model: ModelInRun;
    manifest: RunManifest;
    active: ModelRecord;
    failures: string[];
    isRefused: boolean;
  },
): Promise<Against | null> {
  if (model.trigger === "person" || model.trigger === "drift")
    return { why: model.reason ?? "somebody asked for a new version" };
  const { settings } = await readSettings(ctx.d1);
  if (settings.modelApproval === "approved")
    return { why: "the settings ask for an approval of newer data too" };
  if (active.codeVersion !== manifest.codeVersion)
    return { why: `code ${manifest.codeVersion}; in force is what ${active.codeVersion} learned` };
  if (isRefused) return { why: failures.join("; ") };
  return active.asOf > run.asOf ? { why: "newer data is in force", isOver: true } : null;
}

/** Candidates that nobody asked for come once a week at most; a part of the catalogue makes none. */
async function isCandidate(
  { db, now }: ServiceContext,
  run: RunRecord,
  model: ModelInRun,
  { isOver }: Against,
): Promise<boolean> {
  if (!model.isWhole || isOver) return false;
  if (!run.actor.startsWith("system") || model.trigger !== "night") return true;
  const [last] = await db
    .select({ at: models.createdAt })
    .from(models)
    .where(and(eq(models.kind, "elasticity"), ne(models.trigger, "first")))
    .orderBy(desc(models.createdAt))
    .limit(1);
  return last === undefined || now - last.at >= WEEKLY_DAYS * DAY_MS;
}

/** A version that is in force as nothing was, or a candidate. */
function newRows(
  ctx: ServiceContext,
  run: RunRecord,
  {
    version,
    model,
    learned,
    why,
  }: { version: number; model: ModelInRun; learned: Learned; why: string | null },
): (typeof models.$inferInsert & { kind: LearnedKind })[] {
  const standing =
    why === null
      ? {
          ...{
            status: "active" as const,
            decidedBy: "first model: nothing was in force",
            decidedAt: ctx.now,
          },
          trigger: "first" as const,
        }
      : {
          ...{ status: "candidate" as const, expiresAt: ctx.now + APPROVAL_DAYS * DAY_MS, reason: why },
          trigger:
            run.actor.startsWith("system") && model.trigger === "night" ? ("weekly" as const) : model.trigger,
        };
  return kindsOf(learned).map((kind) => ({
    ...{ id: `mdl_${run.id.slice(4)}${kind === "challenger" ? "_c" : ""}`, kind, version },
    ...{ ...learned.state, metrics: metricsOf(kind, learned), refreshes: [] },
    ...{ createdBy: run.actor, createdAt: ctx.now, ...standing },
  }));
}

/** An older candidate is not approved any more. */
function endCandidates({ d1, db }: ServiceContext, kind: LearnedKind, runId: string) {
  const isOther = and(eq(models.kind, kind), eq(models.status, "candidate"), ne(models.runId, runId));
  return prepare(d1, db.update(models).set({ status: "superseded" }).where(isOther));
}

/** The version in force stays, and has learned from newer data. The states before can be gone back to. */
async function refresh(
  ctx: ServiceContext,
  run: RunRecord,
  active: ModelRecord,
  learned: Learned,
): Promise<D1PreparedStatement[]> {
  const { d1, db, now } = ctx;
  const challenger = await activeModel(ctx, "challenger");
  const isAsRead = and(eq(models.id, active.id), eq(models.status, "active"), eq(models.runId, active.runId));
  return [
    guardCount(d1, db.$count(models, isAsRead), 1),
    ...kindsOf(learned).map((kind) => {
      const known = kind === "elasticity" ? active : challenger;
      const metrics = metricsOf(kind, learned);
      if (known === null) {
        // the settings choose a challenger since then: a person's decision
        const { id, version, trigger, createdBy, decidedBy, decidedAt } = active;
        const row = {
          id: `${id}_c`,
          kind,
          version,
          trigger,
          createdBy,
          decidedBy,
          decidedAt,
          createdAt: now,
        };
        return bulkUpsert(d1, models, [
          { ...row, ...learned.state, metrics, status: "active" as const, refreshes: [] },
        ])[0]!;
      }
      const refreshes = statesAfter(known, run.id);
      const set = { ...learned.state, metrics, refreshes, refreshedAt: now };
      return prepare(d1, db.update(models).set(set).where(eq(models.id, known.id)));
    }),
  ];
}
