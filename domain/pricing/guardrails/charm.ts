import type { EndingsRow, PricePoints } from "../price-points.ts";

function rowOf(price: number, rows: readonly EndingsRow[]): EndingsRow {
  const last = rows.length - 1;
  for (let r = 0; r < last; r++) if (price < rows[r]!.below) return rows[r]!;
  return rows[last]!;
}

/** Whether the price has one of the endings of its magnitude. */
export function isCharm(price: number, { rows }: PricePoints): boolean {
  return endsWell(price, rows);
}

function endsWell(price: number, rows: readonly EndingsRow[]): boolean {
  const row = rowOf(price, rows);
  return row.endings.includes(price % row.period);
}

/** How many charm prices lie in [lo, hi], about: the ends of the range are not looked at closely. */
export function charmCount(lo: number, hi: number, { rows }: PricePoints): number {
  let count = 0;
  let from = lo;
  for (const row of rows) {
    const to = Math.min(hi, row.below);
    if (to > from) {
      count += ((to - from) / row.period) * row.endings.length;
      from = to;
    }
  }
  return Math.ceil(count);
}

/** The charm prices of [lo, hi] in ascending order, at most `most` of them. */
export function charmPrices(lo: number, hi: number, { rows }: PricePoints, most: number): number[] {
  const found: number[] = [];
  let price = Math.max(1, Math.ceil(lo));
  while (price <= hi && found.length < most) {
    const row = rowOf(price, rows);
    const base = price - (price % row.period);
    let next = base + row.period + row.endings[0]!;
    for (const ending of row.endings) {
      if (base + ending >= price) {
        next = base + ending;
        break;
      }
    }
    if (next >= row.below) {
      // The row ends before its next ending: go on in the next row.
      price = row.below;
      continue;
    }
    if (next > hi) break;
    found.push(next);
    price = next + 1;
  }
  return found;
}

/** The charm price nearest to `target`, the lower one on a tie. Called for every candidate: it allocates nothing. */
export function nearestCharm(target: number, { rows }: PricePoints): number {
  const whole = Math.max(1, Math.round(target));
  const row = rowOf(whole, rows);
  // Just above a change of size the nearest one may be the last of the smaller size.
  const smaller = rowOf(Math.max(1, whole - row.period), rows);
  const best = smaller === row ? 0 : nearerIn(smaller, 0, target, whole, rows);
  return nearerIn(row, best, target, whole, rows);
}

/** The nearest to `target` of `best` (0 = none yet) and the prices of a row's endings next to `whole`. */
function nearerIn(
  { below, period, endings }: EndingsRow,
  best: number,
  target: number,
  whole: number,
  rows: readonly EndingsRow[],
): number {
  const within = Math.min(whole, below - 1);
  const base = within - (within % period);
  let nearest = best;
  for (let e = 0; e < endings.length; e++) {
    for (let around = -1; around <= 1; around++) {
      const price = base + around * period + endings[e]!;
      if (price < 1 || !endsWell(price, rows)) continue;
      const distance = Math.abs(price - target) - Math.abs(nearest - target);
      if (nearest === 0 || distance < 0 || (distance === 0 && price < nearest)) nearest = price;
    }
  }
  return nearest;
}
