import type { Attempt } from "../../domain/identity/brake.ts";
import { tokenHash } from "./token.ts";

/** Where a request of a person comes from. */
export interface Place {
  network: string;
  /** what the browser's device cookie holds; null without one */
  device: string | null;
  /** the browser, as it calls itself */
  agent: string;
}

/** Addresses are compared in small letters. */
export function plainAddress(email: string): string {
  return email.trim().toLowerCase();
}

/** An attempt to sign in, as the brake counts it: it never sees an address or a token. */
export function attemptOf(email: string, { network, device }: Place): Attempt {
  return {
    address: tokenHash(plainAddress(email)),
    network,
    device: device === null ? null : tokenHash(device),
  };
}
