import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** 32 random bytes, hex, with a prefix that says what the token is for. */
export function newToken(prefix: string): string {
  return prefix + bytesToHex(crypto.getRandomValues(new Uint8Array(32)));
}

/** What is stored of a token: a leaked database opens nothing. */
export function tokenHash(token: string): string {
  return bytesToHex(sha256(utf8ToBytes(token)));
}
