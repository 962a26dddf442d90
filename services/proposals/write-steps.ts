import { and, eq, sql } from "drizzle-orm";
import { jsonTable } from "../../db/bulk.ts";
import { proposals } from "../../db/schema.ts";
import { guardCount, prepare } from "../../db/write.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import type { EventBody } from "../../domain/messages/events.ts";
import type { AuditBody, ChainedWrite } from "../chains/commit-chained.ts";
import type { ServiceContext } from "../context.ts";
import { priceWrite } from "../pricing/commit-prices.ts";
import type { ProposalStep } from "./plan-approval.ts";
import { proposalEvent } from "./proposal-event.ts";
import type { DecidedProposal } from "./read-approval.ts";

/** A proposal as it was seen, and what is to be done with it. */
export interface PlannedStep {
  proposal: DecidedProposal;
  step: ProposalStep;
}

/** What a step changes of its proposal, and the audit entry for it. */
interface Move {
  proposal: DecidedProposal;
  audit: AuditBody;
  changes: Partial<DecidedProposal>;
}

/**
 * The one write for the steps of many proposals; null if they change nothing. It fails its batch unless every proposal
 * still has the status that was seen, and every product the price and version.
 */
export function stepsWrite(ctx: ServiceContext, planned: readonly PlannedStep[]): ChainedWrite | null {
  const applied = planned.flatMap(({ step }) => (step.kind === "apply" ? [step.change] : []));
  const moves = planned.flatMap(({ proposal, step }) => moveOf(ctx, proposal, step) ?? []);
  if (applied.length === 0 && moves.length === 0) return null;
  const prices = applied.length > 0 ? priceWrite(ctx, applied) : null;
  return {
    ledger: prices?.ledger ?? [],
    audit: [...(prices?.audit ?? []), ...moves.map(({ audit }) => audit)],
    events: [...(prices?.events ?? []), ...moves.flatMap(movedEvent)],
    statements: (ledger) => [
      ...(prices?.statements(ledger) ?? []),
      ...moveStatements(ctx, moves),
      ...editStatements(ctx, planned),
    ],
  };
}

/** What is said of a price that a person chose, in the place of what was said of the proposed one. */
function editStatements({ d1, db }: ServiceContext, planned: readonly PlannedStep[]): D1PreparedStatement[] {
  return planned.flatMap(({ proposal, step }) => {
    if ((step.kind !== "apply" && step.kind !== "schedule") || !step.edited) return [];
    return [prepare(d1, db.update(proposals).set(step.edited).where(eq(proposals.id, proposal.id)))];
  });
}

function moveOf(ctx: ServiceContext, proposal: DecidedProposal, step: ProposalStep): Move | null {
  const { id, sku, from, to, effectiveAt } = proposal;
  const decision = { decidedBy: actorLabel(ctx.actor), decidedAt: ctx.now };
  const audited = (action: string, detail: object) => ({
    action,
    subject: id,
    detail: { sku, from, ...detail },
  });
  switch (step.kind) {
    case "none":
    case "apply":
      return null;
    case "end": {
      const note = step.note ?? proposal.note;
      return {
        proposal,
        audit: audited(`proposal.${step.status}`, { to, effectiveAt, note }),
        changes: { status: step.status, note, ...decision },
      };
    }
    case "schedule": {
      const { kind: _, edited: _edited, ...asked } = step;
      return {
        proposal,
        audit: audited("proposal.schedule", asked),
        changes: { status: "approved", ...asked, ...decision },
      };
    }
    case "undo": {
      const open = { effectiveAt: null, until: null, note: null, decidedBy: null, decidedAt: null };
      return {
        proposal,
        audit: audited("proposal.undo", { to }),
        changes: { status: "pending", ...open, undoneAt: ctx.now },
      };
    }
    case "first_of_two": {
      const edited = step.to === proposal.to ? {} : { price: step.to };
      return {
        proposal,
        audit: audited("proposal.approve-first", { to: step.to }),
        changes: { approvals: [{ by: decision.decidedBy, at: ctx.now, ...edited }] },
      };
    }
  }
}

/** What is told outside of a proposal that waits for its time or is over; the first of two approvals decides nothing. */
function movedEvent({ proposal, changes }: Move): EventBody[] {
  const { status } = changes;
  if (status === undefined || status === "pending") return [];
  return [proposalEvent(`proposal.${status}`, { ...proposal, ...changes })];
}

const MOVED = [
  ...["status", "to", "note", "effectiveAt", "until", "decidedBy", "decidedAt", "undoneAt", "approvals"],
] as const satisfies readonly (keyof DecidedProposal)[];

/** One update for all moves, behind a guard that each proposal still has the status that was seen. */
function moveStatements({ d1, db }: ServiceContext, moves: readonly Move[]): D1PreparedStatement[] {
  if (moves.length === 0) return [];
  const rows = moves.map(({ proposal, changes }) => {
    const { approvals, ...next } = { ...proposal, ...changes };
    return { ...next, approvals: JSON.stringify(approvals), seen: proposal.status };
  });
  const moved = jsonTable("moved", ["id", "seen", ...MOVED], rows);
  const asSeen = and(eq(proposals.id, moved.id), eq(proposals.status, moved.seen));
  const still = sql`(SELECT count(*) FROM ${moved.table} JOIN ${proposals} ON ${asSeen})`;
  const values = Object.fromEntries(MOVED.map((name) => [name, moved[name]]));
  const update = db.update(proposals).set(values).from(moved.table).where(asSeen);
  return [guardCount(d1, still, rows.length), prepare(d1, update)];
}
