import { canonicalJson, sha256Hex } from "../base/canonical-json.ts";
import type { AuditFact, DecidedProposal } from "./facts.ts";

/** What of a proposal an entry vouches for that ends many; minor units, ms. */
export type EndedProposal = Pick<
  DecidedProposal,
  "id" | "sku" | "from" | "to" | "note" | "effectiveAt" | "until"
>;

/** Hex digits of a print: a changed row keeps its print by chance once in four thousand million. */
const PRINT_LENGTH = 8;

/** The first digits of a SHA-256 over a proposal as it was: by it the entry that ended many knows each of them. */
function proposalPrint({ id, sku, from, to, note, effectiveAt, until }: EndedProposal): string {
  return sha256Hex(canonicalJson([id, sku, from, to, note, effectiveAt, until])).slice(0, PRINT_LENGTH);
}

/** What an entry says of the proposals that it ends; `decidedBy`: what their rows say, whoever set it off. */
export function endedDetail(ended: readonly EndedProposal[], decidedBy: string) {
  return { decidedBy, ids: ended.map(({ id }) => id), prints: ended.map(proposalPrint) };
}

/**
 * What contradicts, in a proposal's row, the entry that ended it among others; null = nothing, or the entry has no prints.
 *
 * @param formerly SKUs that its product had before: the print is of the one of that time
 */
export function deniesPrint(
  entry: AuditFact,
  row: DecidedProposal,
  formerly: ReadonlySet<string>,
): string | null {
  const { decidedBy, ids, prints } = entry.detail as Partial<ReturnType<typeof endedDetail>>;
  if (!Array.isArray(ids) || !Array.isArray(prints)) return null;
  if (row.decidedAt !== entry.at) return `it was ended by entry ${entry.seq} of the audit, at another time`;
  if (row.decidedBy !== decidedBy) return `decidedBy is not what entry ${entry.seq} of the audit says`;
  const print = prints[ids.indexOf(row.id)];
  const isAsThen = [row.sku, ...formerly].some((sku) => proposalPrint({ ...row, sku }) === print);
  return isAsThen ? null : `it is not what entry ${entry.seq} of the audit ended`;
}

/** Whether an entry has a print of every proposal that it ends. */
export function hasPrints({ detail }: Pick<AuditFact, "detail">): boolean {
  return typeof detail === "object" && detail !== null && "prints" in detail;
}
