import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * HMAC-SHA-256 (RFC 2104) of a text under the install's secret, as 64 lower-case hex digits. `purpose` keeps the uses of
 * the secret apart: what is made for one is worth nothing for another.
 *
 * @example
 * keyedHash("secret", "visitor", "ada") !== keyedHash("secret", "customer", "ada") // true
 */
export function keyedHash(secret: string, purpose: string, text: string): string {
  return bytesToHex(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(`${purpose}\n${text}`)));
}

/** Bytes as lower-case hex digits. */
export const hexOf: (bytes: Uint8Array) => string = bytesToHex;
