import { ProblemError } from "../../domain/contract/problem.ts";
import { sameBytes } from "../../domain/identity/constant-time.ts";
import { SECRET_PREFIX } from "../secrets/signing-secret.ts";

/** How far a message's time may lie from ours, in seconds: replays end here, clocks may differ. */
const TOLERANCE_SECONDS = 300;

const HMAC = { name: "HMAC", hash: "SHA-256" } as const;
/** A sender in the middle of a rotation signs with two secrets, and perhaps in two versions. */
const CLAIMS_MAX = 5;
const SIGNATURE_LENGTH_MAX = 500;
/** An unknown source costs the same work as a known one, so that nobody can measure which sources there are. */
const DECOY_SECRET = `${SECRET_PREFIX}${btoa("nobody signs with this secret...")}`;
const encoder = new TextEncoder();
const keys = new Map<string, Promise<CryptoKey>>();
/** Sources have one or two secrets each; beyond this many the memory is emptied. */
const KEYS_MAX = 1_000;

/** The headers of a Standard Webhooks message. */
export interface SignedHeaders {
  id: string | null;
  timestamp: string | null;
  signature: string | null;
}

/**
 * Checks a message's signature over its raw bytes with any of the live secrets (Standard Webhooks 1.0.0), before
 * anything in it is read. The bytes are hashed once for each secret, however many signatures the header claims. By WebCrypto: senders' libraries hash in JavaScript and take text, while a body here may be a
 * packed megabyte.
 *
 * @returns the message's id
 * @throws ProblemError `bad_timestamp` outside the tolerance, `bad_signature` otherwise
 */
export async function verifySignature(
  bytes: Uint8Array,
  headers: SignedHeaders,
  secrets: readonly string[],
  now: number,
): Promise<string> {
  const { id, timestamp, signature } = headers;
  if (!id || !timestamp || !signature)
    throw new ProblemError(
      "bad_signature",
      "the headers id, timestamp and signature of webhook-… or svix-… are needed, or an ingest key",
    );
  if (!/^\d{1,12}$/.test(timestamp))
    throw new ProblemError("bad_timestamp", "webhook-timestamp is in seconds");
  if (Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS)
    throw new ProblemError(
      "bad_timestamp",
      `the message's time is more than ${TOLERANCE_SECONDS} s from now`,
    );
  const claims = signature.length > SIGNATURE_LENGTH_MAX ? [] : signature.split(" ").flatMap(v1Signature);
  if (claims.length === 0 || claims.length > CLAIMS_MAX) throw badSignature();
  const signed = concatenate(encoder.encode(`${id}.${timestamp}.`), bytes);
  for (const secret of secrets.length > 0 ? secrets : [DECOY_SECRET]) {
    const expected = new Uint8Array(await crypto.subtle.sign(HMAC, await keyOf(secret), signed));
    if (claims.some((claim) => sameBytes(claim, expected))) return id;
  }
  throw badSignature();
}

export function badSignature(): ProblemError {
  return new ProblemError(
    "bad_signature",
    `none of the (at most ${CLAIMS_MAX}) signatures matches the body under any of the source's secrets`,
  );
}

/** One entry of the header: only version 1, an HMAC, counts here. */
function v1Signature(entry: string): Uint8Array[] {
  const [version, text] = entry.split(",");
  if (version !== "v1" || !text || !/^[A-Za-z0-9+/]{43}=$/.test(text)) return [];
  return [fromBase64(text)];
}

function keyOf(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret);
  if (!key) {
    if (keys.size >= KEYS_MAX) keys.clear();
    const bytes = fromBase64(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret);
    key = crypto.subtle.importKey("raw", bytes, HMAC, false, ["sign"]);
    keys.set(secret, key);
  }
  return key;
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function concatenate(head: Uint8Array, body: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}
