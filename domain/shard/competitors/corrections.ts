import type { PriceLevel } from "./history.ts";

/** Corrections remembered per seller of a SKU. */
const CORRECTIONS_MAX = 64;
/** Rows remembered per instant. */
const ROWS_MAX = 64;

/** A row of an instant that does not count, and what its sender was told. */
interface Replaced {
  tag: number;
  /** absent: it was accepted · corrected: it was accepted in the place of another */
  was?: "corrected" | "quarantined" | "conflict" | "duplicate";
  /** what it said, if it was known before another took its place: repeating it is not a conflict */
  said?: PriceLevel;
}

/** Another value that came later for an instant that a source had reported before. */
export interface Correction {
  observedAt: number;
  /** index into the dictionary of source names */
  source: number;
  /** when the newest row of this instant was received, ms */
  receivedAt: number;
  /** set if the value that counts took the place of another that counted */
  corrects?: true;
  /** the rows of this instant that do not count, so that they get the same verdict when they come once more */
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

/** Whether the row is remembered as one that does not count, since a newer one says otherwise. */
export function isReplaced(
  corrections: readonly Correction[],
  { observedAt, source, tag }: { observedAt: number; source: number; tag: number },
): boolean {
  return findCorrection(corrections, observedAt, source)?.replaced.some((one) => one.tag === tag) ?? false;
}

/** The corrections with one more row that does not count; the oldest are forgotten. */
export function noteCorrection(
  corrections: readonly Correction[],
  { observedAt, source }: { observedAt: number; source: number },
  { receivedAt, corrects, replaced }: Pick<Correction, "receivedAt" | "corrects"> & { replaced: Replaced },
): Correction[] {
  const known = findCorrection(corrections, observedAt, source);
  const others = corrections.filter((one) => one !== known);
  const rows = known?.replaced ?? [];
  const isKnown = rows.some(({ tag }) => tag === replaced.tag);
  const noted: Correction = {
    observedAt,
    source,
    receivedAt: Math.max(receivedAt, known?.receivedAt ?? receivedAt),
    replaced: isKnown ? rows : [...rows, replaced].slice(-ROWS_MAX),
  };
  if (corrects ?? known?.corrects) noted.corrects = true;
  return [...others, noted].slice(-CORRECTIONS_MAX);
}

/** The plain value of a row, as it is remembered. */
export function saidBy({ price, landedPrice, availability, listed }: PriceLevel): PriceLevel {
  const said = { price, landedPrice, availability };
  return listed === undefined ? said : { ...said, listed };
}

/** Whether two values say the same: a price in another currency is compared in that currency. */
export function saysSame(a: PriceLevel, b: PriceLevel): boolean {
  if (a.availability !== b.availability) return false;
  if (a.listed !== undefined && b.listed !== undefined) return a.listed === b.listed;
  return a.price === b.price && a.landedPrice === b.landedPrice;
}
