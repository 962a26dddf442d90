/** A price that stays at a ratio to what it was that a wrong mapping explains: another pack size, tax in or out. */
export interface MatchDoubt {
  /** pack2 … pack12, or tax */
  kind: string;
  /** minor units */
  price: number;
  /** observations of it */
  seen: number;
}

const PACK_RATIOS = [2, 3, 4, 6, 10, 12];
const RATIO_TOLERANCE = 0.02;
/** Tax makes a ratio to the cent; anything near it is an ordinary change. */
const TAX_TOLERANCE = 0.002;
const SAME_PRICE = Math.log(1.02);
/** So many observations make it persistent. */
const PERSISTENT = 3;

/**
 * The doubt after one more accepted price. It ends when the price leaves the level at which it arose; it holds nothing
 * back, whatever the ratio. `taxRate`: fraction of the net price.
 */
export function matchDoubtAfter(
  doubt: MatchDoubt | null,
  before: number | null,
  price: number,
  taxRate: number | null,
): MatchDoubt | null {
  if (doubt !== null && Math.abs(Math.log(price / doubt.price)) <= SAME_PRICE)
    return doubt.seen >= PERSISTENT ? doubt : { ...doubt, seen: doubt.seen + 1 };
  if (before === null || before === price) return null;
  const kind = kindOf(Math.abs(Math.log(price / before)), taxRate);
  return kind === null ? null : { kind, price, seen: 1 };
}

/** What a match is to be looked at for; null = nothing, or nothing that lasts. */
export function matchQuality(doubt: MatchDoubt | null): string | null {
  return doubt !== null && doubt.seen >= PERSISTENT ? doubt.kind : null;
}

function kindOf(size: number, taxRate: number | null): string | null {
  if (taxRate !== null && taxRate > 0 && Math.abs(size - Math.log(1 + taxRate)) <= TAX_TOLERANCE)
    return "tax";
  const pack = PACK_RATIOS.find((ratio) => Math.abs(size - Math.log(ratio)) <= RATIO_TOLERANCE);
  return pack === undefined ? null : `pack${pack}`;
}
