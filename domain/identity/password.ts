import { scryptAsync } from "@noble/hashes/scrypt.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { sameBytes } from "./constant-time.ts";

/** scrypt at 16 MiB: about a tenth of a second of CPU time for every sign-in, and for every guess. */
const COST = { N: 2 ** 14, r: 8, p: 1, dkLen: 32 } as const;
/** Other work goes on after this many milliseconds of hashing. */
const SLICE = { asyncTick: 5 } as const;
const SALT_BYTES = 16;

/** The least that NIST SP 800-63B allows for a password that a person chooses. */
export const PASSWORD_LENGTH_MIN = 8;
export const PASSWORD_LENGTH_MAX = 200;

/** What is stored of a person who has not chosen a password yet: no password matches it. */
export const NO_PASSWORD = "";

/**
 * A hash that no password matches, at today's cost: an unknown address is to take as long as a wrong password.
 */
export const DECOY_HASH = ["scrypt", COST.N, COST.r, COST.p, "00".repeat(SALT_BYTES), "00".repeat(32)].join(
  "$",
);

/**
 * `scrypt$N$r$p$salt$hash` (RFC 7914; salt and hash in hex).
 *
 * @param salt 16 random bytes
 */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  if (salt.length !== SALT_BYTES) throw new Error(`a salt has ${SALT_BYTES} bytes`);
  const hash = await scryptAsync(password.normalize("NFKC"), salt, { ...COST, ...SLICE });
  return ["scrypt", COST.N, COST.r, COST.p, bytesToHex(salt), bytesToHex(hash)].join("$");
}

/** Whether the password is the one hashed; compares in constant time. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [kind, N, r, p, salt, hash] = stored.split("$");
  if (kind !== "scrypt" || !salt || !hash) return false;
  const expected = hexToBytes(hash);
  const cost = { N: Number(N), r: Number(r), p: Number(p), dkLen: expected.length };
  const actual = await scryptAsync(password.normalize("NFKC"), hexToBytes(salt), { ...cost, ...SLICE });
  return sameBytes(actual, expected);
}

/** Why a password may not be chosen; null if it may. `about`: the person's address and name. */
export function passwordProblem(password: string, about: readonly string[]): string | null {
  const plain = password.normalize("NFKC").trim().toLowerCase();
  if ([...password].length < PASSWORD_LENGTH_MIN)
    return `a password needs at least ${PASSWORD_LENGTH_MIN} characters`;
  if (new Set(plain).size < 3) return "a password needs more than two different characters";
  if (about.some((text) => plain === text.trim().toLowerCase()))
    return "a password must not be your name or address";
  return null;
}
