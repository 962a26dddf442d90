import { canonicalJson, sha256Hex } from "../base/canonical-json.ts";
import { deniesPrint, hasPrints } from "./ended-together.ts";
import { type AuditFact, type DecidedProposal, detailOf, type LedgerFact } from "./facts.ts";

/** Whether an entry speaks of a row: as its subject, or in its list of ids. */
function isAbout(entry: AuditFact, id: string): boolean {
  if (entry.subject === id) return true;
  const { ids } = detailOf(entry);
  return Array.isArray(ids) && ids.includes(id);
}

/** The proposals or overrides that an entry speaks of; none if it is about something else. */
export function idsOf(entry: AuditFact, kind: "proposal" | "override"): string[] {
  if (!entry.action.startsWith(`${kind}.`)) return [];
  const { ids } = detailOf(entry);
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [entry.subject];
}

/** The status that an entry leaves a proposal in for good; null where more may follow. */
const FINAL: Readonly<Record<string, string>> = {
  "proposal.apply": "applied",
  "proposal.rejected": "rejected",
  "proposal.superseded": "superseded",
  "proposal.expired": "expired",
  "proposal.failed": "failed",
};

/** Acts that leave a proposal pending. */
const DECIDES_NOTHING = ["proposal.approve-first", "proposal.undo"];

/** What contradicts an entry in the row that it is about; null = nothing. */
export function deniesEntry(entry: AuditFact, row: DecidedProposal | undefined): string | null {
  if (!row) return `entry ${entry.seq} of the audit decided a proposal that is gone`;
  const final = FINAL[entry.action];
  if (final !== undefined && row.status !== final)
    return `entry ${entry.seq} of the audit made it ${final}, it is ${row.status}`;
  if (hasPrints(entry) && row.decidedAt !== entry.at)
    return `entry ${entry.seq} of the audit ended it, and its row says another time`;
  const isUndone = row.undoneAt !== null && row.undoneAt >= entry.at;
  if (entry.action === "proposal.undo" && !isUndone)
    return `entry ${entry.seq} of the audit undid its approval, and its row does not say so`;
  if (entry.action === "proposal.schedule" && row.status === "pending" && !isUndone)
    return `entry ${entry.seq} of the audit approved it, it is pending`;
  if (entry.action !== "proposal.approve-first") return null;
  // a later one at another price takes the place of the first
  const kept = row.approvals.some(({ by, at }) => (by === entry.actor && at === entry.at) || at > entry.at);
  return kept ? null : `the approval of entry ${entry.seq} of the audit is gone`;
}

const NONE: ReadonlySet<string> = new Set();

function isUndoOf(entry: AuditFact, { id, undoneAt }: DecidedProposal): boolean {
  return entry.action === "proposal.undo" && entry.at === undoneAt && isAbout(entry, id);
}

/**
 * What of a proposal's decision the chains do not say; null = they say all of it. `entries`: those of the audit at the
 * instants of its decision and approvals; `ledger`: the entry that `ledgerSeq` names; `formerly`: SKUs that its product had
 * before, one of which the entries of that time say.
 */
export function unprovenDecision(
  row: DecidedProposal,
  entries: readonly AuditFact[],
  ledger: LedgerFact | null,
  formerly: ReadonlySet<string>,
): string | null {
  for (const approval of row.approvals) {
    const entry = entries.find(
      (one) => one.action === "proposal.approve-first" && one.at === approval.at && isAbout(one, row.id),
    );
    if (entry?.actor !== approval.by || detailOf(entry).to !== (approval.price ?? detailOf(entry).to))
      return "an approval is not as the audit has it";
  }
  if (row.undoneAt !== null && !entries.some((entry) => isUndoOf(entry, row)))
    return "no entry of the audit undid its approval then";
  if (row.status === "pending")
    return [row.decidedBy, row.decidedAt, row.ledgerSeq, row.effectiveAt, row.note].some(
      (one) => one !== null,
    )
      ? "it is pending, and yet decided"
      : unprovenEnd(row);
  const applied = row.status === "applied" ? unprovenApplication(row, ledger, formerly) : null;
  if (applied) return applied;
  if (row.status !== "applied" && row.ledgerSeq !== null)
    return `it is ${row.status}, and yet names a ledger entry`;
  const end = unprovenEnd(row);
  if (end) return end;
  const ofThen = entries.filter(({ at }) => at === row.decidedAt);
  const decision = ofThen.find((entry) => !DECIDES_NOTHING.includes(entry.action) && isAbout(entry, row.id));
  if (decision && hasPrints(decision)) return unprovenAmongMany(row, decision, formerly);
  return decision ? contradiction(row, decision, formerly) : "no entry of the audit decided it then";
}

function unprovenAmongMany(
  row: DecidedProposal,
  entry: AuditFact,
  formerly: ReadonlySet<string>,
): string | null {
  if (row.status !== FINAL[entry.action]) return `status is not what entry ${entry.seq} of the audit says`;
  return deniesPrint(entry, row, formerly);
}

/** Only what was applied or scheduled has a time at which the price of before comes back. */
function unprovenEnd({ status, until, effectiveAt }: DecidedProposal): string | null {
  if (until === null || effectiveAt !== null || status === "applied") return null;
  return "no entry of the audit gives its end";
}

function unprovenApplication(
  row: DecidedProposal,
  ledger: LedgerFact | null,
  formerly: ReadonlySet<string>,
): string | null {
  if (ledger === null) return "the ledger entry that applied it is not there";
  const { sku, from, to, causeKind, causeId } = ledger;
  const isIts = causeKind === "proposal" && causeId === row.id && isSame(sku, row.sku, formerly);
  if (!isIts) return "the ledger entry that it names applied something else";
  return from === row.from && to === row.to ? null : "its prices are not those of the ledger entry";
}

/** Whether an entry's SKU is the row's, or one that its product had before. */
function isSame(said: unknown, sku: string, formerly: ReadonlySet<string>): boolean {
  return said === sku || (typeof said === "string" && formerly.has(said));
}

/** Where the row says something else than the entry that decided it. */
function contradiction(row: DecidedProposal, entry: AuditFact, formerly: ReadonlySet<string>): string | null {
  const says = (field: string) => `${field} is not what entry ${entry.seq} of the audit says`;
  const { sku, from, to, note = null, effectiveAt = null, until } = detailOf(entry);
  const final = FINAL[entry.action];
  const statuses = final === undefined ? ["approved", "applied"] : [final];
  if (!statuses.includes(row.status)) return says("status");
  if (row.decidedBy !== entry.actor) return says("decidedBy");
  if (sku !== undefined && !isSame(sku, row.sku, formerly)) return says("sku");
  if (from !== undefined && from !== row.from) return says("from");
  if (to !== undefined && to !== row.to) return says("to");
  if (until !== undefined && until !== row.until) return says("until");
  if (note !== row.note) return says("note");
  return effectiveAt === row.effectiveAt ? null : says("effectiveAt");
}

/** An override's row; minor units, ms. */
export interface OverrideFact {
  id: string;
  scope: string;
  key: string;
  kind: string;
  price: number | null;
  currency: string | null;
  reason: string;
  createdBy: string;
  createdAt: number;
  expiresAt: number;
  endedAt: number | null;
  endedBy: string | null;
}

const EXPIRY = "system:expiry";

/**
 * What of an override the audit does not say; null = it says all. `entries`: those at the instants of its row; `formerly`:
 * SKUs that the product of an override of one SKU had before.
 */
export function unprovenOverride(
  row: OverrideFact,
  entries: readonly AuditFact[],
  formerly: ReadonlySet<string> = NONE,
): string | null {
  const about = entries.filter((entry) => entry.subject === row.id);
  const made = about.find(({ action, at }) => action === "override.create" && at === row.createdAt);
  if (!made) return "no entry of the audit made it then";
  if (made.actor !== row.createdBy) return `createdBy is not what entry ${made.seq} of the audit says`;
  const detail = detailOf(made);
  const told = ["scope", "key", "kind", "price", "currency", "reason", "expiresAt"] as const;
  const isTold = (field: (typeof told)[number]) =>
    detail[field] === row[field] ||
    (field === "key" && row.scope === "sku" && isSame(detail.key, row.key, formerly));
  const other = told.find((field) => !isTold(field));
  if (other) return `${other} is not what entry ${made.seq} of the audit says`;
  if (row.endedAt === null) return row.endedBy === null ? null : "it is in force, and yet ended by somebody";
  if (row.endedBy === EXPIRY)
    return row.endedAt === row.expiresAt ? null : "it expired at another time than it was to";
  const end = about.find(({ action, at }) => action === "override.end" && at === row.endedAt);
  return end?.actor === row.endedBy ? null : "no entry of the audit ended it so";
}

/** What contradicts an entry in the override that it is about; null = nothing. */
export function deniesOverrideEntry(entry: AuditFact, row: OverrideFact | undefined): string | null {
  if (!row) return `entry ${entry.seq} of the audit is about an override that is gone`;
  const ended = entry.action === "override.end" || entry.action === "override.expired";
  return ended && row.endedAt === null ? `entry ${entry.seq} of the audit ended it, it is in force` : null;
}

/** The version of the settings that an entry made; null if it is about something else. */
export function settingsVersion(entry: AuditFact): number | null {
  const { version } = detailOf(entry);
  return entry.action === "settings.change" && typeof version === "number" ? version : null;
}

/** By this the audit knows the settings that it speaks of, which are too long for an entry. */
export function settingsDigest(body: unknown): string {
  return sha256Hex(canonicalJson(body));
}

/** What of a version of the settings the audit does not say; null = it says all. `body`: as it is stored. */
export function unprovenSettings(
  row: { version: number; actor: string; body: string },
  entries: readonly AuditFact[],
): string | null {
  const entry = entries.find((one) => settingsVersion(one) === row.version);
  if (!entry) return "no entry of the audit made it then";
  if (entry.actor !== row.actor) return `actor is not what entry ${entry.seq} of the audit says`;
  const { digest } = detailOf(entry);
  try {
    const same = digest === settingsDigest(JSON.parse(row.body));
    return same ? null : `they are not those of entry ${entry.seq} of the audit`;
  } catch {
    return "its JSON is broken";
  }
}
