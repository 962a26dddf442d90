import { type ChainHead, firstBadEntry, GENESIS } from "../../domain/ledger/entries.ts";
import type { ServiceContext } from "../context.ts";
import { readHeads } from "./commit-chained.ts";

const PAGE_ROWS = 2_000;
const HEADS_KEY = "chains/heads.json";

export interface ChainReport {
  ok: boolean;
  ledger: { count: number; head: string };
  audit: { count: number; head: string };
  firstBad?: { chain: "ledger" | "audit"; seq: number; reason: string };
}

type Heads = Awaited<ReturnType<typeof readHeads>>;
type StoredEntry = { seq: number; prevHash: string; hash: string };

const READ_PAGE = {
  ledger: `SELECT seq, sku, from_price AS "from", to_price AS "to", currency, source, cause_kind AS causeKind,
    cause_id AS causeId, actor, at, reason, prev_hash AS prevHash, hash FROM price_ledger WHERE seq > ?1 ORDER BY seq LIMIT ?2`,
  audit: `SELECT seq, at, actor, action, subject, detail, prev_hash AS prevHash, hash FROM audit
    WHERE seq > ?1 ORDER BY seq LIMIT ?2`,
} as const;

/** Walks both chains from the first entry, and compares them with the heads kept in the bucket: a cut tail shows. */
export async function verifyChains(ctx: ServiceContext): Promise<ChainReport> {
  const kept = await ctx.lake.get(HEADS_KEY).then((object) => object?.json<Heads>());
  const ledger = await walk(ctx, "ledger", kept?.ledger);
  const audit = await walk(ctx, "audit", kept?.audit);
  const firstBad = ledger.bad ?? audit.bad;
  return {
    ok: !firstBad,
    ledger: { count: ledger.head.count, head: ledger.head.hash },
    audit: { count: audit.head.count, head: audit.head.hash },
    ...(firstBad ? { firstBad } : {}),
  };
}

async function walk(ctx: ServiceContext, chain: "ledger" | "audit", kept: ChainHead | undefined) {
  let head: ChainHead = { count: 0, hash: GENESIS };
  const bad = (seq: number, reason: string) => ({ head, bad: { chain, seq, reason } });
  for (;;) {
    const { results } = await ctx.d1.prepare(READ_PAGE[chain]).bind(head.count, PAGE_ROWS).all<StoredEntry>();
    const entries =
      chain === "audit"
        ? results.map((row) => ({
            ...row,
            detail: JSON.parse((row as StoredEntry & { detail: string }).detail),
          }))
        : results;
    const broken = firstBadEntry(head, entries);
    if (broken) return bad(broken.seq, broken.reason);
    const anchor = kept && entries.find((entry) => entry.seq === kept.count);
    if (anchor && anchor.hash !== kept.hash)
      return bad(anchor.seq, "differs from the head kept in the bucket");
    const last = entries.at(-1);
    if (last) head = { count: last.seq, hash: last.hash };
    if (entries.length < PAGE_ROWS) break;
  }
  if (kept && kept.count > head.count)
    return bad(head.count + 1, "entries that the kept head counts are gone");
  return { head, bad: null };
}

/**
 * Keeps the present heads in the bucket, if they moved. A head only moves on: one whose entry is gone or differs stays
 * as the evidence of it.
 *
 * @throws Error when a chain no longer holds the entry that was its kept head
 */
export async function keepHeads(ctx: ServiceContext): Promise<void> {
  const heads = await readHeads(ctx.d1);
  const kept = await ctx.lake.get(HEADS_KEY).then((object) => object?.json<Heads>());
  if (JSON.stringify(kept) === JSON.stringify(heads)) return;
  if (kept) {
    await assertHolds(ctx.d1, "price_ledger", kept.ledger);
    await assertHolds(ctx.d1, "audit", kept.audit);
  }
  await ctx.lake.put(HEADS_KEY, JSON.stringify(heads));
}

async function assertHolds(d1: D1Database, table: "price_ledger" | "audit", head: ChainHead): Promise<void> {
  if (head.count === 0) return;
  const hash = await d1.prepare(`SELECT hash FROM ${table} WHERE seq = ?1`).bind(head.count).first("hash");
  if (hash !== head.hash) throw new Error(`${table} no longer holds entry ${head.count} as it was kept`);
}
