import { asc, gt, sql } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { auditAt } from "../../db/reads/chains.ts";
import { heldOverrides, settings } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import type { AuditFact } from "../../domain/ledger/facts.ts";
import { deniesHeldEntry, heldIdOf, unprovenHeld } from "../../domain/ledger/held-evidence.ts";
import { DEFAULT_SETTINGS } from "../../domain/settings/settings.ts";
import type { ServiceContext } from "../context.ts";
import { entriesByRow, firstDenied, heldInstants } from "./held-rows.ts";
import { type Finding, type PageResult, type Place, resultOf } from "./place.ts";
import { auditFact } from "./read-detail.ts";
import { formerSkus } from "./read-rows.ts";

const NONE: ReadonlySet<string> = new Set();

/** Checks one page of the overrides that waited for a second person. */
export async function checkHeldOverrides(
  { db }: Pick<ServiceContext, "db">,
  place: Place,
  limit: number,
): Promise<PageResult> {
  const page = db
    .select()
    .from(heldOverrides)
    .where(gt(heldOverrides.id, String(place.after)))
    .orderBy(asc(heldOverrides.id))
    .limit(limit);
  const [rows, entries] = await db.batch([page, auditAt(db, heldInstants(page))]);
  const entriesOf = entriesByRow(entries.map(auditFact));
  const ids = rows.map(({ id }) => id);
  const former = await formerSkus(
    db,
    rows.flatMap(({ scope, key }) => (scope === "sku" ? [key] : [])),
  );
  for (const row of rows) {
    const reason = unprovenHeld(row, entriesOf(row), former.get(row.key) ?? NONE);
    if (reason) return resultOf(place, limit, ids, { part: "held_overrides", at: row.id, reason });
  }
  return resultOf(place, limit, ids, null);
}

/** What entries say of held overrides has to be so still; those that were decided long ago may be in the archive. */
export async function checkHeldEntries(
  { db, now }: Pick<ServiceContext, "db" | "now">,
  entries: readonly AuditFact[],
): Promise<Finding | null> {
  const idsOf = (entry: AuditFact) => {
    const id = heldIdOf(entry);
    return id === null ? [] : [id];
  };
  const ids = [...new Set(entries.flatMap(idsOf))];
  if (ids.length === 0) return null;
  const [rows, [fewest]] = await db.batch([
    db.select().from(heldOverrides).where(isAmong(heldOverrides.id, ids)),
    db.select({ days: leastDays("heldPriceDays") }).from(settings),
  ]);
  const archivedBefore = now - leastOf(fewest, "heldPriceDays") * DAY_MS;
  const denied = firstDenied(entries, rows, archivedBefore, { idsOf, denies: deniesHeldEntry });
  return denied && { part: "held_overrides", ...denied };
}

type Retained = "proposalDays" | "heldPriceDays";

/** Of all versions of the settings: what one of them had archived does not come back. A spoilt one has a part of its own. */
export function leastDays(name: Retained) {
  return sql<number | null>`min(CASE WHEN json_valid(${settings.body})
    THEN CAST(${settings.body} ->> ${`$.retention.${name}`} AS INTEGER) END)`;
}

/** The fewest days for which rows were ever to be kept. */
export function leastOf(fewest: { days: number | null } | undefined, name: Retained): number {
  const usual = DEFAULT_SETTINGS.retention[name];
  return Math.min(usual, fewest?.days ?? usual);
}
