import { type Behaviour, behaviourOf } from "./behaviour.ts";
import { type Counters, sumCounters } from "./counters.ts";
import type { DayBehaviour } from "./day-behaviour.ts";

export const BEHAVIOUR_WINDOWS = ["5m", "1h", "1d"] as const;
export type BehaviourWindow = (typeof BEHAVIOUR_WINDOWS)[number];

const HOUR_MS = 3_600_000;

/** A window of time with what shoppers did in it. `at`: its start, ms. */
export interface BehaviourPoint {
  at: number;
  behaviour: Behaviour;
}

/** The windows in which anything happened, oldest first: of five minutes from the buckets, the others from the days. */
export function behaviourWindows(
  window: BehaviourWindow,
  buckets: readonly { at: number; counters: Counters }[],
  days: readonly DayBehaviour[],
): BehaviourPoint[] {
  return windowCounters(window, buckets, days)
    .sort((a, b) => a.at - b.at)
    .map(({ at, counters }) => ({ at, behaviour: behaviourOf(counters) }));
}

function windowCounters(
  window: BehaviourWindow,
  buckets: readonly { at: number; counters: Counters }[],
  days: readonly DayBehaviour[],
): { at: number; counters: Counters }[] {
  if (window === "5m") return [...buckets];
  if (window === "1d")
    return days.map(({ start, hours }) => ({ at: start, counters: sumCounters(hours.values()) }));
  return days.flatMap(({ start, hours }) =>
    [...hours].map(([hour, counters]) => ({ at: start + hour * HOUR_MS, counters })),
  );
}
