import { eq } from "drizzle-orm";
import { audit, priceLedger } from "../../db/schema.ts";
import type { ChainHead } from "../../domain/ledger/entries.ts";
import { isSigned, type KeptHeads, type Signed, sign } from "../../domain/ledger/heads.ts";
import type { ServiceContext } from "../context.ts";
import type { VaultPort } from "../ports.ts";
import { checkPage } from "./check-parts.ts";
import { readHeads } from "./commit-chained.ts";
import { type Finding, type Place, startOf } from "./place.ts";
import type { ChainHeads } from "./turns.ts";

const HEADS_KEY = "chains/heads.json";
const PURPOSE = "chain heads";
/** Entries checked before a head is kept; more at once wait for the next minute. */
const ENTRIES_MAX = 20_000;
const PAGE_ENTRIES = 2_000;

type ProofContext = ServiceContext & { vault: VaultPort };

/** The kept heads, or why they cannot be trusted. Null heads: none were kept yet. */
export async function readKeptHeads(
  ctx: ProofContext,
): Promise<{ heads: KeptHeads | null; bad: Finding | null }> {
  const [object, known] = await Promise.all([ctx.lake.get(HEADS_KEY), ctx.vault.keptHeads()]);
  const bad = (reason: string) => ({ heads: known, bad: { part: "heads" as const, at: HEADS_KEY, reason } });
  if (!object) return known ? bad("the heads kept in the bucket are gone") : { heads: null, bad: null };
  const heads = parse(await object.text());
  if (!heads || !isSigned(await ctx.vault.secret(), PURPOSE, heads))
    return bad("the heads kept in the bucket are not signed with the install's secret");
  if (known && (heads.ledger.count < known.ledger.count || heads.audit.count < known.audit.count))
    return bad("the heads kept in the bucket are older than the newest that were kept");
  const { signature: _, ...kept } = heads;
  return { heads: kept, bad: null };
}

function parse(text: string): Signed<KeptHeads> | null {
  try {
    return JSON.parse(text) as Signed<KeptHeads>;
  } catch {
    return null;
  }
}

/** Why an entry is missed, and why it is not the right one. */
interface Reasons {
  gone: string;
  differs: string;
}

const KEPT: Reasons = {
  gone: "entries that the kept head counts are gone",
  differs: "differs from the head kept in the bucket",
};
const WRITTEN: Reasons = {
  gone: "entries that were written are gone",
  differs: "stands in the place of an entry that was written",
};

/** Whether the chains still hold the kept heads: a cut tail shows, and so does a chain rewritten before them. */
export function checkAnchors(
  ctx: Pick<ServiceContext, "db">,
  kept: ChainHeads,
  present: ChainHeads,
): Promise<Finding | null> {
  return checkHeads(ctx, kept, present, KEPT);
}

/**
 * Whether the chains still hold the newest entries that the turns know of: one that was cut before a head was kept shows,
 * whatever was cut with it. `newest`: read before the chains, which only grow.
 */
export async function checkWritten(
  ctx: Pick<ServiceContext, "db">,
  newest: ChainHeads | null,
  present: ChainHeads,
): Promise<Finding | null> {
  return newest && checkHeads(ctx, newest, present, WRITTEN);
}

async function checkHeads(
  { db }: Pick<ServiceContext, "db">,
  kept: ChainHeads,
  present: ChainHeads,
  reasons: Reasons,
): Promise<Finding | null> {
  const [ledger, audited] = await db.batch([
    db.select({ hash: priceLedger.hash }).from(priceLedger).where(eq(priceLedger.seq, kept.ledger.count)),
    db.select({ hash: audit.hash }).from(audit).where(eq(audit.seq, kept.audit.count)),
  ]);
  return (
    denies({ part: "ledger", reasons }, kept.ledger, ledger[0], present.ledger) ??
    denies({ part: "audit", reasons }, kept.audit, audited[0], present.audit)
  );
}

function denies(
  { part, reasons }: { part: "ledger" | "audit"; reasons: Reasons },
  kept: ChainHead,
  entry: { hash: string } | undefined,
  present: ChainHead,
): Finding | null {
  if (kept.count === 0 || entry?.hash === kept.hash) return null;
  if (present.count < kept.count) return { part, at: present.count + 1, reason: reasons.gone };
  return { part, at: kept.count, reason: reasons.differs };
}

/**
 * Keeps the present heads in the bucket, signed, if they moved and everything since the kept ones is sound. A head only
 * moves forward: if its entry is gone or differs, it stays as the evidence.
 *
 * @throws Error when a chain no longer holds what was kept, or goes on unsoundly
 */
export async function keepHeads(ctx: ProofContext): Promise<void> {
  const newest = await ctx.turns.newest();
  const present = await readHeads(ctx);
  const { heads: kept, bad } = await readKeptHeads(ctx);
  if (bad) throw new Error(bad.reason);
  const denied =
    (kept && (await checkAnchors(ctx, kept, present))) ?? (await checkWritten(ctx, newest, present));
  if (denied) throw new Error(`the ${denied.part} no longer holds entry ${denied.at}: ${denied.reason}`);
  if (kept && isSame(kept, present)) return;
  const heads: KeptHeads = {
    ledger: await soundHead(ctx, "ledger", kept?.ledger),
    audit: await soundHead(ctx, "audit", kept?.audit),
    at: ctx.now,
  };
  if (kept && isSame(kept, heads)) return;
  await ctx.lake.put(HEADS_KEY, JSON.stringify(sign(await ctx.vault.secret(), PURPOSE, heads)));
  await ctx.vault.keepHeads(heads);
}

/**
 * Keeps the present heads whatever was kept before: only a restore does, and says so in the audit.
 * @throws Error when a chain is not sound from its first entry on
 */
export async function anchorHere(ctx: ProofContext): Promise<void> {
  const present = await readHeads(ctx);
  const heads: KeptHeads = {
    ledger: await soundUpTo(ctx, "ledger", present.ledger.count),
    audit: await soundUpTo(ctx, "audit", present.audit.count),
    at: ctx.now,
  };
  await ctx.vault.keepHeads(heads);
  await ctx.lake.put(HEADS_KEY, JSON.stringify(sign(await ctx.vault.secret(), PURPOSE, heads)));
  await ctx.turns.reset({ ledger: heads.ledger, audit: heads.audit });
}

/** The head of a chain that is sound from its first entry to its end. */
async function soundUpTo(ctx: ProofContext, part: "ledger" | "audit", count: number): Promise<ChainHead> {
  let head = await soundHead(ctx, part, undefined);
  while (head.count > 0 && head.count < count) head = await soundHead(ctx, part, head);
  return head;
}

function isSame(a: ChainHeads, b: ChainHeads): boolean {
  return a.ledger.hash === b.ledger.hash && a.audit.hash === b.audit.hash;
}

/** How far a chain is sound from a kept head on. */
async function soundHead(
  ctx: ProofContext,
  part: "ledger" | "audit",
  kept: ChainHead | undefined,
): Promise<ChainHead> {
  let place: Place = kept ? { part, after: kept.count, hash: kept.hash } : startOf(part);
  for (let rows = 0; rows < ENTRIES_MAX; rows += PAGE_ENTRIES) {
    const { bad, reached } = await checkPage(ctx, place, PAGE_ENTRIES);
    if (bad) throw new Error(`${bad.part} ${bad.at}: ${bad.reason}`);
    if (reached.after === place.after) break;
    place = reached;
  }
  return { count: Number(place.after), hash: place.hash! };
}
