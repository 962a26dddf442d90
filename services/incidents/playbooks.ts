import { desc, eq, isNull } from "drizzle-orm";
import { incidents, products, proposals } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { OverrideKind, PLAYBOOKS } from "../../domain/messages/names.ts";
import { commitChained } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { createOverride } from "../overrides/create-override.ts";
import { endOverride } from "../overrides/end-override.ts";

export type IncidentRecord = typeof incidents.$inferSelect;
export type Playbook = (typeof PLAYBOOKS)[number];

interface Answer {
  kind: OverrideKind;
  /** how long the override lasts, unless the incident is closed before */
  days: number;
  /** what has to be written before prices are decided as before */
  needsPostMortem: boolean;
}

/** What each playbook puts in force for all products. */
const ANSWERS: Record<Playbook, Answer> = {
  // a model that fails is replaced by rules
  model_failure: { kind: "FORCE_RULE_BASED", days: 7, needsPostMortem: false },
  // data that fail are never extrapolated
  data_failure: { kind: "PRICE_FREEZE", days: 3, needsPostMortem: false },
  // severe harm to the business: everything stops until somebody has written what happened
  severe_impact: { kind: "PRICE_FREEZE", days: 365, needsPostMortem: true },
};

/** What a playbook would do now. Nothing is changed. */
export async function previewPlaybook({ db, now }: ServiceContext, playbook: Playbook) {
  const { kind, days, needsPostMortem } = ANSWERS[playbook];
  const [active, pending] = await Promise.all([
    db.$count(products, eq(products.status, "active")),
    db.$count(proposals, eq(proposals.status, "pending")),
  ]);
  return { playbook, kind, needsPostMortem, expiresAt: now + days * DAY_MS, products: active, pending };
}

/**
 * Runs a playbook: an override for all products, and the record of the incident.
 *
 * @throws ProblemError conflict if an override of its kind is in force already; reason_required
 */
export async function openIncident(
  ctx: ServiceContext,
  playbook: Playbook,
  reason: string,
): Promise<IncidentRecord> {
  const { kind, expiresAt } = await previewPlaybook(ctx, playbook);
  const override = await createOverride(ctx, { scope: "global", kind, reason, expiresAt });
  const id = ctx.newId("inc");
  const row = {
    ...{ id, playbook, reason, overrideId: override.id },
    ...{ openedBy: actorLabel(ctx.actor), openedAt: override.createdAt },
  };
  await commitChained(ctx, {
    audit: [{ action: "incident.open", subject: id, detail: { playbook, reason, override: override.id } }],
    statements: () => [prepare(ctx.d1, ctx.db.insert(incidents).values(row))],
  });
  return readIncident(ctx, id);
}

/**
 * Closes an incident and ends its override: prices are decided as before.
 *
 * @throws ProblemError not_found, illegal_transition; invalid if what happened has to be written first
 */
export async function closeIncident(
  ctx: ServiceContext,
  id: string,
  postMortem: string | null,
): Promise<IncidentRecord> {
  const incident = await readIncident(ctx, id);
  if (incident.closedAt !== null) throw new ProblemError("illegal_transition", "the incident is closed");
  if (ANSWERS[incident.playbook].needsPostMortem && postMortem === null)
    throw new ProblemError("invalid", "write what happened before prices are decided again", {
      errors: [{ path: "postMortem", code: "missing_field", message: "the post-mortem of this incident" }],
    });
  const set = { postMortem, closedBy: actorLabel(ctx.actor), closedAt: ctx.now };
  await commitChained(ctx, {
    audit: [{ action: "incident.close", subject: id, detail: { postMortem } }],
    statements: () => [prepare(ctx.d1, ctx.db.update(incidents).set(set).where(eq(incidents.id, id)))],
  });
  try {
    await endOverride(ctx, incident.overrideId);
  } catch (error) {
    // it ended by itself
    if (!(error instanceof ProblemError) || error.code !== "illegal_transition") throw error;
  }
  return readIncident(ctx, id);
}

async function readIncident({ db }: ServiceContext, id: string): Promise<IncidentRecord> {
  const [row] = await db.select().from(incidents).where(eq(incidents.id, id));
  return orNotFound(row, "no such incident");
}

const INCIDENTS_MAX = 100;

/** The newest incidents, those that are open first. */
export function listIncidents({ db }: ServiceContext): Promise<IncidentRecord[]> {
  return db
    .select()
    .from(incidents)
    .orderBy(desc(isNull(incidents.closedAt)), desc(incidents.openedAt))
    .limit(INCIDENTS_MAX);
}
