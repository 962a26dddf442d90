import { isAmong } from "../../db/bulk.ts";
import type { Database } from "../../db/database.ts";
import { quarantine } from "../../db/schema.ts";
import { withSettledRows } from "../../domain/delivery/receipt.ts";
import type { Receipt } from "../../domain/messages/batch.ts";

/** A receipt with what people and later observations have made of its quarantined rows. */
export async function settledReceipt(db: Database, receipt: Receipt): Promise<Receipt> {
  const ids = receipt.problems.flatMap(({ quarantineId }) => quarantineId ?? []);
  if (ids.length === 0) return receipt;
  const { id, status } = quarantine;
  const rows = await db.select({ id, status }).from(quarantine).where(isAmong(id, ids));
  return withSettledRows(receipt, new Map(rows.map((row) => [row.id, row.status])));
}
