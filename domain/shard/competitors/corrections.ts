import type { PriceLevel } from "./history.ts";

/** Corrections remembered per seller of a SKU. */
const CORRECTIONS_MAX = 64;

interface Replaced {
  tag: number;
  /** absent: it counted before */
  was?: "quarantined" | "conflict";
}

/** Another value that came later for an instant that a source had reported before. */
export interface Correction {
  observedAt: number;
  /** index into the dictionary of source names */
  source: number;
  /** when the value that counts was received, ms */
  receivedAt: number;
  /** the rows of this instant that do not count: their tags, and what they were before */
  replaced: Replaced[];
}

/** The correction of this instant, or null. */
export function findCorrection(
  corrections: readonly Correction[],
  observedAt: number,
  source: number,
): Correction | null {
  return corrections.find((one) => one.observedAt === observedAt && one.source === source) ?? null;
}

/** The corrections with one more; the oldest are forgotten. */
export function noteCorrection(
  corrections: readonly Correction[],
  { observedAt, source }: { observedAt: number; source: number },
  { receivedAt, replaced }: { receivedAt: number; replaced: Replaced },
): Correction[] {
  const known = findCorrection(corrections, observedAt, source);
  const others = corrections.filter((one) => one !== known);
  const all = [...(known?.replaced ?? []), replaced];
  return [...others, { observedAt, source, receivedAt, replaced: all }].slice(-CORRECTIONS_MAX);
}

/** Whether two values say the same: a price in another currency is compared in that currency. */
export function saysSame(a: PriceLevel, b: PriceLevel): boolean {
  if (a.availability !== b.availability) return false;
  if (a.listed !== undefined && b.listed !== undefined) return a.listed === b.listed;
  return a.price === b.price && a.landedPrice === b.landedPrice;
}
