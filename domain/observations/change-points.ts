import type { ChangePoint } from "../messages/history.ts";
import { firstAfter, isOutranked, levelAt, type ObservationHistory, sameLevel } from "./history.ts";

/**
 * The runs of equal price, landed price and availability, oldest first, from what was observed at or before
 * `asOf` (ms). Depends on the set of observations only, never on the order in which they arrived.
 */
export function changePoints(history: ObservationHistory, asOf = Number.POSITIVE_INFINITY): ChangePoint[] {
  const points: ChangePoint[] = [];
  const end = firstAfter(history, asOf);
  let last: ChangePoint | null = null;
  for (let i = 0; i < end; i++) {
    if (isOutranked(history, i)) continue;
    const at = history.times[i]!;
    const level = levelAt(history, i);
    if (last !== null && sameLevel(last, level)) last.lastSeenAt = at;
    else {
      last = { at, lastSeenAt: at, ...level };
      points.push(last);
    }
  }
  return points;
}
