import { jsonColumns, jsonRows } from "../../db/bulk.ts";
import { BatchConflict, commitBatch } from "../../db/write.ts";
import { ProblemError } from "../../domain/contract/problem.ts";
import { actorLabel } from "../../domain/identity/rights.ts";
import {
  type AuditEntry,
  appendEntries,
  type ChainHead,
  GENESIS,
  type LedgerEntry,
} from "../../domain/ledger/entries.ts";
import type { ServiceContext } from "../context.ts";

/** Another writer may take the chain's next number first; then the head is read again. */
const HEAD_TRIES = 5;
const JITTER_MS = 40;

export type LedgerBody = Omit<LedgerEntry, "seq" | "prevHash" | "hash">;

/** What an audited act says of itself; time and actor are the context's. */
export interface AuditBody {
  action: string;
  subject: string;
  detail: unknown;
}

export interface ChainedWrite {
  ledger?: readonly LedgerBody[];
  audit: readonly AuditBody[];
  /** the statements that go with the entries; they see the numbered ledger entries */
  statements(ledger: readonly LedgerEntry[]): D1PreparedStatement[];
}

export async function readHeads(d1: D1Database): Promise<{ ledger: ChainHead; audit: ChainHead }> {
  const [ledger, audit] = await d1.batch<{ seq: number; hash: string }>([
    d1.prepare("SELECT seq, hash FROM price_ledger ORDER BY seq DESC LIMIT 1"),
    d1.prepare("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"),
  ]);
  const head = (row?: { seq: number; hash: string }): ChainHead =>
    row ? { count: row.seq, hash: row.hash } : { count: 0, hash: GENESIS };
  return { ledger: head(ledger?.results[0]), audit: head(audit?.results[0]) };
}

/**
 * Commits statements together with their ledger and audit entries in one batch. Of two writers with the same head
 * one fails on the chain's key, reads the head again and retries.
 *
 * @throws BatchConflict `guard_failed` when an update of the batch did not hit
 * @throws ProblemError `unavailable` when other writers were first every time
 */
export async function commitChained(ctx: ServiceContext, write: ChainedWrite): Promise<LedgerEntry[]> {
  for (let attempt = 1; ; attempt++) {
    const heads = await readHeads(ctx.d1);
    const ledger = appendEntries(heads.ledger, write.ledger ?? []);
    const actor = actorLabel(ctx.actor);
    const audit = appendEntries(
      heads.audit,
      write.audit.map(({ action, subject, detail }) => ({ at: ctx.now, actor, action, subject, detail })),
    );
    try {
      const chain = [...ledgerInsert(ctx.d1, ledger), ...auditInsert(ctx.d1, audit)];
      await commitBatch(ctx.d1, [...chain, ...write.statements(ledger)]);
      return ledger;
    } catch (error) {
      if (!(error instanceof BatchConflict) || error.failure !== "head_moved") throw error;
      if (attempt === HEAD_TRIES)
        throw new ProblemError("unavailable", "too many changes at the same time", { retryAfter: 1 });
      await ctx.sleep(ctx.random() * JITTER_MS * attempt);
    }
  }
}

function ledgerInsert(d1: D1Database, entries: readonly LedgerEntry[]): D1PreparedStatement[] {
  if (entries.length === 0) return [];
  const rows = entries.map((e) => [
    ...[e.seq, e.sku, e.from, e.to, e.currency, e.source, e.causeKind, e.causeId],
    ...[e.actor, e.at, e.reason, e.prevHash, e.hash],
  ]);
  const sql = `INSERT INTO price_ledger (seq, sku, from_price, to_price, currency, source, cause_kind, cause_id,
    actor, at, reason, prev_hash, hash) SELECT ${jsonColumns(13)} FROM json_each(?1)`;
  return [d1.prepare(sql).bind(jsonRows(rows))];
}

function auditInsert(d1: D1Database, entries: readonly AuditEntry[]): D1PreparedStatement[] {
  if (entries.length === 0) return [];
  const rows = entries.map((e) => [
    ...[e.seq, e.at, e.actor, e.action, e.subject, JSON.stringify(e.detail), e.prevHash, e.hash],
  ]);
  const sql = `INSERT INTO audit (seq, at, actor, action, subject, detail, prev_hash, hash)
    SELECT ${jsonColumns(8)} FROM json_each(?1)`;
  return [d1.prepare(sql).bind(jsonRows(rows))];
}
