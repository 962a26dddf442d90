/**
 * Why a row was quarantined or rejected, or what is to be said beside an accepted one (`corrected`, `ignored_field`,
 * `unknown_availability`). Stable: clients match on them.
 */
export const ROW_CODES = [
  "missing_field",
  "wrong_type",
  "unknown_field",
  "bad_price",
  "ambiguous_price",
  "non_positive_price",
  "price_too_large",
  "unknown_currency",
  "currency_mismatch",
  "unknown_sku",
  "ambiguous_product",
  "bad_time",
  "future_time",
  "too_late",
  "stale",
  "own_offer",
  "slip",
  "outlier",
  "discarded",
  "conflict",
  "corrected",
  "ignored_field",
  "unknown_availability",
] as const;
export type RowCode = (typeof ROW_CODES)[number];

/** What became of one row of a batch. `row` is its 0-based position in the posted list. */
export interface RowVerdict {
  row: number;
  verdict: "accepted" | "duplicate" | "quarantined" | "rejected";
  code?: RowCode;
  path?: string;
  message?: string;
  /** of a quarantined observation */
  quarantineId?: string;
}

/** A quarantined or rejected row as a receipt shows it, or a warning beside one that went through. */
export interface RowProblem {
  row: number;
  path?: string;
  code: RowCode;
  message: string;
  /** the row went through all the same */
  warning?: true;
  /** of a quarantined observation: what it is settled by */
  quarantineId?: string;
}

/** The rows of a batch by verdict; when it is done they add up to the rows received. */
export interface VerdictCounts {
  accepted: number;
  duplicates: number;
  quarantined: number;
  rejected: number;
}

export const NO_VERDICTS: Readonly<VerdictCounts> = {
  accepted: 0,
  duplicates: 0,
  quarantined: 0,
  rejected: 0,
};

/** Counts verdicts. */
export function countVerdicts(verdicts: readonly RowVerdict[]): VerdictCounts {
  const counts = { ...NO_VERDICTS };
  for (const { verdict } of verdicts) {
    if (verdict === "accepted") counts.accepted++;
    else if (verdict === "duplicate") counts.duplicates++;
    else if (verdict === "quarantined") counts.quarantined++;
    else counts.rejected++;
  }
  return counts;
}
