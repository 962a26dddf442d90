import { incidents } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { OverrideKind, PLAYBOOKS } from "../../domain/messages/names.ts";
import type { AuditBody } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";

export type Playbook = (typeof PLAYBOOKS)[number];

interface Answer {
  kind: OverrideKind;
  /** how long the override lasts, unless the incident is closed before */
  days: number;
  /** what has to be written before prices are decided as before */
  needsPostMortem: boolean;
}

/** What each playbook puts in force for all products. */
export const ANSWERS: Record<Playbook, Answer> = {
  // a model that fails is replaced by rules
  model_failure: { kind: "FORCE_RULE_BASED", days: 7, needsPostMortem: false },
  // data that fail are never extrapolated
  data_failure: { kind: "PRICE_FREEZE", days: 3, needsPostMortem: false },
  // severe harm to the business: everything stops until somebody has written what happened
  severe_impact: { kind: "PRICE_FREEZE", days: 365, needsPostMortem: true },
};

/** When the override of a playbook ends that is put in force at `now`, ms. */
export function playbookEnd(playbook: Playbook, now: number): number {
  return now + ANSWERS[playbook].days * DAY_MS;
}

/** What goes into the commit of a playbook's override: the record of the incident, and its audit entry. */
export function incidentOf(ctx: ServiceContext, playbook: Playbook, reason: string) {
  const id = ctx.newId("inc");
  return {
    id,
    alongside: (overrideId: string): { audit: AuditBody; statement: D1PreparedStatement } => ({
      audit: { action: "incident.open", subject: id, detail: { playbook, reason, override: overrideId } },
      statement: prepare(
        ctx.d1,
        ctx.db.insert(incidents).values({
          ...{ id, playbook, reason, overrideId },
          ...{ openedBy: actorLabel(ctx.actor), openedAt: ctx.now },
        }),
      ),
    }),
  };
}
