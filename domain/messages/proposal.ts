/** Where a proposal stands. `failed`: it could not be applied for a reason that is nobody's decision. */
export const PROPOSAL_STATUSES = [
  "pending",
  "approved",
  "applied",
  "rejected",
  "expired",
  "superseded",
  "failed",
] as const;
export type ProposalStatus = (typeof PROPOSAL_STATUSES)[number];

/** How much a price change puts at stake, and so what its approval needs. */
export const RISKS = ["LOW", "MEDIUM", "HIGH"] as const;
export type Risk = (typeof RISKS)[number];

/** What can be done with a proposal, and the statuses from which each action is allowed. */
export const PROPOSAL_TRANSITIONS = {
  /** a person or a key agrees: it is applied at once, or approved for later */
  approve: ["pending"],
  reject: ["pending", "approved"],
  /** its price is put in force */
  apply: ["pending", "approved"],
  expire: ["pending"],
  /** a newer proposal or another price takes its place */
  supersede: ["pending", "approved"],
} as const satisfies Record<string, readonly ProposalStatus[]>;
export type ProposalAction = keyof typeof PROPOSAL_TRANSITIONS;

/**
 * Whether the action is allowed from a status.
 *
 * @example proposalCan("reject", "approved") // true: a scheduled price can be taken back
 * @example proposalCan("approve", "approved") // false
 */
export function proposalCan(action: ProposalAction, status: ProposalStatus): boolean {
  return (PROPOSAL_TRANSITIONS[action] as readonly ProposalStatus[]).includes(status);
}
