import { HOUR_MS } from "../base/time.ts";

/** A competitor's price movement. `change`: share of the price before; prices in minor units, `at` in ms. */
export interface PriceMove {
  sku: string;
  competitor: string;
  currency: string;
  at: number;
  from: number;
  to: number;
  change: number;
}

/** Movements of one competitor in one category and hour of the day. */
export interface MovementSums {
  competitor: string;
  category: string;
  /** hours since the day began */
  hour: number;
  up: number;
  down: number;
  change: number;
  absoluteChange: number;
}

/** The movements of a day, added up. `start`: of the day, ms. */
export function sumMovements(
  moves: readonly PriceMove[],
  categories: ReadonlyMap<string, string>,
  start: number,
): MovementSums[] {
  const sums = new Map<string, MovementSums>();
  for (const { sku, competitor, at, change } of moves) {
    const category = categories.get(sku) ?? "";
    const hour = Math.floor((at - start) / HOUR_MS);
    const key = JSON.stringify([competitor, category, hour]);
    const sum = sums.get(key) ?? { competitor, category, hour, up: 0, down: 0, change: 0, absoluteChange: 0 };
    sums.set(key, sum);
    if (change > 0) sum.up += 1;
    else sum.down += 1;
    sum.change += change;
    sum.absoluteChange += Math.abs(change);
  }
  return [...sums.values()];
}

/** How one competitor's price of one SKU moved over a time. */
export interface Mover {
  sku: string;
  competitor: string;
  currency: string;
  from: number;
  to: number;
  /** from the first price to the last, a share */
  change: number;
  moves: number;
  /** all changes added up, whatever their direction: how restless the price was */
  path: number;
}

export const MOVER_KINDS = ["up", "down", "volatile"] as const;
export type MoverKind = (typeof MOVER_KINDS)[number];

/** Where the prices of one competitor stand after a time, beside where they began; the others stood still. */
export interface PriceDirections {
  competitor: string;
  prices: number;
  up: number;
  down: number;
}

/**
 * Counts the prices that ended higher or lower than they began. One that came back to where it was stood still.
 *
 * @param seen prices of each competitor that were seen in the time, moved or not
 * @example one of acme's ten prices rose // { competitor: "acme", prices: 10, up: 1, down: 0 }
 */
export function countDirections(
  moves: readonly PriceMove[],
  seen: ReadonlyMap<string, number>,
): PriceDirections[] {
  const pairs = Map.groupBy(moves, ({ sku, competitor }) => JSON.stringify([sku, competitor]));
  const movers = Map.groupBy([...pairs.values()].map(moverOf), ({ competitor }) => competitor);
  const names = [...new Set([...seen.keys(), ...movers.keys()])].sort();
  return names.map((competitor) => {
    const moved = movers.get(competitor) ?? [];
    const prices = Math.max(seen.get(competitor) ?? 0, moved.length);
    const up = moved.filter(({ change }) => change > 0).length;
    const down = moved.filter(({ change }) => change < 0).length;
    return { competitor, prices, up, down };
  });
}

/** The prices that rose most, fell most, and were most restless: at most `limit` of each, the greatest first. */
export function topMovers(moves: readonly PriceMove[], limit: number): Record<MoverKind, Mover[]> {
  const pairs = Map.groupBy(moves, ({ sku, competitor }) => JSON.stringify([sku, competitor]));
  const movers = [...pairs.values()].map(moverOf);
  const top = (rank: (mover: Mover) => number) =>
    movers
      .filter((mover) => rank(mover) > 0)
      .sort(
        (a, b) =>
          rank(b) - rank(a) ||
          (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : a.competitor < b.competitor ? -1 : 1),
      )
      .slice(0, limit);
  return {
    up: top(({ change }) => change),
    down: top(({ change }) => -change),
    volatile: top(({ path }) => path),
  };
}

function moverOf(moves: readonly PriceMove[]): Mover {
  const sorted = [...moves].sort((a, b) => a.at - b.at);
  const [first, last] = [sorted[0]!, sorted.at(-1)!];
  const { sku, competitor, currency, from } = first;
  const path = sorted.reduce((sum, { change }) => sum + Math.abs(change), 0);
  return {
    sku,
    competitor,
    currency,
    from,
    to: last.to,
    change: last.to / from - 1,
    moves: sorted.length,
    path,
  };
}
