import type { Proposal, ProposalDetail } from "../../../../domain/contract/decisions.ts";
import { ROLE_SCOPES, type Scope } from "../../../../domain/identity/rights.ts";
import type { ProposalStatus } from "../../../../domain/messages/proposal.ts";
import { words } from "../../format/words.ts";
import type { Me } from "../../queries/session.ts";

/** The states in which each decision is possible; the server holds the same rule and has the last word. */
const ALLOWED = {
  approve: ["pending"],
  reject: ["pending"],
} as const satisfies Record<string, readonly ProposalStatus[]>;

/** The least length of the note that stands for a second approver. */
export const HIGH_RISK_NOTE_MIN = 50;

/** Why the decision cannot be made by this person now; null if it can. */
export function decisionBlocked(
  proposal: Proposal,
  verb: keyof typeof ALLOWED,
  me: Me | null,
): string | null {
  const states: readonly ProposalStatus[] = ALLOWED[verb];
  if (!states.includes(proposal.status)) {
    return `${words(proposal.status)}: only a pending proposal can be decided.`;
  }
  if (!me) return "Sign in first.";
  const scopes: readonly Scope[] = ROLE_SCOPES[me.role];
  return scopes.includes("approve") ? null : `Your role (${me.role}) does not include approving prices.`;
}

/** How long the note has to be for this decision of this person: 0 if it may stay empty. */
export function noteMinimum(
  proposal: Pick<ProposalDetail, "risk" | "approvals">,
  verb: keyof typeof ALLOWED,
  me: Me | null,
): number {
  if (verb !== "approve" || proposal.risk !== "HIGH") return 0;
  const isSecond = (proposal.approvals ?? []).some((a) => me !== null && !a.by.endsWith(me.email));
  return isSecond ? 0 : HIGH_RISK_NOTE_MIN;
}
