import { and, eq, inArray, ne } from "drizzle-orm";
import { models } from "../../db/schema.ts";
import { BatchConflict, guardCount, prepare } from "../../db/write.ts";
import { orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { LEARNED_KINDS } from "../../domain/messages/names.ts";
import { commitChained, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { assertReasoned } from "../pricing/high-risk.ts";
import { changeSettings } from "../settings/change-settings.ts";
import type { ModelMetrics } from "./learned-by.ts";
import { hasModelFiles, putInTables } from "./model-files.ts";
import { activeModel, type ModelRecord } from "./model-of-run.ts";
import { stateOf, statesAfter } from "./model-states.ts";

/** @throws ProblemError not_found */
export async function readModel({ db }: Pick<ServiceContext, "db">, id: string): Promise<ModelRecord> {
  const [row] = await db.select().from(models).where(eq(models.id, id));
  return orNotFound(row, "no such model");
}

const isLearned = inArray(models.kind, [...LEARNED_KINDS]);

/** @throws ProblemError not_found; conflict for a price gate or a matcher, which nobody decides about here */
async function readLearned(ctx: ServiceContext, id: string): Promise<ModelRecord> {
  const model = await readModel(ctx, id);
  if (LEARNED_KINDS.some((kind) => kind === model.kind)) return model;
  throw new ProblemError("conflict", `the ${model.kind} comes with the release and the settings`);
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
  const model = await readLearned(ctx, id);
  if (model.status === "active") return finishPutting(ctx, model);
  if (model.status !== "candidate")
    throw new ProblemError("illegal_transition", `the model is ${model.status}`);
  if (model.expiresAt !== null && model.expiresAt <= ctx.now)
    throw new ProblemError("illegal_transition", "the candidate is too old: train a new one");
  if ((model.metrics as ModelMetrics).failures.length > 0) assertReasoned(note ?? "", "note");
  return putInForce(ctx, model, { action: "model.approve", ends: "retired", note, runId: model.runId });
}

/** @throws ProblemError not_found, illegal_transition */
export async function rejectModel(
  ctx: ServiceContext,
  id: string,
  note: string | null,
): Promise<ModelRecord> {
  const model = await readLearned(ctx, id);
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
 * Goes back to an earlier version, or to what a version had learned before its last refreshes: it is in force again, to the
 * last digit. From then on a person approves whatever is learned, since the next night would otherwise undo it.
 *
 * @param runId the state of the version to go back to; without it the newest that is not in force
 * @throws ProblemError not_found; illegal_transition unless it was in force before, and what it had learned is still kept
 */
export async function rollBackTo(
  ctx: ServiceContext,
  id: string,
  { note, runId }: { note: string; runId?: string | undefined },
): Promise<ModelRecord> {
  const model = await readLearned(ctx, id);
  if (model.kind !== "elasticity")
    throw new ProblemError("conflict", "roll back the elasticity model it belongs to");
  if (!["active", "retired", "rolled_back"].includes(model.status))
    throw new ProblemError("illegal_transition", `the model is ${model.status}`);
  const states = model.status === "active" ? model.refreshes : [stateOf(model), ...model.refreshes];
  const state = runId === undefined ? states[0] : states.find((one) => one.runId === runId);
  if (state === undefined || !(await hasModelFiles(ctx, state.runId)))
    throw new ProblemError("illegal_transition", "no such earlier state of this version is kept");
  await changeSettings(ctx, { modelApproval: "approved" });
  return putInForce(ctx, model, { action: "model.rollback", ends: "rolled_back", note, runId: state.runId });
}

interface Putting {
  action: string;
  ends: "retired" | "rolled_back";
  note: string | null;
  /** which of its states */
  runId: string;
}

async function putInForce(
  ctx: ServiceContext,
  model: ModelRecord,
  { action, ends, note, runId }: Putting,
): Promise<ModelRecord> {
  const { version, status } = model;
  const { d1, db } = ctx;
  await inTurn(ctx, [], async (inside) => {
    const before = await activeModel(inside, "elasticity");
    // of both kinds: a challenger belongs to the elasticities it was learned with
    const own = await db
      .select()
      .from(models)
      .where(and(eq(models.version, version), isLearned));
    const isAsRead = and(eq(models.id, model.id), eq(models.status, status), eq(models.runId, model.runId));
    const decided = { decidedBy: actorLabel(inside.actor), decidedAt: inside.now, note };
    const others = and(eq(models.status, "active"), ne(models.version, version), isLearned);
    const detail = { version, runId, instead: before?.version ?? null, note };
    try {
      await commitChained(inside, {
        audit: [{ action, subject: model.id, detail }],
        statements: () => [
          guardCount(d1, db.$count(models, isAsRead), 1),
          prepare(d1, db.update(models).set({ status: ends }).where(others)),
          ...own.map((one) => {
            const set = { ...restored(one, runId), status: "active" as const, ...decided };
            return prepare(d1, db.update(models).set(set).where(eq(models.id, one.id)));
          }),
        ],
      });
    } catch (error) {
      if (!(error instanceof BatchConflict)) throw error;
      throw new ProblemError("illegal_transition", "somebody else decided it first");
    }
  });
  return finishPutting(ctx, await readModel(ctx, model.id));
}

/** What changes of a version where it goes back to an earlier state; what it is now can be gone back to from there. */
function restored(model: ModelRecord, runId: string): Partial<ModelRecord> {
  const state = model.refreshes.find((one) => one.runId === runId);
  if (state === undefined) return {};
  const { at, ...learned } = state;
  return { ...learned, refreshedAt: at, refreshes: statesAfter(model, runId) };
}

/** Whatever cut this short, approving the model again repeats it. */
async function finishPutting(ctx: ServiceContext, { id, runId, version }: ModelRecord): Promise<ModelRecord> {
  await putInTables(ctx, runId, version);
  return readModel(ctx, id);
}
