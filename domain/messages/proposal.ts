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

/** What can be done with a proposal: from which statuses, and which status it then has. */
export const PROPOSAL_ACTIONS = {
  /** a person or a key agrees to a price that is to be in force later */
  approve: { from: ["pending"], to: "approved" },
  /** its approval is taken back before its price is in force */
  undo: { from: ["approved"], to: "pending" },
  reject: { from: ["pending", "approved"], to: "rejected" },
  /** its price is put in force, with or without an approval before */
  apply: { from: ["pending", "approved"], to: "applied" },
  expire: { from: ["pending"], to: "expired" },
  /** a newer proposal or another price takes its place, or the limits of today forbid it */
  supersede: { from: ["pending", "approved"], to: "superseded" },
  /** it was to be applied, and its product is gone */
  fail: { from: ["approved"], to: "failed" },
} as const satisfies Record<string, { from: readonly ProposalStatus[]; to: ProposalStatus }>;
export type ProposalAction = keyof typeof PROPOSAL_ACTIONS;

/** The statuses of proposals that are not decided for good. */
export const OPEN_STATUSES = ["pending", "approved"] as const satisfies readonly ProposalStatus[];

/**
 * Whether the action is allowed from a status.
 *
 * @example proposalCan("reject", "approved") // true: a scheduled price can be taken back
 * @example proposalCan("approve", "approved") // false
 */
export function proposalCan(action: ProposalAction, status: ProposalStatus): boolean {
  return (PROPOSAL_ACTIONS[action].from as readonly ProposalStatus[]).includes(status);
}
