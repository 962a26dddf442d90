import { isBuyable } from "../../messages/rows.ts";
import type { ChangePoint, CompetitorHistory } from "../../messages/shard.ts";

/** A change of a competitor's price from one change point to the next. Landed prices in minor units. */
export interface Movement {
  competitor: string;
  at: number;
  from: number;
  to: number;
  /** share of the price before; positive = dearer */
  change: number;
}

export interface SkuMovement extends Movement {
  sku: string;
  currency: string;
}

/** What is asked of a shard: movements of at least `share` within [since, until], ms. */
export interface MovementQuery {
  share: number;
  since: number;
  until: number;
  limit: number;
  /** only what comes behind this one */
  after?: MovePlace;
  /** only of this SKU */
  sku?: string;
}

/** A movement's place in the list. */
export type MovePlace = [at: number, sku: string, competitor: string];

/** Newest first, then by SKU and competitor. */
export function inMoveOrder([at, ...names]: MovePlace, [otherAt, ...others]: MovePlace): number {
  if (at !== otherAt) return otherAt - at;
  const [name, other] = [JSON.stringify(names), JSON.stringify(others)];
  return name === other ? 0 : name < other ? -1 : 1;
}

/** The first movements of a query's page, of any number of SKUs. */
export function firstMovements(moves: SkuMovement[], { after, limit }: MovementQuery): SkuMovement[] {
  const placed = moves.map((move) => ({ move, place: [move.at, move.sku, move.competitor] as MovePlace }));
  const behind = after === undefined ? placed : placed.filter(({ place }) => inMoveOrder(after, place) < 0);
  const sorted = behind.sort((a, b) => inMoveOrder(a.place, b.place));
  return sorted.slice(0, limit).map(({ move }) => move);
}

/** The changes of at least `share` within [since, until], newest first. */
export function movementsOf(
  competitors: readonly CompetitorHistory[],
  share: number,
  since: number,
  until: number,
): Movement[] {
  const found = competitors.flatMap(({ competitor, points }) => {
    // a price that nobody can pay has not moved
    const buyable = points.filter(({ availability }) => isBuyable(availability));
    return buyable.flatMap((point, i): Movement[] => {
      const before = buyable[i - 1];
      if (before === undefined || point.at < since || point.at > until) return [];
      // the shop shows another currency: its price has not changed
      if ((before.listed === undefined) !== (point.listed === undefined)) return [];
      const change = changeOf(before, point);
      if (Math.abs(change) < share - 1e-9) return [];
      return [{ competitor, at: point.at, from: before.landedPrice, to: point.landedPrice, change }];
    });
  });
  return found.sort((a, b) => b.at - a.at || (a.competitor < b.competitor ? -1 : 1));
}

/** In their own currency, if that is another: a change of the exchange rate is not a movement. */
function changeOf(before: ChangePoint, point: ChangePoint): number {
  return before.listed === undefined || point.listed === undefined
    ? point.landedPrice / before.landedPrice - 1
    : point.listed / before.listed - 1;
}
