import { currencyExponent } from "../../base/currency.ts";

/** Price endings used below a price: price mod `period` is one of `endings`. Minor units. */
interface CharmRow {
  below: number;
  period: number;
  endings: readonly number[];
}

/** In hundredths: x.x5 and x.x9 below 10; .49 .90 .95 .99; x5.00 x9.00 x9.90; tens ending in 9 above 1000. */
const HUNDREDTHS: readonly CharmRow[] = [
  { below: 1_000, period: 10, endings: [5, 9] },
  { below: 10_000, period: 100, endings: [49, 90, 95, 99] },
  { below: 100_000, period: 1_000, endings: [500, 900, 990] },
  { below: Number.POSITIVE_INFINITY, period: 1_000, endings: [900] },
];

/** Currencies without decimals: 8, 80 and 980 at the end. */
const WHOLE: readonly CharmRow[] = [
  { below: 1_000, period: 10, endings: [8] },
  { below: 10_000, period: 100, endings: [80] },
  { below: Number.POSITIVE_INFINITY, period: 1_000, endings: [980] },
];

function scaled(rows: readonly CharmRow[], factor: number): readonly CharmRow[] {
  return rows.map(({ below, period, endings }) => ({
    below: below * factor,
    period: period * factor,
    endings: endings.map((ending) => ending * factor),
  }));
}

/** The table by the currency's number of decimals. */
const TABLES: readonly (readonly CharmRow[])[] = [
  WHOLE,
  scaled(WHOLE, 10),
  HUNDREDTHS,
  scaled(HUNDREDTHS, 10),
  scaled(HUNDREDTHS, 100),
];

function tableOf(currency: string): readonly CharmRow[] {
  return TABLES[currencyExponent(currency)]!;
}

function rowOf(price: number, table: readonly CharmRow[]): CharmRow {
  const last = table.length - 1;
  for (let r = 0; r < last; r++) if (price < table[r]!.below) return table[r]!;
  return table[last]!;
}

/** Whether the price has one of the endings of its magnitude. */
export function isCharm(price: number, currency: string): boolean {
  return endsWell(price, tableOf(currency));
}

function endsWell(price: number, table: readonly CharmRow[]): boolean {
  const row = rowOf(price, table);
  return row.endings.includes(price % row.period);
}

/** How many charm prices lie in [lo, hi], about: the ends of the range are not looked at closely. */
export function charmCount(lo: number, hi: number, currency: string): number {
  let count = 0;
  let from = lo;
  for (const row of tableOf(currency)) {
    const to = Math.min(hi, row.below);
    if (to > from) {
      count += ((to - from) / row.period) * row.endings.length;
      from = to;
    }
  }
  return Math.ceil(count);
}

/** The charm prices of [lo, hi] in ascending order, at most `most` of them. */
export function charmPrices(lo: number, hi: number, currency: string, most: number): number[] {
  const found: number[] = [];
  const table = tableOf(currency);
  let price = Math.max(1, Math.ceil(lo));
  while (price <= hi && found.length < most) {
    const row = rowOf(price, table);
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
export function nearestCharm(target: number, currency: string): number {
  const whole = Math.max(1, Math.round(target));
  const table = tableOf(currency);
  const row = rowOf(whole, table);
  // Just above a change of size the nearest one may be the last of the smaller size.
  const smaller = rowOf(Math.max(1, whole - row.period), table);
  const best = smaller === row ? 0 : nearerIn(smaller, 0, target, whole, table);
  return nearerIn(row, best, target, whole, table);
}

/** The nearest to `target` of `best` (0 = none yet) and the prices of a row's endings next to `whole`. */
function nearerIn(
  { below, period, endings }: CharmRow,
  best: number,
  target: number,
  whole: number,
  table: readonly CharmRow[],
): number {
  const within = Math.min(whole, below - 1);
  const base = within - (within % period);
  let nearest = best;
  for (let e = 0; e < endings.length; e++) {
    for (let around = -1; around <= 1; around++) {
      const price = base + around * period + endings[e]!;
      if (price < 1 || !endsWell(price, table)) continue;
      const distance = Math.abs(price - target) - Math.abs(nearest - target);
      if (nearest === 0 || distance < 0 || (distance === 0 && price < nearest)) nearest = price;
    }
  }
  return nearest;
}
