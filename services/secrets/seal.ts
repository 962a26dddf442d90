import { CompactEncrypt, compactDecrypt } from "jose";
import { keyedHash } from "../../domain/base/keyed-hash.ts";
import type { VaultPort } from "../ports.ts";

/** What a sealed text was sealed for: for anything else it cannot be opened. */
export type SealPurpose = "webhook-secret" | "alert-channel" | `store-credentials ${string}`;

const HEADER = { alg: "dir", enc: "A256GCM" } as const;

/**
 * Encrypts a secret that has to be read again (JWE, AES-256-GCM), with a key that is derived from the install's secret:
 * whoever can read the database alone learns nothing.
 */
export async function seal(
  vault: Pick<VaultPort, "secret">,
  purpose: SealPurpose,
  text: string,
): Promise<string> {
  const key = await keyFor(vault, purpose);
  return new CompactEncrypt(new TextEncoder().encode(text)).setProtectedHeader(HEADER).encrypt(key);
}

/** @throws Error if it was sealed for something else, or under another secret of the install */
export async function openSealed(
  vault: Pick<VaultPort, "secret">,
  purpose: SealPurpose,
  sealed: string,
): Promise<string> {
  const { plaintext } = await compactDecrypt(sealed, await keyFor(vault, purpose), {
    keyManagementAlgorithms: [HEADER.alg],
    contentEncryptionAlgorithms: [HEADER.enc],
  });
  return new TextDecoder().decode(plaintext);
}

async function keyFor(vault: Pick<VaultPort, "secret">, purpose: SealPurpose): Promise<Uint8Array> {
  const hex = keyedHash(await vault.secret(), "seal", purpose);
  return Uint8Array.from(hex.match(/../g)!, (byte) => Number.parseInt(byte, 16));
}
