import { desc } from "drizzle-orm";
import { heldPrices, overrides, proposals } from "../../db/schema.ts";
import type { KeptHeads } from "../../domain/ledger/heads.ts";
import type { ServiceContext } from "../context.ts";
import { giveWay } from "../give-way.ts";
import type { VaultPort } from "../ports.ts";
import { checkPage } from "./check-parts.ts";
import { readHeads } from "./commit-chained.ts";
import { checkAnchors, checkWritten, readKeptHeads } from "./kept-heads.ts";
import { type Finding, type Place, startOf } from "./place.ts";
import { checkOn, noteFinding, readPlace, START } from "./rolling-check.ts";
import type { ChainHeads } from "./turns.ts";

/** Up to here a chain is checked from its first entry every time. */
const SHORT_CHAIN = 5_000;
/** Rows of the newest decisions that are checked every time. */
const NEWEST_ROWS = 2_000;
/** Rows of one answer of the full check. */
const FULL_ROWS = 10_000;
const PAGE_ROWS = 2_000;

export interface ChainReport {
  heads: ChainHeads;
  /** the newest heads that were kept: everything before them was found sound */
  checkpoint: KeptHeads | null;
  bad: Finding | null;
}

type ProofContext = ServiceContext & { vault: VaultPort };

/**
 * Checks what was written since the kept heads, and that what is in force is what the chains say. What is older is checked
 * again by the minute tick, page by page: where that found something, it is looked at here too. So the cost does not
 * grow with history.
 */
export async function verifyChains(ctx: ProofContext): Promise<ChainReport> {
  const newest = await ctx.turns.newest();
  const heads = await readHeads(ctx);
  const { heads: checkpoint, bad: untrusted } = await readKeptHeads(ctx);
  const bad = untrusted ?? (await firstFinding(ctx, heads, { kept: checkpoint, newest }));
  if (bad) await noteFinding(ctx, bad);
  return { heads, checkpoint, bad };
}

async function firstFinding(
  ctx: ProofContext,
  heads: ChainHeads,
  { kept, newest }: { kept: KeptHeads | null; newest: ChainHeads | null },
): Promise<Finding | null> {
  const inChains =
    (await checkPart(ctx, chainPlace("ledger", heads, kept))) ??
    (await checkPart(ctx, chainPlace("audit", heads, kept))) ??
    (kept && (await checkAnchors(ctx, kept, heads))) ??
    (await checkWritten(ctx, newest, heads));
  if (inChains) return inChains;
  const places = [
    startOf("products"),
    await newestOf(ctx, "held_prices"),
    await newestOf(ctx, "overrides"),
    startOf("held_overrides"),
    await newestOf(ctx, "proposals"),
    startOf("settings"),
  ];
  for (const place of places) {
    await giveWay(ctx);
    const bad = await checkPart(ctx, place);
    if (bad) return bad;
  }
  const stopped = await readPlace(ctx);
  return stopped && (await checkPage(ctx, stopped, PAGE_ROWS)).bad;
}

function chainPlace(part: "ledger" | "audit", heads: ChainHeads, kept: KeptHeads | null): Place {
  if (!kept || heads[part].count <= SHORT_CHAIN) return startOf(part);
  return { part, after: kept[part].count, hash: kept[part].hash };
}

const WITH_TIMES = { held_prices: heldPrices, overrides, proposals };

async function newestOf({ db }: ProofContext, part: keyof typeof WITH_TIMES): Promise<Place> {
  const table = WITH_TIMES[part];
  const { id } = table;
  const [row] = await db.select({ id }).from(table).orderBy(desc(id)).limit(1).offset(NEWEST_ROWS);
  return { part, after: row?.id ?? "" };
}

async function checkPart(ctx: ProofContext, from: Place): Promise<Finding | null> {
  for (let place = from; ; ) {
    const { bad, reached, done } = await checkPage(ctx, place, PAGE_ROWS);
    if (bad || done) return bad;
    place = reached;
    await giveWay(ctx);
  }
}

/** One page of the check of everything, from the first entry on; `next`: where the next page begins, null at the end. */
export async function verifyInFull(
  ctx: ProofContext,
  from: Place | null,
): Promise<ChainReport & { next: Place | null }> {
  const newest = await ctx.turns.newest();
  const heads = await readHeads(ctx);
  const { heads: checkpoint, bad: untrusted } = await readKeptHeads(ctx);
  const denied =
    untrusted ??
    (checkpoint && (await checkAnchors(ctx, checkpoint, heads))) ??
    (await checkWritten(ctx, newest, heads));
  const { bad, place } = denied ? { bad: denied, place: null } : await checkOn(ctx, from ?? START, FULL_ROWS);
  if (bad) await noteFinding(ctx, bad);
  return { heads, checkpoint, bad, next: bad ? null : place };
}
