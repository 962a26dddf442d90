/** Minor units; null = not known, or the store has none. */
export interface Reading {
  /** what the store is known to have had */
  known: number | null;
  /** what it is to have; null = nothing is on its way, and what is known is right */
  wanted: number | null;
  read: number | null;
  /** one of our own requests that nobody saw the end of may have put it there */
  mayBeOurs: boolean;
  /** the store names a reason, such as a sale of its own */
  isExplained: boolean;
  /** the store has just said that it took the wanted price */
  isJustTaken?: boolean;
}

/** What a price that was read in a store means. */
export type ReadingVerdict = "as_wanted" | "as_known" | "ours_late" | "altered" | "edited" | "absent";

/** What a store may make of a price that it takes: it rounds to whole units, or to endings of its own. */
const ALTERED_SHARE = 0.05;

/**
 * Judges a price that was read in a store: it is ours, it has not changed yet, the store made another of it, or somebody
 * else changed it.
 *
 * @example
 * judgeReading({ known: 1000, wanted: 900, read: 950, mayBeOurs: false, isExplained: false }) // "edited"
 */
export function judgeReading({
  known,
  wanted,
  read,
  mayBeOurs,
  isExplained,
  isJustTaken,
}: Reading): ReadingVerdict {
  if (read === null) return "absent";
  if (read === (wanted ?? known)) return "as_wanted";
  if (known === null || read === known) return isExplained && wanted !== null ? "edited" : "as_known";
  if (mayBeOurs) return "ours_late";
  const isNear = wanted !== null && Math.abs(read - wanted) <= ALTERED_SHARE * wanted;
  return isJustTaken === true && isNear && !isExplained ? "altered" : "edited";
}
