/** Bytes of a new secret; Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

/** What the secrets of Standard Webhooks begin with. */
export const SECRET_PREFIX = "whsec_";

/** A new secret to sign webhooks with, in the form of Standard Webhooks. */
export function newSigningSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return `${SECRET_PREFIX}${btoa(String.fromCharCode(...bytes))}`;
}
