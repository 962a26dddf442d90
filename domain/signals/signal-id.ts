import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** 96 bits: no two of a billion signals collide by chance. */
const ID_BYTES = 12;

/**
 * The id of one opening of a signal: what it is about and when it opened (ms). URL-safe, the same on every
 * replay.
 */
export function signalId(sku: string, type: string, competitor: string | null, openedAt: number): string {
  const name = JSON.stringify([sku, type, competitor, openedAt]);
  return `sig_${bytesToHex(sha256(utf8ToBytes(name)).subarray(0, ID_BYTES))}`;
}
