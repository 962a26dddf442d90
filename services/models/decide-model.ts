import { and, eq } from "drizzle-orm";
import { models } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertReasoned } from "../pricing/high-risk.ts";
import { changeSettings } from "../settings/change-settings.ts";
import { hasModelFiles, putInTables } from "./model-files.ts";
import { activeModel, type ModelRecord } from "./model-of-run.ts";
import type { ModelMetrics } from "./register-model.ts";

/** @throws ProblemError not_found */
export async function readModel({ db }: Pick<ServiceContext, "db">, id: string): Promise<ModelRecord> {
  const [row] = await db.select().from(models).where(eq(models.id, id));
  return orNotFound(row, "no such model");
}

/**
 * Puts a candidate in force: decisions go by it from now on. Of the model that is in force it writes again what it learned.
 *
 * @throws ProblemError not_found, illegal_transition; reason_required where its gates failed and no note of 50 characters
 *   says why it is approved all the same
 */
export async function approveModel(
  ctx: ServiceContext,
  id: string,
  note: string | null,
): Promise<ModelRecord> {
  const model = await readModel(ctx, id);
  if (model.status === "active") return finishPutting(ctx, model);
  if (model.status !== "candidate")
    throw new ProblemError("illegal_transition", `the model is ${model.status}`);
  if (model.expiresAt !== null && model.expiresAt <= ctx.now)
    throw new ProblemError("illegal_transition", "the candidate is too old: train a new one");
  if ((model.metrics as ModelMetrics).failures.length > 0) assertReasoned(note ?? "", "note");
  return putInForce(ctx, model, { action: "model.approve", ends: "retired", note });
}

/** @throws ProblemError not_found, illegal_transition */
export async function rejectModel(
  ctx: ServiceContext,
  id: string,
  note: string | null,
): Promise<ModelRecord> {
  const model = await readModel(ctx, id);
  if (model.status !== "candidate")
    throw new ProblemError("illegal_transition", `the model is ${model.status}`);
  const set = { status: "rejected" as const, decidedBy: actorLabel(ctx.actor), decidedAt: ctx.now, note };
  await commitChained(ctx, {
    audit: [{ action: "model.reject", subject: id, detail: { version: model.version, note } }],
    statements: () => [prepare(ctx.d1, ctx.db.update(models).set(set).where(eq(models.runId, model.runId)))],
  });
  return readModel(ctx, id);
}

/**
 * Goes back to an earlier version: what it had learned is in force again, to the last digit. From then on a person approves
 * every version, since the next night would otherwise undo it.
 *
 * @throws ProblemError not_found, illegal_transition unless it was in force before, and what it learned is still kept
 */
export async function rollBackTo(ctx: ServiceContext, id: string, note: string): Promise<ModelRecord> {
  const model = await readModel(ctx, id);
  if (model.status !== "retired" && model.status !== "rolled_back")
    throw new ProblemError("illegal_transition", `the model is ${model.status}`);
  if (model.kind !== "elasticity")
    throw new ProblemError("conflict", "roll back the elasticity model it belongs to");
  if (!(await hasModelFiles(ctx, model.runId)))
    throw new ProblemError(
      "illegal_transition",
      "what this version had learned is no longer kept (setting retention.modelDays)",
    );
  await changeSettings(ctx, { modelApproval: "approved" });
  return putInForce(ctx, model, { action: "model.rollback", ends: "rolled_back", note });
}

async function putInForce(
  ctx: ServiceContext,
  model: ModelRecord,
  { action, ends, note }: { action: string; ends: "retired" | "rolled_back"; note: string | null },
): Promise<ModelRecord> {
  const { runId, version, status } = model;
  await inTurn(ctx, [], async (inside) => {
    const before = await activeModel(inside, "elasticity");
    const isAsRead = and(eq(models.id, model.id), eq(models.status, status));
    const set = {
      ...{ status: "active" as const, decidedBy: actorLabel(inside.actor), decidedAt: inside.now, note },
    };
    try {
      await commitChained(inside, {
        audit: [{ action, subject: model.id, detail: { version, instead: before?.version ?? null, note } }],
        statements: () => [
          guardCount(ctx.d1, ctx.db.$count(models, isAsRead), 1),
          // of both kinds: a challenger belongs to the elasticities it was learned with
          prepare(ctx.d1, ctx.db.update(models).set({ status: ends }).where(eq(models.status, "active"))),
          prepare(ctx.d1, ctx.db.update(models).set(set).where(eq(models.runId, runId))),
        ],
      });
    } catch (error) {
      if (!(error instanceof BatchConflict)) throw error;
      throw new ProblemError("illegal_transition", "somebody else decided it first");
    }
  });
  return finishPutting(ctx, model);
}

/** Whatever cut this short, approving the model again repeats it. */
async function finishPutting(ctx: ServiceContext, { id, runId }: ModelRecord): Promise<ModelRecord> {
  await putInTables(ctx, runId);
  return readModel(ctx, id);
}
