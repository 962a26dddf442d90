import { proposals } from "../../db/schema.ts";
import { iso } from "../../domain/contract/answers.ts";
import type { EventBody, EventType } from "../../domain/messages/events.ts";
import type { DecidedProposal } from "./read-approval.ts";

/** What an event says of a proposal. */
export const TOLD_COLUMNS = {
  ...{ id: proposals.id, runId: proposals.runId, sku: proposals.sku, category: proposals.category },
  ...{ from: proposals.from, to: proposals.to, currency: proposals.currency, changePct: proposals.changePct },
  ...{ risk: proposals.risk, strategy: proposals.strategy, note: proposals.note },
  ...{ effectiveAt: proposals.effectiveAt, until: proposals.until, decidedBy: proposals.decidedBy },
};

type Told = Pick<DecidedProposal, keyof typeof TOLD_COLUMNS>;

/** An event about a proposal, as it is after the change that it tells of. */
export function proposalEvent(type: EventType & `proposal.${string}`, proposal: Told): EventBody {
  const { id, runId, sku, category, from, to, currency, changePct, risk, strategy, note } = proposal;
  const { effectiveAt, until, decidedBy } = proposal;
  return {
    ...{ type, sku, subject: id },
    data: {
      ...{ id, runId, sku, category, from, to, currency, changePct, risk, strategy, note },
      effectiveAt: effectiveAt && iso(effectiveAt),
      until: until && iso(until),
      decidedBy,
    },
  };
}
