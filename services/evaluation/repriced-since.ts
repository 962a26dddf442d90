import { eq, min } from "drizzle-orm";
import { priceLedger, skuBaselines } from "../../db/schema.ts";
import { civilDay, dayNumber } from "../../domain/base/time.ts";
import type { ServiceContext } from "../context.ts";

/** The day of the first price that a proposal changed; null before it. */
export async function repricedSince(
  { db }: Pick<ServiceContext, "db">,
  timeZone: string,
): Promise<number | null> {
  const [known] = await db.select({ before: skuBaselines.before }).from(skuBaselines).limit(1);
  if (known) return dayNumber(known.before);
  const [first] = await db
    .select({ at: min(priceLedger.at) })
    .from(priceLedger)
    .where(eq(priceLedger.causeKind, "proposal"));
  return first?.at == null ? null : dayNumber(civilDay(first.at, timeZone));
}
