import { asc, eq, gt } from "drizzle-orm";
import type { Database } from "../../db/database.ts";
import { audit, priceLedger } from "../../db/schema.ts";
import { type ChainHead, firstBadEntry, GENESIS } from "../../domain/ledger/entries.ts";
import type { ServiceContext } from "../context.ts";
import { type ChainHeads, readHeads } from "./commit-chained.ts";

const PAGE_ROWS = 2_000;
const HEADS_KEY = "chains/heads.json";

export interface ChainReport {
  ok: boolean;
  ledger: { count: number; head: string };
  audit: { count: number; head: string };
  firstBad?: { chain: Chain; seq: number; reason: string };
}

const TABLES = { ledger: priceLedger, audit } as const;
type Chain = keyof typeof TABLES;

/** Walks both chains from the first entry, and compares them with the heads kept in the bucket: a cut tail shows. */
export async function verifyChains(ctx: ServiceContext): Promise<ChainReport> {
  const kept = await readKeptHeads(ctx);
  const ledger = await walk(ctx, "ledger", kept?.ledger);
  const audited = await walk(ctx, "audit", kept?.audit);
  const firstBad = ledger.bad ?? audited.bad;
  return {
    ok: !firstBad,
    ledger: { count: ledger.head.count, head: ledger.head.hash },
    audit: { count: audited.head.count, head: audited.head.hash },
    ...(firstBad ? { firstBad } : {}),
  };
}

async function readKeptHeads({ lake }: ServiceContext): Promise<ChainHeads | undefined> {
  return (await lake.get(HEADS_KEY))?.json<ChainHeads>();
}

async function readPage(db: Database, chain: Chain, after: number) {
  const table = TABLES[chain];
  return db.select().from(table).where(gt(table.seq, after)).orderBy(asc(table.seq)).limit(PAGE_ROWS);
}

async function walk({ db }: ServiceContext, chain: Chain, kept: ChainHead | undefined) {
  let head: ChainHead = { count: 0, hash: GENESIS };
  const bad = (seq: number, reason: string) => ({ head, bad: { chain, seq, reason } });
  for (;;) {
    const entries = await readPage(db, chain, head.count);
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
 * Keeps the present heads in the bucket, if they moved. A head only moves forward: if its entry is gone or differs, it
 * stays as the evidence.
 *
 * @throws Error when a chain no longer holds the entry that was its kept head
 */
export async function keepHeads(ctx: ServiceContext): Promise<void> {
  const heads = await readHeads(ctx);
  const kept = await readKeptHeads(ctx);
  if (JSON.stringify(kept) === JSON.stringify(heads)) return;
  if (kept) {
    await assertHolds(ctx.db, "ledger", kept.ledger);
    await assertHolds(ctx.db, "audit", kept.audit);
  }
  await ctx.lake.put(HEADS_KEY, JSON.stringify(heads));
}

async function assertHolds(db: Database, chain: Chain, head: ChainHead): Promise<void> {
  if (head.count === 0) return;
  const table = TABLES[chain];
  const [entry] = await db.select({ hash: table.hash }).from(table).where(eq(table.seq, head.count));
  if (entry?.hash !== head.hash)
    throw new Error(`the ${chain} no longer holds entry ${head.count} as it was kept`);
}
