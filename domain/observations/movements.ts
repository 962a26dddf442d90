import type { ChangePoint, CompetitorHistory } from "../messages/history.ts";

/** A competitor's price that moved from one change point to the next. Money in minor units, landed. */
export interface Movement {
  competitor: string;
  at: number;
  from: number;
  to: number;
  /** share of the price before; positive = dearer */
  change: number;
}

/** The changes of at least `share` within [since, until], newest first. */
export function movementsOf(
  competitors: readonly CompetitorHistory[],
  share: number,
  since: number,
  until: number,
): Movement[] {
  const found = competitors.flatMap(({ competitor, points }) =>
    points.flatMap((point, i): Movement[] => {
      const before = points[i - 1];
      if (before === undefined || point.at < since || point.at > until) return [];
      const change = changeOf(before, point);
      if (Math.abs(change) < share - 1e-9) return [];
      return [{ competitor, at: point.at, from: before.landedPrice, to: point.landedPrice, change }];
    }),
  );
  return found.sort((a, b) => b.at - a.at || (a.competitor < b.competitor ? -1 : 1));
}

/** In their own currency, where that is another: an exchange rate that moved is no movement of theirs. */
function changeOf(before: ChangePoint, point: ChangePoint): number {
  return before.listed === undefined || point.listed === undefined
    ? point.landedPrice / before.landedPrice - 1
    : point.listed / before.listed - 1;
}
