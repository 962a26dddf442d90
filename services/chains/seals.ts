import { gunzipSync } from "node:zlib";
import { sha256Hex } from "../../domain/base/canonical-json.ts";
import { type ChainHead, GENESIS } from "../../domain/ledger/entries.ts";
import { isSigned, type Signed } from "../../domain/ledger/heads.ts";
import type { ServiceContext } from "../context.ts";
import type { VaultPort } from "../ports.ts";

export const CHAINS = ["ledger", "audit"] as const;
export type Chain = (typeof CHAINS)[number];

/** Entries of one month of a chain, as they are kept in the bucket for ever. */
export interface Seal {
  chain: Chain;
  /** YYYY-MM */
  month: string;
  /** numbers of the first and the last entry */
  from: number;
  to: number;
  /** of the last entry */
  hash: string;
  /** of the lines, unpacked */
  sha256: string;
  key: string;
}

/** What is sealed, and up to which entry each chain is no longer in the database. */
export interface Seals {
  seals: Seal[];
  removed: Record<Chain, ChainHead>;
  /** after which entry a removal is under way; null = none is */
  removing: Record<Chain, number | null>;
}

export type SealContext = Pick<ServiceContext, "db" | "lake"> & { vault: VaultPort };

export const SEALS_KEY = "chains/seals.json";
export const SEALS_PURPOSE = "sealed chains";
const NOTHING: ChainHead = { count: 0, hash: GENESIS };

/**
 * What is sealed. A list that this install did not sign counts as none: then the check misses the entries that are no
 * longer in the database, and says so.
 */
export async function readSeals({ lake, vault }: Pick<SealContext, "lake" | "vault">): Promise<Seals> {
  const none: Seals = {
    seals: [],
    removed: { ledger: NOTHING, audit: NOTHING },
    removing: { ledger: null, audit: null },
  };
  const object = await lake.get(SEALS_KEY);
  if (object === null) return none;
  const { signature, ...seals } = await object.json<Signed<Seals>>();
  return isSigned(await vault.secret(), SEALS_PURPOSE, { ...seals, signature }) ? seals : none;
}

/** The sealed end of a chain. */
export function sealedHead({ seals }: Seals, chain: Chain): ChainHead {
  const last = seals.findLast((seal) => seal.chain === chain);
  return last ? { count: last.to, hash: last.hash } : NOTHING;
}

/** The lines of a seal's object; null if it is gone, or is not what was sealed. */
export async function readSealed(
  { lake }: Pick<SealContext, "lake">,
  { key, sha256 }: Seal,
): Promise<string | null> {
  const object = await lake.get(key);
  if (object === null) return null;
  const text = gunzipSync(await object.bytes()).toString();
  return sha256Hex(text) === sha256 ? text : null;
}
