/** An audit entry as it is compared with the rows that it decided. */
export interface AuditFact {
  seq: number;
  at: number;
  actor: string;
  action: string;
  subject: string;
  detail: unknown;
}

export type Detail = Readonly<Record<string, unknown>>;

/** What an entry says of itself by name; nothing where that is no object. */
export function detailOf({ detail }: AuditFact): Detail {
  return typeof detail === "object" && detail !== null ? (detail as Detail) : {};
}

/** What of a proposal was decided, by whom and when; minor units, ms. */
export interface DecidedProposal {
  id: string;
  sku: string;
  status: string;
  from: number;
  to: number;
  note: string | null;
  decidedBy: string | null;
  decidedAt: number | null;
  effectiveAt: number | null;
  until: number | null;
  undoneAt: number | null;
  ledgerSeq: number | null;
  approvals: readonly { by: string; at: number; price?: number }[];
}

/** The ledger entry that a row names. */
export interface LedgerFact {
  sku: string | null;
  from: number | null;
  to: number;
  causeKind: string;
  causeId: string | null;
}
