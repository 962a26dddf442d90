import { gzipSync } from "node:zlib";
import { and, between, notExists, notInArray, sql } from "drizzle-orm";
import { auditPage, ledgerPage } from "../../db/reads/chains.ts";
import { audit, auditInstants, auditSkus, priceLedger, priceTrials, products } from "../../db/schema.ts";
import { prepare } from "../../db/write.ts";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { type ChainHead, firstBadEntry } from "../../domain/ledger/entries.ts";
import { sign } from "../../domain/ledger/heads.ts";
import type { ServiceContext } from "../context.ts";
import { readLakeState } from "../lake/lake-state.ts";
import type { VaultPort } from "../ports.ts";
import { readSettings } from "../settings/settings.ts";
import { commitChained } from "./commit-chained.ts";
import { hashedEntry } from "./read-detail.ts";
import {
  CHAINS,
  type Chain,
  readSeals,
  SEALS_KEY,
  SEALS_PURPOSE,
  type Seal,
  type Seals,
  sealedHead,
} from "./seals.ts";

type SealingContext = ServiceContext & { vault: VaultPort };

/** Entries of one sealed object. */
const SEAL_ENTRIES = 5_000;
/** Objects sealed, and pages removed, in one pass. */
const STEPS_MAX = 20;
/** What of the audit stays in the database for ever: overrides and settings are proven by it. */
const KEPT_ACTIONS = ["override.create", "override.end", "override.expired", "settings.change"];

/**
 * Puts the complete months of both chains into the bucket, and removes those that are older than the settings say from
 * the database. A served price keeps the entry that set it.
 *
 * @throws Error if a chain is not sound
 */
export async function sealMonths(ctx: SealingContext): Promise<void> {
  const seals = await readSeals(ctx);
  const before = seals.seals.length;
  for (const chain of CHAINS) await sealChain(ctx, seals, chain);
  if (seals.seals.length > before) await keepSeals(ctx, seals);
  const { settings } = await readSettings(ctx.d1);
  const firstKept = monthOf(monthsBefore(ctx.now, settings.retention.chainMonths));
  for (const chain of CHAINS) await removeSealed(ctx, seals, chain, firstKept);
}

/** YYYY-MM of an instant (ms), UTC. */
function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7);
}

function monthsBefore(ms: number, months: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months);
}

async function keepSeals({ lake, vault }: SealingContext, seals: Seals): Promise<void> {
  await lake.put(SEALS_KEY, JSON.stringify(sign(await vault.secret(), SEALS_PURPOSE, seals)));
}

async function sealChain(ctx: SealingContext, seals: Seals, chain: Chain): Promise<void> {
  const thisMonth = monthOf(ctx.now);
  for (let step = 0; step < STEPS_MAX; step++) {
    const head = sealedHead(seals, chain);
    const page = await entriesAfter(ctx, chain, head.count, SEAL_ENTRIES);
    const month = page[0] === undefined ? thisMonth : monthOf(page[0].at);
    const end = page.findIndex(({ at }) => monthOf(at) > month);
    const entries = end < 0 ? page : page.slice(0, end);
    // entries of this month may still follow
    if (month >= thisMonth || entries.length === 0) return;
    seals.seals.push(await seal(ctx, { chain, month, head }, entries));
  }
}

/** A page of a chain as it was hashed. */
async function entriesAfter({ db }: SealingContext, chain: Chain, after: number, limit: number) {
  return chain === "ledger"
    ? await ledgerPage(db, after, limit)
    : (await auditPage(db, after, limit)).map(hashedEntry);
}

async function seal(
  { lake }: SealingContext,
  { chain, month, head }: { chain: Chain; month: string; head: ChainHead },
  entries: Awaited<ReturnType<typeof entriesAfter>>,
): Promise<Seal> {
  const bad = firstBadEntry(head, entries);
  if (bad) throw new Error(`the ${chain} is not sealed: entry ${bad.seq} ${bad.reason}`);
  const last = entries.at(-1)!;
  const text = `${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n`;
  const from = head.count + 1;
  const key = `chains/${chain}/${month}/${String(from).padStart(10, "0")}.jsonl.gz`;
  await lake.put(key, gzipSync(text), {
    httpMetadata: { contentType: "application/x-ndjson", contentEncoding: "gzip" },
  });
  return { chain, month, from, to: last.seq, hash: last.hash, sha256: sha256Hex(text), key };
}

/** Removes sealed months before `firstKept` (YYYY-MM). The kept head stays, whatever its age. */
async function removeSealed(
  ctx: SealingContext,
  seals: Seals,
  chain: Chain,
  firstKept: string,
): Promise<void> {
  if (seals.removing[chain] === null) {
    const from = seals.removed[chain].count;
    // what the lake has not taken yet stays
    const taken = chain === "ledger" ? ((await readLakeState(ctx)).to.ledger ?? 0) : Number.POSITIVE_INFINITY;
    const last = seals.seals
      .filter((one) => one.chain === chain && one.to > from && one.to <= taken && one.month < firstKept)
      .slice(0, STEPS_MAX)
      .at(-1);
    if (last === undefined) return;
    // told before it is done: the check must not miss them
    seals.removed[chain] = { count: last.to, hash: last.hash };
    seals.removing[chain] = from;
    await keepSeals(ctx, seals);
  }
  const [after, upTo] = [seals.removing[chain]!, seals.removed[chain].count];
  // the entry of the kept head stays: the check looks for it
  const kept = (await ctx.vault.keptHeads())?.[chain] ?? { count: 0 };
  for (const { from, to } of seals.seals.filter(
    (one) => one.chain === chain && one.to > after && one.to <= upTo,
  ))
    await ctx.d1.batch(REMOVALS[chain](ctx, from, Math.min(to, kept.count - 1)));
  await commitChained(ctx, {
    audit: [{ action: "data.archive", subject: chain, detail: { from: after + 1, to: upTo } }],
    statements: () => [],
  });
  seals.removing[chain] = null;
  await keepSeals(ctx, seals);
}

const REMOVALS = { ledger: ledgerRemoval, audit: auditRemoval } as const;

function ledgerRemoval({ d1, db }: SealingContext, from: number, to: number): D1PreparedStatement[] {
  const inForce = db.select({ seq: products.priceSeq }).from(products);
  return [
    // until when a trial was in force: the entry after it says so as long as it is there
    prepare(
      d1,
      sql`UPDATE ${priceTrials} SET until_at = (SELECT min(l.at) FROM price_ledger l
        WHERE l.sku = price_trials.sku AND l.at > price_trials.at) WHERE until_at IS NULL`,
    ),
    prepare(
      d1,
      db
        .delete(priceLedger)
        .where(and(between(priceLedger.seq, from, to), notInArray(priceLedger.seq, inForce))),
    ),
  ];
}

function auditRemoval({ d1, db }: SealingContext, from: number, to: number): D1PreparedStatement[] {
  const ofRange = between(audit.seq, from, to);
  const left = db
    .select({ seq: audit.seq })
    .from(audit)
    .where(between(audit.seq, auditInstants.from, auditInstants.to));
  return [
    prepare(d1, db.delete(auditSkus).where(between(auditSkus.seq, from, to))),
    prepare(d1, db.delete(audit).where(and(ofRange, notInArray(audit.action, KEPT_ACTIONS)))),
    prepare(d1, db.delete(auditInstants).where(and(between(auditInstants.to, from, to), notExists(left)))),
  ];
}
