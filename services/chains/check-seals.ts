import { between } from "drizzle-orm";
import { auditWhere } from "../../db/reads/chains.ts";
import { audit, priceLedger } from "../../db/schema.ts";
import { type ChainHead, entryHash, firstBadEntry, type LedgerEntry } from "../../domain/ledger/entries.ts";
import type { Finding, PageResult, Place } from "./place.ts";
import { hashedEntry } from "./read-detail.ts";
import { type Chain, readSealed, readSeals, type Seal, type SealContext, sealedHead } from "./seals.ts";

/** Checks one sealed month: that the bucket has it as it was sealed, and that what is left of it in the database agrees. */
export async function checkSeals(ctx: SealContext, place: Place): Promise<PageResult> {
  const seals = await readSeals(ctx);
  const at = Number(place.after);
  const seal = seals.seals[at];
  if (seal === undefined) return { bad: null, reached: place, done: true, rows: 0 };
  const before = sealedHead({ ...seals, seals: seals.seals.slice(0, at) }, seal.chain);
  const bad = await checkSeal(ctx, seal, before);
  const rows = seal.to - seal.from + 1;
  return { bad, reached: { ...place, after: at + 1 }, done: at + 1 === seals.seals.length, rows };
}

async function checkSeal(ctx: SealContext, seal: Seal, before: ChainHead): Promise<Finding | null> {
  const finding = (reason: string): Finding => ({ part: "seals", at: seal.key, reason });
  const text = await readSealed(ctx, seal);
  if (text === null) return finding("is gone, or is not what was sealed");
  const entries = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as LedgerEntry);
  const broken = firstBadEntry(before, entries);
  if (broken) return finding(`entry ${broken.seq} ${broken.reason}`);
  if (entries.at(-1)?.hash !== seal.hash) return finding("does not end as it was sealed");
  const hashes = new Map(entries.map(({ seq, hash }) => [seq, hash]));
  const stored = await storedEntries(ctx, seal);
  const other = stored.find((entry) => entryHash(entry) !== hashes.get(entry.seq));
  return other ? { part: seal.chain, at: other.seq, reason: "is not as it was sealed" } : null;
}

async function storedEntries({ db }: SealContext, { chain, from, to }: Pick<Seal, "chain" | "from" | "to">) {
  const rows: { ledger: () => Promise<object[]>; audit: () => Promise<object[]> } = {
    ledger: () =>
      db
        .select()
        .from(priceLedger)
        .where(between(priceLedger.seq, from, to)),
    audit: async () => (await auditWhere(db, between(audit.seq, from, to))).map(hashedEntry),
  } satisfies Record<Chain, unknown>;
  return (await rows[chain]()) as (LedgerEntry & Record<string, unknown>)[];
}
