import type { RawAudit } from "../../db/reads/chains.ts";
import type { AuditFact } from "../../domain/ledger/facts.ts";

/** The detail as it was written, or why it cannot be: JSON that was written has one form. */
export function readDetail(text: unknown): { detail: unknown } | { broken: string } {
  if (typeof text !== "string") return { broken: "its detail is not text" };
  try {
    const detail: unknown = JSON.parse(text);
    return JSON.stringify(detail) === text ? { detail } : { broken: "its detail is not as it was written" };
  } catch {
    return { broken: "its detail is not JSON" };
  }
}

/** An entry to compare rows with; a spoilt detail says nothing. */
export function auditFact({ seq, at, actor, action, subject, detail }: RawAudit): AuditFact {
  const read = readDetail(detail);
  return { seq, at, actor, action, subject, detail: "detail" in read ? read.detail : null };
}

/** An entry as it was hashed: an actor without an id has none. A spoilt detail is left as its text, which has another hash. */
export function hashedEntry({ actorId, ...row }: RawAudit) {
  const read = readDetail(row.detail);
  const detail = "detail" in read ? read.detail : row.detail;
  return { ...row, detail, ...(actorId !== null && { actorId }) };
}
