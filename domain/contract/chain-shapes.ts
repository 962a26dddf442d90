import { z } from "zod";
import { instant, money } from "./answers.ts";

export const LedgerEntry = z.object({
  seq: z.int(),
  sku: z.string(),
  from: money.nullable(),
  to: money,
  currency: z.string(),
  source: z.string(),
  cause: z.object({ kind: z.string(), id: z.string().optional() }),
  actor: z.string(),
  at: instant,
  reason: z.string().optional(),
  prevHash: z.string(),
  hash: z.string(),
});

export const AuditEntry = z.object({
  seq: z.int(),
  at: instant,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.unknown(),
  prevHash: z.string(),
  hash: z.string(),
});

const chainEnd = z.object({ count: z.int(), head: z.string() });

export const ChainReport = z.object({
  ok: z.boolean(),
  ledger: chainEnd,
  audit: chainEnd,
  firstBad: z.object({ chain: z.enum(["ledger", "audit"]), seq: z.int(), reason: z.string() }).optional(),
});
