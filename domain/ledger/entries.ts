import { canonicalJson, sha256Hex } from "../base/canonical-json.ts";

/** The hash before the first entry of a chain. */
export const GENESIS = "0".repeat(64);

/** Where a chain ends: how many entries it has, and the hash of the last. */
export interface ChainHead {
  count: number;
  hash: string;
}

/** A change of a served price. Money in minor units; `at` is when it took effect, `seq` its place in the chain. */
export interface LedgerEntry {
  seq: number;
  sku: string;
  from: number | null;
  to: number;
  currency: string;
  source: string;
  causeKind: string;
  causeId: string | null;
  actor: string;
  at: number;
  reason: string | null;
  prevHash: string;
  hash: string;
}

interface Link {
  seq: number;
  prevHash: string;
  hash: string;
}

/** SHA-256 over the canonical JSON of an entry without its own hash; `prevHash` ties it to the entry before. */
export function entryHash(entry: Omit<Link, "hash"> & Record<string, unknown>): string {
  const { hash: _, ...content } = entry as Link & Record<string, unknown>;
  return sha256Hex(canonicalJson(content));
}

/** Appends bodies to a chain: numbers them from the head on and hashes each with the one before. */
export function appendEntries<T extends object>(head: ChainHead, bodies: readonly T[]): (T & Link)[] {
  let { count, hash } = head;
  return bodies.map((body) => {
    const content = { ...body, seq: ++count, prevHash: hash };
    hash = entryHash(content);
    return { ...content, hash };
  });
}

/** The first entry that does not follow from the one before, with the reason; null if all do. */
export function firstBadEntry(
  head: ChainHead,
  entries: readonly (Link & object)[],
): { seq: number; reason: string } | null {
  let { count, hash } = head;
  for (const entry of entries) {
    if (entry.seq !== ++count) return { seq: count, reason: `entry ${count} is missing` };
    if (entry.prevHash !== hash) return { seq: entry.seq, reason: "does not link to the entry before" };
    if (entryHash({ ...entry }) !== entry.hash)
      return { seq: entry.seq, reason: "content does not match its hash" };
    hash = entry.hash;
  }
  return null;
}
