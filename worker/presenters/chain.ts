import type { z } from "@hono/zod-openapi";
import type { audit, priceLedger } from "../../db/schema.ts";
import type { AuditEntry, LedgerEntry } from "../../domain/contract/chain-shapes.ts";
import { iso } from "../../domain/contract/page.ts";
import { formatMinor } from "../../domain/money/format.ts";
import { given } from "./given.ts";

export function presentLedgerEntry(row: typeof priceLedger.$inferSelect): z.infer<typeof LedgerEntry> {
  return {
    seq: row.seq,
    sku: row.sku,
    from: row.from === null ? null : formatMinor(row.from, row.currency),
    to: formatMinor(row.to, row.currency),
    currency: row.currency,
    source: row.source,
    cause: { kind: row.causeKind, ...given({ id: row.causeId }) },
    actor: row.actor,
    at: iso(row.at),
    prevHash: row.prevHash,
    hash: row.hash,
    ...given({ reason: row.reason }),
  };
}

export function presentAuditEntry(row: typeof audit.$inferSelect): z.infer<typeof AuditEntry> {
  return { ...row, at: iso(row.at) };
}
