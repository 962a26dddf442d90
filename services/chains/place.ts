import { GENESIS } from "../../domain/ledger/entries.ts";

/** What is checked, in this order: what is sealed of the chains, both chains from there on, and then what is in force, which they have to account for. */
export const PARTS = [
  ...(["seals", "ledger", "audit", "products", "held_prices"] as const),
  ...(["overrides", "held_overrides", "proposals", "settings"] as const),
] as const;
export type Part = (typeof PARTS)[number];

/** How far the check of a part has come. */
export interface Place {
  part: Part;
  /** the last row that was found sound: a number of the chain, else a key; 0 or "" before the first */
  after: number | string;
  /** of the entry `after` of a chain */
  hash?: string;
}

/** The first entry or row that is not as it was written, and why. */
export interface Finding {
  part: Part | "heads";
  /** the entry's number, the row's key */
  at: number | string;
  reason: string;
}

/** What became of one page. */
export interface PageResult {
  bad: Finding | null;
  /** the last row of the page, or the place itself where there was none */
  reached: Place;
  /** no row is left behind it */
  done: boolean;
  rows: number;
}

/** The start of a part. */
export function startOf(part: Part): Place {
  return part === "ledger" || part === "audit" ? { part, after: 0, hash: GENESIS } : { part, after: "" };
}

/** A page whose rows have these keys, in their order. */
export function resultOf(
  place: Place,
  limit: number,
  keys: readonly (number | string)[],
  bad: Finding | null,
): PageResult {
  const reached = { ...place, after: keys.at(-1) ?? place.after };
  return { bad, reached, done: keys.length < limit, rows: keys.length };
}
