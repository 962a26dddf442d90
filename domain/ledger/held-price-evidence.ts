import { canonicalJson, sha256Hex } from "../base/canonical-json.ts";
import { type AuditFact, detailOf } from "./facts.ts";
import { reasonOfTwo } from "./held-evidence.ts";

/** A price that waited for a person, or still does; minor units, ms. */
export interface HeldPriceFact {
  id: string;
  sku: string;
  from: number;
  price: number;
  currency: string;
  code: string;
  limit: number | null;
  status: string;
  actor: string;
  heldAt: number;
  reason: string | null;
  note: string | null;
  decidedBy: string | null;
  decidedAt: number | null;
}

/** What of it the entry of an import vouches for. */
type HeldByImport = Pick<HeldPriceFact, "id" | "sku" | "from" | "price" | "currency" | "code" | "limit">;

const REQUEST = "price.request";
const RELEASE = "price.release";
const DISCARD = "price.discard";
const IMPORT = "products.import";
/** What the row says of whoever took its place, when that was another price of the feed. */
export const BY_IMPORT = "system:import";

/** Hex digits of a print: a changed row keeps its print by chance once in four thousand million. */
const PRINT_LENGTH = 8;

function printOf({ id, sku, from, price, currency, code, limit }: HeldByImport): string {
  return sha256Hex(canonicalJson([id, sku, from, price, currency, code, limit])).slice(0, PRINT_LENGTH);
}

/** What the entry of an import says of the prices that it holds, each with a print, and of those that no longer wait. */
export function heldDetail(added: readonly HeldByImport[], superseded: readonly string[]) {
  return {
    held: added.length,
    heldIds: added.map(({ id }) => id),
    heldPrints: added.map(printOf),
    overtakenIds: superseded,
  };
}

type ImportDetail = Partial<ReturnType<typeof heldDetail>>;

const importDetail = (entry: AuditFact): ImportDetail | null =>
  entry.action === IMPORT ? (detailOf(entry) as ImportDetail) : null;

/** The held prices that an entry speaks of. */
export function heldPriceIds(entry: AuditFact): string[] {
  if ([REQUEST, RELEASE, DISCARD].includes(entry.action)) return [entry.subject];
  const { heldIds = [], overtakenIds = [] } = importDetail(entry) ?? {};
  return [...heldIds, ...overtakenIds];
}

/** What contradicts an entry in a held price that it speaks of; null = nothing. */
export function deniesHeldPrice(entry: AuditFact, row: HeldPriceFact | undefined, id: string): string | null {
  if (!row) return `entry ${entry.seq} of the audit is about a held price that is gone`;
  const isOver = importDetail(entry)?.overtakenIds?.includes(id) === true;
  const status = isOver
    ? "superseded"
    : entry.action === RELEASE
      ? "released"
      : entry.action === DISCARD
        ? "discarded"
        : null;
  if (status === null || row.status === status) return null;
  return `entry ${entry.seq} of the audit left it ${status}, it is ${row.status}`;
}

/**
 * What of a held price the audit does not say; null = it says all. `entries`: those at the instants of its row;
 * `formerly`: SKUs that its product had before.
 */
export function unprovenHeldPrice(
  row: HeldPriceFact,
  entries: readonly AuditFact[],
  formerly: ReadonlySet<string>,
): string | null {
  const skus = [row.sku, ...formerly];
  return unprovenStart(row, entries, skus) ?? unprovenEnd(row, entries, skus);
}

function unprovenStart(
  row: HeldPriceFact,
  entries: readonly AuditFact[],
  skus: readonly string[],
): string | null {
  const ofThen = entries.filter(({ at }) => at === row.heldAt);
  const asked = ofThen.find(({ action, subject }) => action === REQUEST && subject === row.id);
  const held = ofThen.find((entry) => importDetail(entry)?.heldIds?.includes(row.id));
  // releases before this counted what an import held, and named none of it
  const counted = ofThen.find((entry) => isOfBefore(entry) && Number(detailOf(entry).held) > 0);
  const entry = asked ?? held ?? counted;
  if (!entry) return "no entry of the audit held it then";
  const says = (field: string) => `${field} is not what entry ${entry.seq} of the audit says`;
  if (entry.actor !== row.actor) return says("actor");
  if (asked) {
    const detail = detailOf(asked);
    if (!skus.includes(String(detail.sku))) return says("sku");
    const other = (["from", "price", "reason"] as const).find((field) => detail[field] !== row[field]);
    if (other) return says(other);
    if (detail.currency !== undefined && detail.currency !== row.currency) return says("currency");
    return row.code === "second_person" && row.limit === null ? null : says("code");
  }
  if (row.reason !== null) return "no entry of the audit gives its reason";
  if (!held) return null;
  const { heldIds, heldPrints } = importDetail(held)!;
  const print = heldPrints?.[heldIds!.indexOf(row.id)];
  const isAsThen = skus.some((sku) => printOf({ ...row, sku }) === print);
  return isAsThen ? null : `it is not what entry ${held.seq} of the audit held`;
}

/** An entry of an import that says nothing of single prices. */
function isOfBefore(entry: AuditFact): boolean {
  const detail = importDetail(entry);
  return detail !== null && detail.heldIds === undefined;
}

function unprovenEnd(
  row: HeldPriceFact,
  entries: readonly AuditFact[],
  skus: readonly string[],
): string | null {
  if (row.status === "held")
    return [row.note, row.decidedBy, row.decidedAt].some((one) => one !== null)
      ? "it waits, and yet is decided"
      : null;
  const ofThen = entries.filter(({ at }) => at === row.decidedAt);
  return ofThen.some((entry) => isEndOf(row, entry, skus)) ? null : "no entry of the audit decided it so";
}

function isEndOf(row: HeldPriceFact, entry: AuditFact, skus: readonly string[]): boolean {
  const { action, subject, actor } = entry;
  const detail = detailOf(entry);
  const isIts = subject === row.id && actor === row.decidedBy && (detail.note ?? null) === row.note;
  switch (row.status) {
    case "released":
      return row.code === "second_person"
        ? action === "price.set" &&
            actor === row.decidedBy &&
            skus.includes(subject) &&
            detail.to === row.price &&
            detail.reason === reasonOfTwo(row.reason, row.actor, row.note)
        : action === RELEASE && isIts;
    case "discarded":
      return action === DISCARD && isIts;
    case "superseded":
      if (row.note !== null) return false;
      if (action === REQUEST)
        return actor === row.decidedBy && subject !== row.id && skus.includes(String(detail.sku));
      if (row.decidedBy !== BY_IMPORT) return false;
      return importDetail(entry)?.overtakenIds?.includes(row.id) === true || isOfBefore(entry);
    default:
      return false;
  }
}
