import { desc, eq, isNull } from "drizzle-orm";
import { incidents, products, proposals } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { orNotFound, ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import { commitChained, inTurn } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { createInTurn } from "../overrides/create-override.ts";
import { endOverride } from "../overrides/end-override.ts";
import { type HeldOverrideRecord, requestOverride } from "../overrides/held-overrides.ts";
import { doOrRequest } from "../pricing/high-risk.ts";
import { ANSWERS, incidentOf, type Playbook, playbookEnd } from "./record-incident.ts";

export type IncidentRecord = typeof incidents.$inferSelect;
/** What a playbook would do now. Nothing is changed. */
export async function previewPlaybook({ db, now }: ServiceContext, playbook: Playbook) {
  const { kind, needsPostMortem } = ANSWERS[playbook];
  const [active, pending] = await Promise.all([
    db.$count(products, eq(products.status, "active")),
    db.$count(proposals, eq(proposals.status, "pending")),
  ]);
  return {
    playbook,
    kind,
    needsPostMortem,
    expiresAt: playbookEnd(playbook, now),
    products: active,
    pending,
  };
}

/**
 * Runs a playbook: an override for all products and the record of the incident, in one commit. One that needs a second
 * person waits for them as an override does: the incident is opened when it is released.
 *
 * @throws ProblemError conflict if an override of its kind is in force already; reason_required
 */
export async function openIncident(
  ctx: ServiceContext,
  playbook: Playbook,
  reason: string,
): Promise<{ done: IncidentRecord } | { held: HeldOverrideRecord }> {
  const request = { scope: "global" as const, kind: ANSWERS[playbook].kind, reason };
  return doOrRequest(
    ctx,
    async () => {
      const id = await inTurn(ctx, [], async (inside) => {
        const incident = incidentOf(inside, playbook, reason);
        const expiresAt = playbookEnd(playbook, inside.now);
        await createInTurn(inside, { ...request, expiresAt }, { alongside: incident.alongside });
        return incident.id;
      });
      return readIncident(ctx, id);
    },
    (inside) => requestOverride(inside, request, playbook),
  );
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
