/** Bytes of the nonce of AES-GCM; a new one for every text. */
const NONCE_BYTES = 12;
const FORM = "v1";

/**
 * Seals a text that has to be read again, such as the credentials of a store: AES-256-GCM with a key that HKDF-SHA-256
 * derives from the install's secret for one purpose. Whoever reads the database alone cannot open it, and what is sealed for
 * one row is no use in another: the purpose names it.
 */
export async function seal(secret: string, purpose: string, text: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const key = await keyFor(secret, purpose, "encrypt");
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce },
    key,
    new TextEncoder().encode(text),
  );
  return [FORM, toText(nonce), toText(new Uint8Array(sealed))].join(".");
}

/** The text; null if it was not sealed by this install for this purpose. */
export async function unseal(secret: string, purpose: string, sealed: string): Promise<string | null> {
  const [form, nonce, body] = sealed.split(".");
  if (form !== FORM || nonce === undefined || body === undefined) return null;
  try {
    const key = await keyFor(secret, purpose, "decrypt");
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: toBytes(nonce) }, key, toBytes(body));
    return new TextDecoder().decode(text);
  } catch {
    return null;
  }
}

async function keyFor(secret: string, purpose: string, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  const encoder = new TextEncoder();
  const base = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
  const derivation = {
    name: "HKDF",
    hash: "SHA-256",
    salt: encoder.encode("pricewright"),
    info: encoder.encode(purpose),
  };
  return crypto.subtle.deriveKey(derivation, base, { name: "AES-GCM", length: 256 }, false, [use]);
}

function toText(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
