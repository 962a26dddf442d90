import { Secret, TOTP } from "otpauth";

const ISSUER = "Pricewright";
const PERIOD_SECONDS = 30;
/** Clocks of phones differ: the code before and the one after the present one count too. */
const WINDOW = 1;
const SECRET_BYTES = 20;
/** Codes for a day without the phone: each of 50 random bits, in Crockford's base 32. */
const RECOVERY_CODES = 10;
const RECOVERY_LENGTH = 10;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

function totp(secret: string, label?: string): TOTP {
  return new TOTP({
    issuer: ISSUER,
    ...(label === undefined ? {} : { label }),
    ...{ algorithm: "SHA1", digits: 6, period: PERIOD_SECONDS, secret: Secret.fromBase32(secret) },
  });
}

/** A new secret for codes by time (RFC 6238), in base 32. @param bytes 20 random bytes */
export function totpSecret(bytes: Uint8Array<ArrayBuffer>): string {
  if (bytes.length !== SECRET_BYTES) throw new Error(`a secret has ${SECRET_BYTES} bytes`);
  return new Secret({ buffer: bytes.buffer }).base32;
}

/** The address that an authenticator app reads from a QR code or a link. */
export function totpUri(secret: string, email: string): string {
  return totp(secret, email).toString();
}

/** The 30-second step whose code this is, within one step of now (ms); null if it is none of them. */
export function totpStep(secret: string, code: string, now: number): number | null {
  const delta = totp(secret).validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? null : Math.floor(now / 1000 / PERIOD_SECONDS) + delta;
}

/** Ten codes that each replace one code by time, `abcde-fghjk`. @param bytes 100 random bytes */
export function recoveryCodes(bytes: Uint8Array): string[] {
  return Array.from({ length: RECOVERY_CODES }, (_, i) => {
    const part = bytes.subarray(i * RECOVERY_LENGTH, (i + 1) * RECOVERY_LENGTH);
    const code = [...part].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
    return `${code.slice(0, RECOVERY_LENGTH / 2)}-${code.slice(RECOVERY_LENGTH / 2)}`;
  });
}

/** A recovery code as it is kept and compared, however it was typed. */
export function plainRecoveryCode(typed: string): string {
  return typed.toLowerCase().replaceAll(/[^0-9a-z]/g, "");
}
