import { parseMinor } from "../../../../domain/base/money.ts";
import type { Proposal, ProposalDetail } from "../../../../domain/contract/decisions.ts";
import { ROLE_SCOPES, type Scope } from "../../../../domain/identity/rights.ts";
import { proposalCan } from "../../../../domain/messages/proposal.ts";
import {
  agreedTo,
  approvalNeeds,
  HIGH_RISK_NOTE_MIN,
  riskOfApproval,
} from "../../../../domain/pricing/approval.ts";
import { words } from "../../format/words.ts";
import type { Me } from "../../queries/session.ts";

type Decision = "approve" | "reject";

/** Why the decision cannot be made by this person now; null if it can. */
export function decisionBlocked(proposal: Proposal, decision: Decision, me: Me | null): string | null {
  if (!proposalCan(decision, proposal.status))
    return `${words(proposal.status)}: you cannot ${decision} this proposal any more.`;
  if (!me) return "Sign in first.";
  const scopes: readonly Scope[] = ROLE_SCOPES[me.role];
  return scopes.includes("approve") ? null : `Your role (${me.role}) does not include approving prices.`;
}

/** How many characters the note needs for this person's decision: 0 if it may stay empty. */
export function noteMinimum(
  proposal: Pick<ProposalDetail, "risk" | "from" | "to" | "currency"> & {
    approvals: readonly { by: string; price?: string | undefined }[];
  },
  decision: Decision,
  me: Me | null,
): number {
  if (decision !== "approve" || me === null) return 0;
  const { risk, from, to, currency, approvals } = proposal;
  // the price that the first approver chose
  const price = approvals[0]?.price ?? to;
  const minor = (amount: string) => {
    const parsed = parseMinor(amount, currency);
    return parsed.ok ? parsed.minor : Number.NaN;
  };
  // only the server knows whether anybody else may approve
  const by = { label: `user:${me.email}`, isPerson: true, hasColleagues: true };
  const agreed = agreedTo(approvals, to, price);
  const needs = approvalNeeds(riskOfApproval(risk, minor(from), minor(price)), { note: "", agreed, by });
  return needs === "note" ? HIGH_RISK_NOTE_MIN : 0;
}
