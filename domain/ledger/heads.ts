import { canonicalJson } from "../base/canonical-json.ts";
import { keyedHash } from "../base/keyed-hash.ts";
import type { ChainHead } from "./entries.ts";

/** Both chains' ends at an instant (ms): everything up to them was found sound. */
export interface KeptHeads {
  ledger: ChainHead;
  audit: ChainHead;
  at: number;
}

/** What is put into the bucket: without the install's secret nobody can make one. */
export type Signed<T> = T & { signature: string };

/** Signs what is kept in the bucket about the chains; `purpose` says what it is. */
export function sign<T extends object>(secret: string, purpose: string, value: T): Signed<T> {
  return { ...value, signature: signatureOf(secret, purpose, value) };
}

/** Whether this install signed it, for this purpose. */
export function isSigned(secret: string, purpose: string, value: object): boolean {
  const { signature, ...content } = value as Signed<object>;
  return signature === signatureOf(secret, purpose, content);
}

function signatureOf(secret: string, purpose: string, content: object): string {
  return keyedHash(secret, purpose, canonicalJson(content));
}
