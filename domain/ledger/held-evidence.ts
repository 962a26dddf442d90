import { type AuditFact, type Detail, detailOf } from "./facts.ts";

/** An override that somebody asked for and that waits for a second person, or did; minor units, ms. */
export interface HeldFact {
  id: string;
  scope: string;
  key: string;
  kind: string;
  price: number | null;
  currency: string | null;
  reason: string;
  expiresAt: number | null;
  playbook: string | null;
  status: string;
  actor: string;
  heldAt: number;
  note: string | null;
  decidedBy: string | null;
  decidedAt: number | null;
}

const REQUEST = "held-override.request";
const DISCARD = "held-override.discard";

/**
 * What the record says of something that two people wanted.
 *
 * @example reasonOfTwo("season", "user:ann@shop.test", null) // "season; asked for by user:ann@shop.test"
 */
export function reasonOfTwo(reason: string | null, askedBy: string, note: string | null): string {
  return [reason, `asked for by ${askedBy}`, note].filter((part) => part !== null).join("; ");
}

/** The held override that an entry speaks of; null if it is about something else. */
export function heldIdOf({ action, subject }: AuditFact): string | null {
  return action === REQUEST || action === DISCARD ? subject : null;
}

/** What contradicts an entry in the held override that it is about; null = nothing. */
export function deniesHeldEntry({ action, seq }: AuditFact, row: HeldFact | undefined): string | null {
  if (!row) return `entry ${seq} of the audit is about a held override that is gone`;
  const isOther = action === DISCARD && row.status !== "discarded";
  return isOther ? `entry ${seq} of the audit discarded it, it is ${row.status}` : null;
}

/**
 * What of a held override the audit does not say; null = it says all. `entries`: those at the instants of its row;
 * `formerly`: SKUs that its product had before.
 */
export function unprovenHeld(
  row: HeldFact,
  entries: readonly AuditFact[],
  formerly: ReadonlySet<string>,
): string | null {
  const asked = entries.find(
    ({ action, subject, at }) => action === REQUEST && subject === row.id && at === row.heldAt,
  );
  if (!asked) return "no entry of the audit asked for it then";
  if (asked.actor !== row.actor) return `actor is not what entry ${asked.seq} of the audit says`;
  const detail = detailOf(asked);
  const told = ["kind", "price", "currency", "reason", "expiresAt"] as const;
  const other = told.find((field) => detail[field] !== row[field]);
  if (other) return `${other} is not what entry ${asked.seq} of the audit says`;
  if ((detail.playbook ?? null) !== row.playbook)
    return `playbook is not what entry ${asked.seq} of the audit says`;
  if (!isSameScope(row, detail, formerly))
    return `its scope is not what entry ${asked.seq} of the audit says`;
  if (row.status === "held")
    return [row.note, row.decidedBy, row.decidedAt].some((one) => one !== null)
      ? "it waits, and yet is decided"
      : null;
  const ofThen = entries.filter(({ at, actor }) => at === row.decidedAt && actor === row.decidedBy);
  return ofThen.some((entry) => isEndOf(row, entry, formerly)) ? null : "no entry of the audit decided it so";
}

/** Whether an entry of its instant, by who decided it, did so. */
function isEndOf(row: HeldFact, entry: AuditFact, formerly: ReadonlySet<string>): boolean {
  const detail = detailOf(entry);
  const { action, subject } = entry;
  switch (row.status) {
    case "released":
      return (
        action === "override.create" &&
        isSameScope(row, detail, formerly) &&
        detail.kind === row.kind &&
        detail.reason === reasonOfTwo(row.reason, row.actor, row.note)
      );
    case "discarded":
      return action === DISCARD && subject === row.id && (detail.note ?? null) === row.note;
    default:
      // another request for the same took its place
      return (
        action === REQUEST &&
        subject !== row.id &&
        isSameScope(row, detail, formerly) &&
        detail.kind === row.kind &&
        row.note === null &&
        row.status === "superseded"
      );
  }
}

function isSameScope({ scope, key }: HeldFact, detail: Detail, formerly: ReadonlySet<string>): boolean {
  if (detail.scope !== scope) return false;
  return (
    detail.key === key || (scope === "sku" && typeof detail.key === "string" && formerly.has(detail.key))
  );
}
