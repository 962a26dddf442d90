import { asc, gt } from "drizzle-orm";
import { isAmong } from "../../db/bulk.ts";
import { auditAt } from "../../db/reads/chains.ts";
import { heldPrices, settings } from "../../db/schema.ts";
import { DAY_MS } from "../../domain/base/time.ts";
import type { AuditFact } from "../../domain/ledger/facts.ts";
import { deniesHeldPrice, heldPriceIds, unprovenHeldPrice } from "../../domain/ledger/held-price-evidence.ts";
import type { ServiceContext } from "../context.ts";
import { leastDays, leastOf } from "./check-held.ts";
import { entriesByRow, firstDenied, heldInstants } from "./held-rows.ts";
import { type Finding, type PageResult, type Place, resultOf } from "./place.ts";
import { auditFact } from "./read-detail.ts";
import { formerSkus } from "./read-rows.ts";

const NONE: ReadonlySet<string> = new Set();

/** Checks one page of the prices that waited for a person. */
export async function checkHeldPrices(
  { db }: Pick<ServiceContext, "db">,
  place: Place,
  limit: number,
): Promise<PageResult> {
  const page = db
    .select()
    .from(heldPrices)
    .where(gt(heldPrices.id, String(place.after)))
    .orderBy(asc(heldPrices.id))
    .limit(limit);
  const [rows, entries] = await db.batch([page, auditAt(db, heldInstants(page))]);
  const entriesOf = entriesByRow(entries.map(auditFact));
  const former = await formerSkus(db, [...new Set(rows.map(({ sku }) => sku))]);
  const ids = rows.map(({ id }) => id);
  for (const row of rows) {
    const reason = unprovenHeldPrice(row, entriesOf(row), former.get(row.sku) ?? NONE);
    if (reason) return resultOf(place, limit, ids, { part: "held_prices", at: row.id, reason });
  }
  return resultOf(place, limit, ids, null);
}

/** What entries say of held prices has to be so still; those that were decided long ago may be in the archive. */
export async function checkHeldPriceEntries(
  { db, now }: Pick<ServiceContext, "db" | "now">,
  entries: readonly AuditFact[],
): Promise<Finding | null> {
  const ids = [...new Set(entries.flatMap(heldPriceIds))];
  if (ids.length === 0) return null;
  const [rows, [fewest]] = await db.batch([
    db.select().from(heldPrices).where(isAmong(heldPrices.id, ids)),
    db.select({ days: leastDays("heldPriceDays") }).from(settings),
  ]);
  const archivedBefore = now - leastOf(fewest, "heldPriceDays") * DAY_MS;
  const denied = firstDenied(entries, rows, archivedBefore, {
    idsOf: heldPriceIds,
    denies: deniesHeldPrice,
  });
  return denied && { part: "held_prices", ...denied };
}
