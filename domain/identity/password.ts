import { scrypt } from "@noble/hashes/scrypt.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

/** scrypt at 16 MiB: about a quarter of a second of CPU time for every sign-in, and for every guess. */
const COST = { N: 2 ** 14, r: 8, p: 1, dkLen: 32 } as const;
const SALT_BYTES = 16;

/** The least that NIST SP 800-63B allows for a password that a person chooses. */
export const PASSWORD_LENGTH_MIN = 8;

/**
 * `scrypt$N$r$p$salt$hash` (RFC 7914; salt and hash in hex).
 *
 * @param salt 16 random bytes
 */
export function hashPassword(password: string, salt: Uint8Array): string {
  if (salt.length !== SALT_BYTES) throw new Error(`a salt has ${SALT_BYTES} bytes`);
  const hash = scrypt(password.normalize("NFKC"), salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, bytesToHex(salt), bytesToHex(hash)].join("$");
}

/** Whether the password is the one hashed; compares in constant time. */
export function verifyPassword(password: string, stored: string): boolean {
  const [kind, N, r, p, salt, hash] = stored.split("$");
  if (kind !== "scrypt" || !salt || !hash) return false;
  const expected = hexToBytes(hash);
  const cost = { N: Number(N), r: Number(r), p: Number(p), dkLen: expected.length };
  const actual = scrypt(password.normalize("NFKC"), hexToBytes(salt), cost);
  let difference = 0;
  for (let i = 0; i < expected.length; i++) difference |= expected[i]! ^ actual[i]!;
  return difference === 0;
}
